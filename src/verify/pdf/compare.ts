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
 * zlib builds, so encoded bytes and their length say nothing.
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
    return b instanceof PdfStream && sameDictionary(a.dictionary, b.dictionary, "Length") && sameBytes(a.data, b.data);
  if (isDictionary(a)) return isDictionary(b) && sameDictionary(a, b);
  return Array.isArray(b) && a.length === b.length && a.every((element, i) => same(element, b[i]));
}

function sameDictionary(a: PdfDictionary, b: PdfDictionary, except?: string): boolean {
  if (a.size !== b.size) return false;
  for (const [key, value] of a) {
    const other = b.get(key);
    if (other === undefined || (key !== except && !same(value, other))) return false;
  }
  return true;
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
