// SPDX-License-Identifier: Apache-2.0
import { TallyError } from "./errors.js";

/**
 * zlib inflation (RFC 1950 and 1951), strict: header, block structure, code completeness, distances, Adler-32 and the exact
 * end of the stream are all checked, as zlib does. Throws `inflate.too-large` as soon as more than `maxBytes` would come out and
 * `inflate.malformed` for everything else. Libraries for browsers skip the checksum and trailing bytes, so a page and a server
 * could have been made to differ.
 */
export function inflateZlib(data: Uint8Array, maxBytes: number): Uint8Array {
  checkHeader(data);
  const input = new BitReader(data, 2);
  const output = new Output(maxBytes);
  let isLast = false;
  while (!isLast) {
    isLast = input.bits(1) === 1;
    const kind = input.bits(2);
    if (kind === 0) copyStored(input, output);
    else if (kind === 1) inflateCodes(input, output, FIXED.literals, FIXED.distances);
    else if (kind === 2) inflateDynamic(input, output);
    else throw malformed("unknown block type");
  }
  const bytes = output.bytes();
  const trailer = input.alignedOffset();
  if (data.length < trailer + 4) throw malformed("it ends before its checksum");
  if (data.length > trailer + 4) throw malformed("bytes after the end of the stream");
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  if (view.getUint32(trailer) !== adler32(bytes)) throw malformed("its checksum is wrong");
  return bytes;
}

/** RFC 1950 section 2.2: deflate with a window of at most 32 KiB, header check, no preset dictionary. */
function checkHeader(data: Uint8Array): void {
  if (data.length < 2) throw malformed("it ends within its header");
  const [method, flags] = [data[0]!, data[1]!];
  if ((method & 15) !== 8 || method >> 4 > 7 || (method * 256 + flags) % 31 !== 0)
    throw malformed("its header is wrong");
  if ((flags & 32) !== 0) throw malformed("it needs a preset dictionary");
}

class BitReader {
  private held = 0;
  private count = 0;

  constructor(
    private readonly data: Uint8Array,
    private at: number,
  ) {}

  /** The next `count` ≤ 16 bits, least significant first. */
  bits(count: number): number {
    while (this.count < count) {
      if (this.at >= this.data.length) throw malformed("it ends too early");
      this.held |= this.data[this.at++]! << this.count;
      this.count += 8;
    }
    const value = this.held & ((1 << count) - 1);
    this.held >>>= count;
    this.count -= count;
    return value;
  }

  /** Drops what is left of the current byte; offset of the next whole byte. */
  alignedOffset(): number {
    this.at -= this.count >> 3;
    this.held = 0;
    this.count = 0;
    return this.at;
  }

  take(length: number): Uint8Array {
    if (this.at + length > this.data.length) throw malformed("it ends too early");
    this.at += length;
    return this.data.subarray(this.at - length, this.at);
  }
}

const MUCH = 2 ** 20;

class Output {
  private buffer: Uint8Array;
  length = 0;

  constructor(private readonly maxBytes: number) {
    this.buffer = new Uint8Array(Math.min(maxBytes, 16_384));
  }

  push(byte: number): void {
    this.reserve(1);
    this.buffer[this.length++] = byte;
  }

  append(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    this.buffer.set(bytes, this.length);
    this.length += bytes.length;
  }

  /** Byte by byte: source and target may overlap, which is how a run is written. */
  repeat(distance: number, length: number): void {
    if (distance > this.length) throw malformed("a distance reaches before the start");
    this.reserve(length);
    for (let end = this.length + length; this.length < end; this.length++)
      this.buffer[this.length] = this.buffer[this.length - distance]!;
  }

  bytes(): Uint8Array {
    // A copy of what is nearly all would be a third of the memory that a large one takes.
    const spare = this.buffer.length - this.length;
    return spare > this.length / 4 ? this.buffer.slice(0, this.length) : this.buffer.subarray(0, this.length);
  }

  private reserve(more: number): void {
    const needed = this.length + more;
    if (needed > this.maxBytes) throw inflateTooLarge(this.maxBytes);
    if (needed <= this.buffer.length) return;
    // Memory that nothing was written to costs nothing, and what was outgrown does until it is collected: from here on all that may come.
    const length = needed > MUCH ? this.maxBytes : Math.min(this.maxBytes, Math.max(needed, 2 * this.buffer.length));
    const larger = new Uint8Array(length);
    larger.set(this.buffer);
    this.buffer = larger;
  }
}

function copyStored(input: BitReader, output: Output): void {
  input.alignedOffset();
  const length = input.bits(16);
  if (input.bits(16) !== (~length & 0xffff)) throw malformed("a stored block has a wrong length");
  output.append(input.take(length));
}

const MAX_BITS = 15;

/** A canonical Huffman code: how many codes of each length, and the symbols in order. */
interface Huffman {
  readonly counts: Uint16Array;
  readonly symbols: Uint16Array;
  /** Codes left unused: 0 complete, above incomplete, below over-subscribed. */
  readonly left: number;
}

