// SPDX-License-Identifier: Apache-2.0
import type { LicencePdf } from "./read-licence-pdf.js";
import {
  isDictionary,
  type PdfDictionary,
  PdfName,
  type PdfObject,
  PdfReference,
  PdfStream,
  PdfString,
} from "./values.js";

/**
 * True when both files have the same objects under the same numbers, streams compared decoded: deflate output differs between
 * zlib builds, so encoded bytes and their length say nothing. Of a seal all is compared but the signature's value and what it covers.
 */
export function samePdfContent(a: LicencePdf, b: LicencePdf): boolean {
  if (a.objects.size !== b.objects.size || !sameDictionary(a.trailer, b.trailer)) return false;
  for (const [number, object] of a.objects) {
    const other = b.objects.get(number);
    if (other === undefined || !same(object, other)) return false;
  }
  return true;
}

function same(a: PdfObject, b: PdfObject): boolean {
  if (a === null || typeof a !== "object") return a === b;
  if (a instanceof PdfName) return b instanceof PdfName && a.name === b.name;
  if (a instanceof PdfReference) return b instanceof PdfReference && a.object === b.object;
  if (a instanceof PdfString) return b instanceof PdfString && sameBytes(a.bytes, b.bytes);
  if (a instanceof PdfStream)
    return (
      b instanceof PdfStream && sameDictionary(a.dictionary, b.dictionary, ENCODED_LENGTH) && sameBytes(a.data, b.data)
    );
  if (isDictionary(a)) return isDictionary(b) && sameDictionary(a, b, isSignature(a) ? OF_THE_SEAL : NOTHING);
  return Array.isArray(b) && a.length === b.length && a.every((element, i) => same(element, b[i]));
}

const NOTHING: readonly string[] = [];
const ENCODED_LENGTH = ["Length"];
/** The seal is made over a file that is finished but for these; what it covers depends on encoded lengths. */
const OF_THE_SEAL = ["ByteRange", "Contents"];

/** The grammar knows this type in one place, the value of the seal's field. */
function isSignature(dictionary: PdfDictionary): boolean {
  const type = dictionary.get("Type");
  return type instanceof PdfName && type.name === "Sig";
}

/** The values of the keys in `except` may differ; they must be there. */
function sameDictionary(a: PdfDictionary, b: PdfDictionary, except = NOTHING): boolean {
  if (a.size !== b.size) return false;
  for (const [key, value] of a) {
    const other = b.get(key);
    if (other === undefined || (!except.includes(key) && !same(value, other))) return false;
  }
  return true;
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
