// SPDX-License-Identifier: Apache-2.0
import type { Box } from "../layout/page-geometry.js";
import type { PdfWriter } from "../pdf/pdf-writer.js";
import { asciiString, date, number, type Ref, ref, textString } from "../pdf/syntax.js";
import type { SealLook } from "./seal-picture.js";

/** What a seal says in the file, besides its signature. */
export interface SealStatement extends SealLook {
  /** When it is set, RFC 3339 with whole seconds in UTC. */
  readonly time: string;
  /** Why, e.g. 电子证照签发. */
  readonly reason: string;
  /** Bytes kept free for the signature. */
  readonly room: SealRoom;
}

/** What nearly every CMS needs, and one with an RFC 3161 timestamp or very long names. */
export const SEAL_ROOM = { usual: 2048, large: 8192 } as const;
export type SealRoom = (typeof SEAL_ROOM)[keyof typeof SEAL_ROOM];

export const SEAL_FIELD = "AgencySeal";

/** The flags of the annotation (ISO 32000-1 table 165): printed, and locked. */
const PRINT_AND_LOCKED = 4 + 128;
/** Signatures exist, and the file may only be appended to (table 219). */
const SIGNATURES_AND_APPEND_ONLY = 3;

/** What page and catalogue say of the seal. */
export interface SealEntries {
  readonly field: Ref;
  readonly page: string;
  readonly catalogue: string;
}

/**
 * Adds the signature and its field, two objects, with the picture where the layout's square is. `page` is the one that shows it, `pageHeight`
 * in points; under `structureKey` the logical structure finds the field. DocMDP with P 1: nobody may change the file after (ISO 32000-1 section 12.8.2.2).
 */
export function addSealField(
  writer: PdfWriter,
  { name, code, star, time, reason, room }: SealStatement,
  {
    picture,
    box,
    page,
    pageHeight,
    structureKey,
  }: { picture: Ref; box: Box; page: Ref; pageHeight: number; structureKey: number },
): SealEntries {
  const signature = writer.addSignature(
    "/Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached" +
      "/Reference[<</Type/SigRef/TransformMethod/DocMDP/TransformParams<</Type/TransformParams/P 1/V/1.2>>>>]" +
      `/M${date(new Date(time))}/Name${textString(name)}/Reason${textString(reason)}` +
      `/TTLY_Picture<</Code${asciiString(code)}/Star ${star}>>`,
    room,
  );
  const bottom = pageHeight - box.y - box.height;
  const rectangle = [box.x, bottom, box.x + box.width, bottom + box.height].map(number).join(" ");
  const field = writer.add(
    `<</Type/Annot/Subtype/Widget/FT/Sig/T(${SEAL_FIELD})/TU${textString(`${name}电子印章`)}/V ${ref(signature)}` +
      `/Rect[${rectangle}]/F ${PRINT_AND_LOCKED}/P ${ref(page)}/StructParent ${structureKey}/AP<</N ${ref(picture)}>>>>`,
  );
  return {
    field,
    page: `/Annots[${ref(field)}]`,
    catalogue:
      `/AcroForm<</Fields[${ref(field)}]/SigFlags ${SIGNATURES_AND_APPEND_ONLY}>>` +
      `/Perms<</DocMDP ${ref(signature)}>>`,
  };
}