function huffman(lengths: ArrayLike<number>): Huffman {
  const counts = new Uint16Array(MAX_BITS + 1);
  for (let i = 0; i < lengths.length; i++) counts[lengths[i]!]!++;
  const offsets = new Uint16Array(MAX_BITS + 2);
  let left = counts[0] === lengths.length ? 0 : 1;
  for (let bits = 1; bits <= MAX_BITS; bits++) {
    if (counts[0] !== lengths.length) left = 2 * left - counts[bits]!;
    if (left < 0) break;
    offsets[bits + 1] = offsets[bits]! + counts[bits]!;
  }
  const symbols = new Uint16Array(lengths.length);
  for (let symbol = 0; symbol < lengths.length; symbol++)
    if (lengths[symbol] !== 0) symbols[offsets[lengths[symbol]!]!++] = symbol;
  return { counts, symbols, left };
}

function decodeSymbol(input: BitReader, { counts, symbols }: Huffman): number {
  let code = 0;
  let first = 0;
  let index = 0;
  for (let bits = 1; bits <= MAX_BITS; bits++) {
    code |= input.bits(1);
    const count = counts[bits]!;
    if (code - count < first) return symbols[index + (code - first)]!;
    index += count;
    first = (first + count) << 1;
    code <<= 1;
  }
  throw malformed("a code that does not exist");
}

const LENGTH_BASE = [
  3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258,
];
const LENGTH_EXTRA = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];
const DISTANCE_BASE = [
  1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145,
  8193, 12289, 16385, 24577,
];
const DISTANCE_EXTRA = [
  0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13,
];
const END_OF_BLOCK = 256;

function inflateCodes(input: BitReader, output: Output, literals: Huffman, distances: Huffman): void {
  for (;;) {
    const symbol = decodeSymbol(input, literals);
    if (symbol === END_OF_BLOCK) return;
    if (symbol < END_OF_BLOCK) {
      output.push(symbol);
      continue;
    }
    const base = LENGTH_BASE[symbol - 257];
    if (base === undefined) throw malformed("a length that does not exist");
    const length = base + input.bits(LENGTH_EXTRA[symbol - 257]!);
    const far = decodeSymbol(input, distances);
    const nearest = DISTANCE_BASE[far];
    if (nearest === undefined) throw malformed("a distance that does not exist");
    output.repeat(nearest + input.bits(DISTANCE_EXTRA[far]!), length);
  }
}

const FIXED = fixedCodes();

/** RFC 1951 section 3.2.6. */
function fixedCodes(): { readonly literals: Huffman; readonly distances: Huffman } {
  const lengths = new Uint8Array(288).fill(8, 0, 144).fill(9, 144, 256).fill(7, 256, 280).fill(8, 280);
  return { literals: huffman(lengths), distances: huffman(new Uint8Array(30).fill(5)) };
}

const CODE_LENGTH_ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/** RFC 1951 section 3.2.7; the same codes are refused as zlib refuses. */
function inflateDynamic(input: BitReader, output: Output): void {
  const literalCount = input.bits(5) + 257;
  const distanceCount = input.bits(5) + 1;
  const orderCount = input.bits(4) + 4;
  if (literalCount > 286 || distanceCount > 30) throw malformed("too many codes");
  const order = new Uint8Array(19);
  for (let i = 0; i < orderCount; i++) order[CODE_LENGTH_ORDER[i]!] = input.bits(3);
  const codeLengths = huffman(order);
  if (codeLengths.left !== 0 || codeLengths.counts[0] === 19) throw malformed("an incomplete code of code lengths");
  const lengths = readCodeLengths(input, codeLengths, literalCount + distanceCount);
  if (lengths[END_OF_BLOCK] === 0) throw malformed("a block without an end");
  const literals = huffman(lengths.subarray(0, literalCount));
  const distances = huffman(lengths.subarray(literalCount));
  if (!isUsable(literals) || !isUsable(distances)) throw malformed("an incomplete code");
  inflateCodes(input, output, literals, distances);
}

/** Complete, or a single code of one bit, or (distances) none at all. */
function isUsable({ counts, symbols, left }: Huffman): boolean {
  return left === 0 || (left > 0 && symbols.length === counts[0]! + counts[1]!);
}

function readCodeLengths(input: BitReader, code: Huffman, total: number): Uint8Array {
  const lengths = new Uint8Array(total);
  for (let at = 0; at < total; ) {
    const symbol = decodeSymbol(input, code);
    if (symbol < 16) {
      lengths[at++] = symbol;
      continue;
    }
    if (symbol === 16 && at === 0) throw malformed("a repeat without a first length");
    const length = symbol === 16 ? lengths[at - 1]! : 0;
    const times = symbol === 16 ? 3 + input.bits(2) : symbol === 17 ? 3 + input.bits(3) : 11 + input.bits(7);
    if (at + times > total) throw malformed("too many code lengths");
    lengths.fill(length, at, at + times);
    at += times;
  }
  return lengths;
}

function adler32(bytes: Uint8Array): number {
  let a = 1;
  let b = 0;
  for (let at = 0; at < bytes.length; ) {
    // 3800 sums stay below 2^32, so one reduction a stretch is enough.
    const end = Math.min(at + 3800, bytes.length);
    for (; at < end; at++) {
      a += bytes[at]!;
      b += a;
    }
    a %= 65521;
    b %= 65521;
  }
  return b * 65536 + a;
}

export function inflateTooLarge(maxBytes: number): TallyError {
  return new TallyError("inflate.too-large", `compressed data inflates to more than the ${maxBytes} bytes allowed`);
}

function malformed(what: string): TallyError {
  return new TallyError("inflate.malformed", `compressed data is broken: ${what}`);
}
