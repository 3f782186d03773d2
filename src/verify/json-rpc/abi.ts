// SPDX-License-Identifier: Apache-2.0
import { concatBytes, fromUtf8 } from "../../core/bytes.js";
import { fromHex, toHex } from "../../core/hex.js";

/**
 * As much of the Solidity ABI (contract ABI specification, strict encoding) as the registry's views need. Decoding trusts
 * nothing: every offset and length stays inside the bytes, numbers fit their type, padding is zero. Anything else throws.
 */
export class AbiError extends Error {
  override readonly name = "AbiError";
}

/** Reads a value whose head lies at `at` of a frame; `base` is where offsets of the frame count from. */
export interface AbiType<T> {
  /** Bytes of the head. */
  readonly head: number;
  /** True when the head is an offset to the value. */
  readonly dynamic: boolean;
  read(bytes: Uint8Array, at: number): T;
}

const WORD = 32;

export function uint(bits: number): AbiType<bigint> {
  return {
    head: WORD,
    dynamic: false,
    read: (bytes, at) => {
      const value = BigInt(`0x${toHex(slice(bytes, at, WORD))}`);
      if (value >> BigInt(bits) !== 0n) throw new AbiError(`a number does not fit ${bits} bits`);
      return value;
    },
  };
}

/** An unsigned number that a double holds exactly. */
export function count(bits: number): AbiType<number> {
  const wide = uint(bits);
  return {
    ...wide,
    read: (bytes, at) => {
      const value = wide.read(bytes, at);
      if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new AbiError("a number is too large to be one of ours");
      return Number(value);
    },
  };
}

/** `bytesN`, left-aligned. */
export function fixedBytes(length: number): AbiType<Uint8Array> {
  return {
    head: WORD,
    dynamic: false,
    read: (bytes, at) => {
      const word = slice(bytes, at, WORD);
      if (word.subarray(length).some((byte) => byte !== 0)) throw new AbiError("the padding is not zero");
      return word.slice(0, length);
    },
  };
}

/** An `address`, whose value nobody here needs. */
export const address: AbiType<bigint> = uint(160);

export const byteString: AbiType<Uint8Array> = {
  head: WORD,
  dynamic: true,
  read: (bytes, at) => {
    const length = lengthAt(bytes, at, 1);
    return slice(bytes, at + WORD, length).slice();
  },
};

export const text: AbiType<string> = {
  ...byteString,
  read: (bytes, at) => {
    const value = fromUtf8(byteString.read(bytes, at));
    if (value === null) throw new AbiError("a text is not UTF-8");
    return value;
  },
};

export function array<T>(element: AbiType<T>): AbiType<T[]> {
  return {
    head: WORD,
    dynamic: true,
    read: (bytes, at) => {
      const length = lengthAt(bytes, at, element.head);
      const frame = bytes.subarray(at + WORD);
      return Array.from({ length }, (_, i) => member(frame, i * element.head, element));
    },
  };
}

type Members = Readonly<Record<string, AbiType<unknown>>>;
type Values<M extends Members> = { readonly [K in keyof M]: M[K] extends AbiType<infer T> ? T : never };

/** A struct, or the values that a function returns, in order. */
export function tuple<M extends Members>(members: M): AbiType<Values<M>> {
  const types = Object.entries(members);
  const dynamic = types.some(([, type]) => type.dynamic);
  const length = types.reduce((sum, [, type]) => sum + type.head, 0);
  return {
    head: dynamic ? WORD : length,
    dynamic,
    read: (bytes, at) => {
      if (at > bytes.length) throw new AbiError("an offset points past the end");
      const frame = bytes.subarray(at);
      let next = 0;
      const values = types.map(([name, type]) => {
        const value = member(frame, next, type);
        next += type.head;
        return [name, value];
      });
      return Object.fromEntries(values) as Values<M>;
    },
  };
}

/** What a call returned. */
export function decode<M extends Members>(returns: M, bytes: Uint8Array): Values<M> {
  return tuple(returns).read(bytes, 0);
}

/** A call without dynamic arguments: selector and one word an argument. */
export function encodeCall(selector: string, ...words: readonly Uint8Array[]): string {
  return `0x${selector}${toHex(concatBytes(...words))}`;
}

/** A number as a word. */
export function number(value: number | bigint): Uint8Array {
  return fromHex(value.toString(16).padStart(2 * WORD, "0"));
}

/** Text or bytes as a left-aligned `bytesN`. */
export function leftAligned(bytes: Uint8Array): Uint8Array {
  const word = new Uint8Array(WORD);
  word.set(bytes);
  return word;
}

function member<T>(frame: Uint8Array, at: number, type: AbiType<T>): T {
  return type.read(frame, type.dynamic ? offsetAt(frame, at) : at);
}

function offsetAt(frame: Uint8Array, at: number): number {
  const offset = count(64).read(frame, at);
  if (offset > frame.length) throw new AbiError("an offset points past the end");
  return offset;
}

/** A length can never promise more than the bytes that follow it. */
function lengthAt(bytes: Uint8Array, at: number, elementBytes: number): number {
  const length = count(64).read(bytes, at);
  if (length * elementBytes > bytes.length - at - WORD) throw new AbiError("a length reaches past the end");
  return length;
}

function slice(bytes: Uint8Array, at: number, length: number): Uint8Array {
  if (at + length > bytes.length) throw new AbiError("the bytes end too early");
  return bytes.subarray(at, at + length);
}
