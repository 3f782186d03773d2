// SPDX-License-Identifier: Apache-2.0
import { nodeCrypto } from "../../../src/adapters/node-crypto/index.js";
import { toHex } from "../../../src/core/hex.js";
import { type Body, partsOf, pdfOf } from "./pdf-text.js";

/*
 * Sealed files put together by hand, apart from the service's own renderer: objects of a file without a seal, the two that a seal adds, and
 * their entries in page and catalogue.
 */

export interface SealedFileParts {
  /** Objects of the file without a seal, object 1 being the first. */
  readonly objects: readonly Body[];
  readonly trailer: string;
  /** Numbers of the page that shows the seal and of the catalogue. */
  readonly page: number;
  readonly catalog: number;
  /** `D:` and 14 digits. */
  readonly time?: string;
  /** Bytes kept for the CMS. */
  readonly room?: number;
  /** Changes the objects before the file is sealed. */
  readonly change?: (objects: Body[]) => void;
}

/** A finished file whose signature is zeros, and where that stands. */
export interface FileToSeal {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
}

export const utf16 = (text: string) =>
  `<feff${Array.from({ length: text.length }, (_, i) => text.charCodeAt(i).toString(16).padStart(4, "0")).join("")}>`;

export function fileToSeal(parts: SealedFileParts): FileToSeal {
  const { objects, trailer, page, catalog, time = "20260303020000", room = 4_096, change } = parts;
  const bodies = [...objects];
  const first = bodies.length + 1;
  const [picture, signature, field] = [first, first + 1, first + 2];
  bodies.push(
    "<</Type/XObject/Subtype/Form/BBox[0 0 119 119]/Resources<<>>/Length 1>>\nstream\nq\nendstream",
    "<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached" +
      "/Reference[<</Type/SigRef/TransformMethod/DocMDP/TransformParams<</Type/TransformParams/P 1/V/1.2>>>>]" +
      `/M(D:${time}Z)/Name${utf16("虎符示例市市场监督管理局")}/Reason${utf16("电子证照签发")}/TTLY_Picture<</Code(3401000000001)/Star true>>` +
      `/ByteRange[${" ".repeat(30)}]/Contents<${"0".repeat(2 * room)}>>>`,
    `<</Type/Annot/Subtype/Widget/FT/Sig/T(AgencySeal)/V ${signature} 0 R/Rect[386 114 505 233]/F 132/P ${page} 0 R/AP<</N ${picture} 0 R>>>>`,
  );
  bodies[page - 1] = withEntries(bodies[page - 1]!, `/Annots[${field} 0 R]`);
  bodies[catalog - 1] = withEntries(
    bodies[catalog - 1]!,
    `/AcroForm<</Fields[${field} 0 R]/SigFlags 3>>/Perms<</DocMDP ${signature} 0 R>>`,
  );
  change?.(bodies);
  const bytes = Buffer.from(pdfOf({ objects: bodies, trailer }));
  const start = bytes.indexOf("/Contents<0") + "/Contents".length;
  const end = bytes.indexOf(">", start) + 1;
  bytes.write(`0 ${start} ${end} ${bytes.length - end}`, bytes.indexOf("/ByteRange[") + "/ByteRange[".length, "latin1");
  return { bytes: new Uint8Array(bytes), start, end };
}

/** A file as the renderer makes it, with all that a seal adds but the seal. */
export function withRoomForSeal(
  pdf: Uint8Array,
  more: Pick<SealedFileParts, "time" | "room" | "change"> = {},
): FileToSeal {
  const { bodies, trailer } = partsOf(pdf);
  const numberOf = (type: RegExp) => bodies.findIndex((body) => type.test(body.toString("latin1"))) + 1;
  const [page, catalog] = [numberOf(/\/Type\/Page\b(?!s)/), numberOf(/\/Type\/Catalog\b/)];
  return fileToSeal({ objects: bodies, trailer, page, catalog, ...more });
}

/** The file with the seal that `sign` makes of the SHA-256 of all but its place. */
export function sealFile({ bytes, start, end }: FileToSeal, sign: (digest: Uint8Array) => Uint8Array): Uint8Array {
  const cms = sign(nodeCrypto.sha256(bytes.subarray(0, start), bytes.subarray(end)));
  if (2 * cms.length > end - start - 2) throw new Error(`${cms.length} bytes do not fit`);
  const sealed = Buffer.from(bytes);
  sealed.write(toHex(cms), start + 1, "latin1");
  return new Uint8Array(sealed);
}

/** The body of a dictionary with further entries at its end. */
export function withEntries(body: Body, entries: string): Body {
  const text = typeof body === "string" ? body : body.toString("latin1");
  if (!text.endsWith(">>")) throw new Error(`no dictionary: ${text.slice(-40)}`);
  return `${text.slice(0, -2)}${entries}>>`;
}
