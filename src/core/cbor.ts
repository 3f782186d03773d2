// SPDX-License-Identifier: Apache-2.0
import { fromUtf8, utf8 } from "./bytes.js";
import { TallyError } from "./errors.js";

/** The part of CBOR that tokens use. Maps have integer keys; keys and integers are safe integers. */
export type CborValue = number | string | Uint8Array | readonly CborValue[] | CborMap;
export type CborMap = ReadonlyMap<number, CborValue>;

/** Core deterministic encoding, RFC 8949 section 4.2.1: shortest heads, definite lengths, keys sorted by their bytes. */
export function encodeCbor(value: CborValue, tag?: number): Uint8Array {
  const out: number[] = [];
  if (tag !== undefined) writeHead(out, 6, tag);
  writeValue(out, value);
  return Uint8Array.from(out);
}

function writeValue(out: number[], value: CborValue): void {
  if (typeof value === "number") value < 0 ? writeHead(out, 1, -1 - value) : writeHead(out, 0, value);
  else if (typeof value === "string") writeBytes(out, 3, utf8(value));
  else if (value instanceof Uint8Array) writeBytes(out, 2, value);
  else if (value instanceof Map) writeMap(out, value);
  else {
    writeHead(out, 4, (value as readonly CborValue[]).length);
    for (const item of value as readonly CborValue[]) writeValue(out, item);
  }
}

function writeBytes(out: number[], major: number, bytes: Uint8Array): void {
  writeHead(out, major, bytes.length);
  for (const byte of bytes) out.push(byte);
}

function writeMap(out: number[], map: CborMap): void {
  writeHead(out, 5, map.size);
  for (const [key, value] of [...map].sort(([left], [right]) => keyOrder(left) - keyOrder(right))) {
    writeValue(out, key);
    writeValue(out, value);
  }
}

/** For |key| ≤ 23, where a key is one byte: unsigned 0x00…0x17, then negative 0x20…0x37. */
function keyOrder(key: number): number {
  return key >= 0 ? key : 0x1f - key;
}

function writeHead(out: number[], major: number, argument: number): void {
  if (!Number.isSafeInteger(argument) || argument < 0) throw malformed(`${argument} is not an integer that fits`);
  const first = major << 5;
  if (argument < 24) out.push(first | argument);
  else if (argument < 0x100) out.push(first | 24, argument);
  else if (argument < 0x1_0000) out.push(first | 25, argument >> 8, argument & 255);
  else if (argument < 0x1_0000_0000) out.push(first | 26, ...bigEndian(argument, 4));
  else out.push(first | 27, ...bigEndian(argument, 8));
}

function bigEndian(value: number, bytes: number): number[] {
  return Array.from({ length: bytes }, (_, i) => Math.floor(value / 2 ** (8 * (bytes - 1 - i))) % 256);
}

/**
 * Reads exactly one value with exactly the given tag (or none). Throws `format.malformed` for anything that `encodeCbor` does not
 * write: longer heads, indefinite lengths, unsorted or repeated keys, floats, simple values, broken UTF-8, bytes left over.
 */
export function decodeCbor(
  bytes: Uint8Array,
  { tag, maxDepth = 4 }: { readonly tag?: number; readonly maxDepth?: number } = {},
): CborValue {
  const reader = new Reader(bytes, maxDepth);
  if (tag !== undefined) reader.tag(tag);
  const value = reader.value(0);
  reader.end();
  return value;
}

class Reader {
  private at = 0;

  constructor(
    private readonly bytes: Uint8Array,
    private readonly maxDepth: number,
  ) {}

  tag(wanted: number): void {
    const { major, argument } = this.head();
    if (major !== 6 || argument !== wanted) throw malformed(`does not start with tag ${wanted}`);
  }

  end(): void {
    if (this.at !== this.bytes.length) throw malformed("has bytes after its end");
  }

  value(depth: number): CborValue {
    if (depth > this.maxDepth) throw malformed(`is nested deeper than ${this.maxDepth} levels`);
    const { major, argument } = this.head();
    switch (major) {
      case 0:
        return argument;
      case 1:
        return -1 - argument;
      case 2:
        return this.take(argument).slice();
      case 3:
        return this.text(argument);
      case 4:
        return this.items(argument, depth + 1);
      case 5:
        return this.map(argument, depth + 1);
      default:
        throw malformed("contains a kind of value that tokens do not use");
    }
  }

  private items(count: number, depth: number): CborValue[] {
    this.requireRoomFor(count);
    const items: CborValue[] = [];
    while (items.length < count) items.push(this.value(depth));
    return items;
  }

  private map(count: number, depth: number): CborMap {
    this.requireRoomFor(count);
    const map = new Map<number, CborValue>();
    let previous = -1;
    while (map.size < count) {
      const { major, argument } = this.head();
      if (major > 1 || argument > 23) throw malformed("has a map key that is no small integer");
      const key = major === 0 ? argument : -1 - argument;
      if (keyOrder(key) <= previous) throw malformed("has map keys that repeat or are not sorted");
      previous = keyOrder(key);
      map.set(key, this.value(depth));
    }
    return map;
  }

  private text(length: number): string {
    const text = fromUtf8(this.take(length));
    if (text === null) throw malformed("contains text that is not UTF-8");
    return text;
  }

  private head(): { readonly major: number; readonly argument: number } {
    const first = this.take(1)[0]!;
    const size = first & 31;
    if (size < 24) return { major: first >> 5, argument: size };
    if (size > 27) throw malformed("has an indefinite or reserved length");
    let argument = 0;
    for (const byte of this.take(1 << (size - 24))) argument = argument * 256 + byte;
    if (argument < SHORTEST[size - 24]! || !Number.isSafeInteger(argument))
      throw malformed("has a number that is not in its shortest form or too large");
    return { major: first >> 5, argument };
  }

  private take(length: number): Uint8Array {
    if (length > this.bytes.length - this.at) throw malformed("ends too early");
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }

  /** Each item needs a byte at least, so a count beyond what is left cannot be true. */
  private requireRoomFor(count: number): void {
    if (count > this.bytes.length - this.at) throw malformed("ends too early");
  }
}

/** Smallest argument that needs 1, 2, 4 and 8 bytes. */
const SHORTEST = [24, 0x100, 0x1_0000, 0x1_0000_0000];

function malformed(what: string): TallyError {
  return new TallyError("format.malformed", `the CBOR ${what}`, { field: "token" });
}
