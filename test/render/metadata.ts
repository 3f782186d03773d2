// SPDX-License-Identifier: Apache-2.0
import { portableCrypto } from "../../src/core/portable-crypto.js";
import { readLicencePdf } from "../../src/verify/pdf/read-licence-pdf.js";
import { PdfName, PdfStream } from "../../src/verify/pdf/values.js";

/** The XMP packet of a file, inflated. */
export function metadataOf(pdf: Uint8Array): string {
  for (const object of readLicencePdf(pdf, portableCrypto).objects.values()) {
    const type = object instanceof PdfStream ? object.dictionary.get("Type") : undefined;
    if (type instanceof PdfName && type.name === "Metadata") return Buffer.from((object as PdfStream).data).toString();
  }
  throw new Error("the file has no metadata");
}
