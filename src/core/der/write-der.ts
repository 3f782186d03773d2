// SPDX-License-Identifier: Apache-2.0
import { concatBytes, utf8 } from "../bytes.js";
import { compareEncodings, DER } from "./read-der.js";

/** Writes the distinguished encoding rules of ASN.1 (ITU-T X.690): for each value there is exactly one encoding. */

/** One value: identifier, length in the shortest form, and the parts as its content. */
export function encode(tag: number, ...content: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of content) length += part.length;
  const head = headLength(length);
  const value = new Uint8Array(head + length);
  value[0] = tag;
  if (head === 2) value[1] = length;
  else {
    value[1] = 0x80 | (head - 2);
    for (let i = head - 1, rest = length; i > 1; i--, rest >>>= 8) value[i] = rest & 0xff;
  }
  let at = head;
  for (const part of content) {
    value.set(part, at);
    at += part.length;
  }
  return value;
}

/** Of identifier and length octets before a content of this length. */
function headLength(length: number): number {
  return length < 0x80 ? 2 : length < 0x100 ? 3 : length < 0x10000 ? 4 : length < 0x1000000 ? 5 : 6;
}

export const sequence = (...members: readonly Uint8Array[]): Uint8Array => encode(DER.sequence, ...members);

/** A SET OF: its members stand in the order of their encodings (X.690 section 11.6). */
export const setOf = (...members: readonly Uint8Array[]): Uint8Array => encode(DER.set, ...inSetOrder(members));

/** The members of a SET OF in their order, for one that has a tag of its own. */
export function inSetOrder(members: readonly Uint8Array[]): Uint8Array[] {
  return [...members].sort(compareEncodings);
}

/** A non-negative INTEGER of big-endian bytes; leading zeros do not matter. */
export function integer(magnitude: Uint8Array): Uint8Array {
  let start = 0;
  while (start < magnitude.length - 1 && magnitude[start] === 0) start++;
  const digits = magnitude.subarray(start);
  if (digits.length === 0) return encode(DER.integer, ZERO);
  // The highest bit would be a sign.
  return digits[0]! < 0x80 ? encode(DER.integer, digits) : encode(DER.integer, ZERO, digits);
}

const ZERO = Uint8Array.of(0);

/** An INTEGER from 0 to 127. */
export const smallInteger = (value: number): Uint8Array => encode(DER.integer, Uint8Array.of(value));

export const octetString = (bytes: Uint8Array): Uint8Array => encode(DER.octetString, bytes);

/** A BIT STRING of whole bytes. */
export const bitString = (bytes: Uint8Array): Uint8Array => encode(DER.bitString, ZERO, bytes);

export const utf8String = (text: string): Uint8Array => encode(DER.utf8String, utf8(text));

/** An OBJECT IDENTIFIER of its dotted form, e.g. "1.2.840.10045.4.3.2". */
export function objectIdentifier(dotted: string): Uint8Array {
  const [first = 0, second = 0, ...rest] = dotted.split(".").map(Number);
  return encode(DER.objectIdentifier, concatBytes(...[first * 40 + second, ...rest].map(base128)));
}

/** Seven bits a byte, the highest bit set on all but the last (X.690 section 8.19.2). */
function base128(arc: number): Uint8Array {
  const bytes = [arc % 128];
  for (let rest = Math.floor(arc / 128); rest > 0; rest = Math.floor(rest / 128)) bytes.unshift(0x80 | (rest % 128));
  return Uint8Array.from(bytes);
}

/** In UTC with whole seconds (X.690 section 11.7). */
export function generalizedTime(time: Date): Uint8Array {
  const text = time.toISOString().replace(/[-:T]|\.\d+/g, "");
  return encode(DER.generalizedTime, utf8(text));
}
