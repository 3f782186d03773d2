// SPDX-License-Identifier: Apache-2.0
import { type Budget, Lexer } from "./lexer.js";
import { isDictionary, type PdfDictionary, refuse } from "./values.js";

/** A table on twenty pages, each of its cells an element to be read aloud, has some 5,000. */
const MAX_OBJECTS = 8_000;
const ENTRY_BYTES = 20;

export interface Xref {
  /** Where the objects begin, right after the two header lines. */
  readonly firstByte: number;
  /** Where they end and the table begins. */
  readonly tableAt: number;
  /** Byte offset by object number; index 0 is not an object. */
  readonly offsets: readonly number[];
  readonly trailer: PdfDictionary;
}

/**
 * Reads header, cross-reference table and trailer of a file with exactly one revision (ISO 32000-1, 7.5):
 * `%PDF-1.7`, one line of four bytes above 127, one section of 20-byte entries all in use, one trailer, `%%EOF` as the last line.
 */
export function readXref(bytes: Uint8Array, budget: Budget): Xref {
  const firstByte = readHeader(bytes);
  const tableAt = readStartXref(bytes);
  const lexer = new Lexer(bytes, tableAt, bytes.length, budget);
  lexer.expect("xref\n0 ");
  const size = readDecimal(bytes, lexer.position);
  lexer.position += String(size).length;
  lexer.expect("\n0000000000 65535 f \n");
  if (size < 2 || size > MAX_OBJECTS) refuse(`${size} objects`);
  const offsets = [0];
  for (let number = 1; number < size; number++) {
    offsets.push(readEntry(bytes, lexer.position));
    lexer.position += ENTRY_BYTES;
  }
  lexer.expect("trailer\n");
  const trailer = lexer.readValue();
  if (!isDictionary(trailer) || trailer.get("Size") !== size) refuse("the trailer does not fit the table");
  lexer.expect(`\nstartxref\n${tableAt}\n%%EOF\n`);
  if (lexer.position !== bytes.length) refuse("bytes after the end of the file");
  return { firstByte, tableAt, offsets, trailer };
}

function readHeader(bytes: Uint8Array): number {
  const lexer = new Lexer(bytes, 0, bytes.length, { values: 0 });
  lexer.expect("%PDF-1.7\n%");
  for (let i = 0; i < 4; i++) if ((bytes[lexer.position++] ?? 0) < 128) refuse("the second line is not binary");
  lexer.expect("\n");
  return lexer.position;
}

/** The number in the last three lines, which nothing may follow: appended bytes are how files grow a second revision. */
function readStartXref(bytes: Uint8Array): number {
  const tail = String.fromCharCode(...bytes.subarray(Math.max(0, bytes.length - 32)));
  const match = /startxref\n([1-9]\d{0,8})\n%%EOF\n$/.exec(tail);
  const tableAt = match ? Number(match[1]) : refuse("it does not end as our files end");
  return tableAt < bytes.length ? tableAt : refuse("startxref points outside the file");
}

function readDecimal(bytes: Uint8Array, at: number): number {
  let value = 0;
  let digits = 0;
  for (; digits < 6; digits++) {
    const digit = (bytes[at + digits] ?? 0) - 48;
    if (digit < 0 || digit > 9) break;
    value = value * 10 + digit;
  }
  return digits > 0 ? value : refuse("a number is missing in the cross-reference table");
}

/** `nnnnnnnnnn 00000 n \n`. */
function readEntry(bytes: Uint8Array, at: number): number {
  let offset = 0;
  for (let i = 0; i < 10; i++) {
    const digit = (bytes[at + i] ?? 0) - 48;
    if (digit < 0 || digit > 9) refuse("a malformed cross-reference entry");
    offset = offset * 10 + digit;
  }
  const rest = " 00000 n \n";
  for (let i = 0; i < rest.length; i++)
    if (bytes[at + 10 + i] !== rest.charCodeAt(i)) refuse("a cross-reference entry that is not in use");
  return offset;
}
