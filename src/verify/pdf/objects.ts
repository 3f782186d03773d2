// SPDX-License-Identifier: Apache-2.0
import type { Crypto } from "../../core/crypto.js";
import { TallyError } from "../../core/errors.js";
import { type Budget, Lexer } from "./lexer.js";
import { isDictionary, type PdfDictionary, PdfName, type PdfObject, PdfStream, refuse } from "./values.js";
import type { Xref } from "./xref.js";

/** Decoded bytes of all streams of a file together. Ours have some 200 KB, with every character of a font some 14 MB; a bomb has gigabytes. */
const MAX_DECODED = 16 * 1024 * 1024;

/**
 * Reads every object of the table, in file order, each ending where the next begins: no byte of the file belongs to nothing,
 * so nothing can hide between objects.
 */
export function readObjects(
  bytes: Uint8Array,
  xref: Xref,
  budget: Budget,
  crypto: Crypto,
): ReadonlyMap<number, PdfObject> {
  const inFileOrder = xref.offsets.map((offset, number) => ({ number, offset })).slice(1);
  inFileOrder.sort((a, b) => a.offset - b.offset);
  const objects = new Map<number, PdfObject>();
  const lexer = new Lexer(bytes, xref.firstByte, xref.tableAt, budget);
  const room = { left: MAX_DECODED };
  for (const { number, offset } of inFileOrder) {
    if (lexer.position !== offset) refuse(`a gap before object ${number}`);
    lexer.expect(`${number} 0 obj\n`);
    const value = lexer.readValue();
    const object =
      isDictionary(value) && lexer.takes("\nstream\n") ? readStream(bytes, lexer, value, room, crypto) : value;
    lexer.expect("\nendobj\n");
    objects.set(number, object);
  }
  if (lexer.position !== xref.tableAt) refuse("a gap before the cross-reference table");
  return objects;
}

function readStream(
  bytes: Uint8Array,
  lexer: Lexer,
  dictionary: PdfDictionary,
  room: { left: number },
  crypto: Crypto,
): PdfStream {
  const length = dictionary.get("Length");
  if (typeof length !== "number" || !Number.isInteger(length) || length < 0) refuse("a stream without a plain length");
  const start = lexer.position;
  if (start + length > bytes.length) refuse("a stream that is longer than the file");
  lexer.position += length;
  lexer.expect("\nendstream");
  const data = decode(bytes.subarray(start, start + length), dictionary, room.left, crypto);
  room.left -= data.length;
  if (room.left < 0) refuse("streams that are too large");
  return new PdfStream(dictionary, data);
}

function decode(raw: Uint8Array, dictionary: PdfDictionary, maxBytes: number, crypto: Crypto): Uint8Array {
  const filter = dictionary.get("Filter");
  if (filter === undefined) return raw;
  if (!(filter instanceof PdfName)) refuse("a stream with several filters");
  // The grammar has it for the photo alone, and that is compared as the JPEG file that it is.
  if (filter.name === "DCTDecode") return raw;
  if (filter.name !== "FlateDecode") refuse("a stream filter other than FlateDecode");
  try {
    return crypto.inflate(raw, maxBytes);
  } catch (error) {
    if (error instanceof TallyError) refuse(error.message);
    throw error;
  }
}
