// SPDX-License-Identifier: Apache-2.0
import type { DeflateLevel, PdfWriter } from "./pdf/pdf-writer.js";
import { asciiString, type Ref, ref } from "./pdf/syntax.js";

export type AttachmentName = "certificate.json" | "copy-evidence.json" | "copy.json" | "evidence.json" | "type.json";

/** How a file belongs to the document (ISO 19005-3 annex E). */
const RELATIONSHIP: Record<AttachmentName, "Data" | "Supplement"> = {
  "certificate.json": "Data",
  "copy-evidence.json": "Supplement",
  "copy.json": "Data",
  "evidence.json": "Supplement",
  "type.json": "Supplement",
};

/** Adds an embedded file and its specification, and returns the latter. `modified` is a PDF date. */
export function addAttachment(
  writer: PdfWriter,
  name: AttachmentName,
  bytes: Uint8Array,
  modified: string,
  level: DeflateLevel,
): Ref {
  const file = writer.addDeflated(
    `/Type/EmbeddedFile/Subtype/application#2Fjson/Params<</Size ${bytes.length}/ModDate${modified}>>`,
    bytes,
    level,
  );
  const title = asciiString(name);
  return writer.add(
    `<</Type/Filespec/F${title}/UF${title}/EF<</F ${ref(file)}/UF ${ref(file)}>>/AFRelationship/${RELATIONSHIP[name]}>>`,
  );
}
