// SPDX-License-Identifier: Apache-2.0
import type { Crypto } from "../../core/crypto.js";
import { type Attachment, readAttachments, textOf } from "./attachments.js";
import { checkGrammar } from "./licence-grammar.js";
import { readObjects } from "./objects.js";
import { type PdfSeal, readSealField } from "./read-seal-field.js";
import { isDictionary, type PdfDictionary, type PdfObject, PdfReference, refuse } from "./values.js";
import { readXref } from "./xref.js";

export const MAX_PDF_BYTES = 20 * 1024 * 1024;
/** Of the same table some 30,000. A hostile one can cost 400 bytes. */
const MAX_VALUES = 60_000;

/** A file that our renderer could have written, with all streams decoded. */
export interface LicencePdf {
  readonly attachments: readonly Attachment[];
  readonly objects: ReadonlyMap<number, PdfObject>;
  readonly trailer: PdfDictionary;
  /** Which renderer says to have written the file: Info's /Producer; empty when there is none. */
  readonly producer: string;
  /** Null for a file without a signature field. */
  readonly seal: PdfSeal | null;
}

/**
 * Reads a PDF that this library wrote, and throws `pdf.refused` for any other: further revisions, gaps, hidden objects,
 * encryption, scripts, object streams, two attachments of one name, streams that inflate without end. Linear in the size of the file.
 */
export function readLicencePdf(bytes: Uint8Array, crypto: Crypto): LicencePdf {
  if (bytes.length > MAX_PDF_BYTES) refuse(`${bytes.length} bytes`);
  const budget = { values: MAX_VALUES };
  const xref = readXref(bytes, budget);
  const objects = readObjects(bytes, xref, budget, crypto);
  checkGrammar(xref.trailer, objects);
  const catalog = dictionaryAt(xref.trailer.get("Root"), objects);
  const information = xref.trailer.has("Info") ? dictionaryAt(xref.trailer.get("Info"), objects) : null;
  return {
    attachments: readAttachments(catalog, objects),
    objects,
    trailer: xref.trailer,
    producer: information?.has("Producer") ? textOf(information.get("Producer")) : "",
    seal: readSealField(bytes, catalog, objects, crypto),
  };
}

function dictionaryAt(value: PdfObject | undefined, objects: ReadonlyMap<number, PdfObject>): PdfDictionary {
  const object = value instanceof PdfReference ? objects.get(value.object) : value;
  return isDictionary(object) ? object : refuse("a dictionary is missing");
}
