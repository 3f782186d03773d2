// SPDX-License-Identifier: Apache-2.0
import { fromUtf8, utf8 } from "./bytes.js";
import { TallyError } from "./errors.js";

/** The part of CBOR that tokens use. Maps have integer keys; keys and integers are safe integers. */
export type CborValue = number | string | Uint8Array | readonly CborValue[] | CborMap;
export type CborMap = ReadonlyMap<number, CborValue>;

/** Core deterministic encoding, RFC 8949 section 4.2.1: shortest heads, definite lengths, keys sorted by their bytes. */
export function encodeCbor(value: CborValue, tag?: number): Uint8Array {
  const writer = new Writer();
  if (tag !== undefined) writer.head(6, tag);
  writer.value(value);
  return writer.written();
}

/** Shared by all writers, of which only one is ever at work: allocating for each would cost more than writing. */
let scratch = new Uint8Array(2048);

class Writer {
  private buffer = scratch;
  private at = 0;

  written(): Uint8Array {
    return this.buffer.slice(0, this.at);
  }

  value(value: CborValue): void {
    if (typeof value === "number") value < 0 ? this.head(1, -1 - value) : this.head(0, value);
    else if (typeof value === "string") this.bytes(3, utf8(value));
    else if (value instanceof Uint8Array) this.bytes(2, value);
    else if (value instanceof Map) this.map(value);
    else {
      const items = value as readonly CborValue[];
      this.head(4, items.length);
      for (const item of items) this.value(item);
    }
  }

  head(major: number, argument: number): void {
    if (!Number.isSafeInteger(argument) || argument < 0) throw malformed(`${argument} is not an integer that fits`);
    this.reserve(9);
    const first = major << 5;
    if (argument < 24) this.buffer[this.at++] = first | argument;
    else if (argument < 0x100) this.bigEndian(first | 24, argument, 1);
    else if (argument < 0x1_0000) this.bigEndian(first | 25, argument, 2);
    else if (argument < 0x1_0000_0000) this.bigEndian(first | 26, argument, 4);
    else this.bigEndian(first | 27, argument, 8);
  }

  private bigEndian(first: number, argument: number, size: number): void {
    this.buffer[this.at] = first;
    for (let i = size, rest = argument; i > 0; i--, rest = Math.floor(rest / 256))
      this.buffer[this.at + i] = rest % 256;
    this.at += 1 + size;
  }

  private bytes(major: number, bytes: Uint8Array): void {
    this.head(major, bytes.length);
    this.reserve(bytes.length);
    this.buffer.set(bytes, this.at);
    this.at += bytes.length;
  }

  private map(map: CborMap): void {
    this.head(5, map.size);
    for (const key of sortedKeys(map)) {
      this.value(key);
      this.value(map.get(key) as CborValue);
    }
  }

  private reserve(more: number): void {
    if (this.at + more <= this.buffer.length) return;
    const larger = new Uint8Array(2 * this.buffer.length + more);
    larger.set(this.buffer);
    this.buffer = larger;
    scratch = larger;
  }
}

/** Writers mostly put the keys in order already. */
function sortedKeys(map: CborMap): number[] {
  const keys = [...map.keys()];
  for (let i = 1; i < keys.length; i++)
    if (keyOrder(keys[i] as number) < keyOrder(keys[i - 1] as number))
      return keys.sort((left, right) => keyOrder(left) - keyOrder(right));
  return keys;
}

/** For |key| ≤ 23, where a key is one byte: unsigned 0x00…0x17, then negative 0x20…0x37. */
function keyOrder(key: number): number {
  return key >= 0 ? key : 0x1f - key;
}

/**
 * Reads exactly one value with exactly the given tag (or none); byte strings in it are views of `bytes`. Throws `format.malformed` for anything that `encodeCbor` does not
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
        return this.take(argument);
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
    const first = this.byte();
    const size = first & 31;
    if (size < 24) return { major: first >> 5, argument: size };
    if (size > 27) throw malformed("has an indefinite or reserved length");
    let argument = 0;
    for (let left = 1 << (size - 24); left > 0; left--) argument = argument * 256 + this.byte();
    if (argument < SHORTEST[size - 24]! || !Number.isSafeInteger(argument))
      throw malformed("has a number that is not in its shortest form or too large");
    return { major: first >> 5, argument };
  }

  private byte(): number {
    if (this.at >= this.bytes.length) throw malformed("ends too early");
    return this.bytes[this.at++]!;
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
