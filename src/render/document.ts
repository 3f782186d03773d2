// SPDX-License-Identifier: Apache-2.0

import type { Photo } from "../core/photo/photo.js";
import type { SealableFile } from "../core/seal/sealable-file.js";
import { type AttachmentName, addAttachment } from "./attachment.js";
import type { CopyWatermark } from "./copy/copy-mark.js";
import { type DrawnPage, drawPages } from "./draw-pages.js";
import type { FontLibrary } from "./font/font-library.js";
import { addFont } from "./font/font-objects.js";
import { FontSubset } from "./font/font-subset.js";
import type { FurtherPages } from "./layout/further-pages.js";
import type { FittedText, PlacedLine } from "./layout/place-rows.js";
import { PdfWriter } from "./pdf/pdf-writer.js";
import { asciiString, date, number, type Ref, ref, textString } from "./pdf/syntax.js";
import { type XmpFields, xmpPacket } from "./pdf/xmp.js";
import { addPhoto, PHOTO } from "./photo/photo-image.js";
import type { QrImage } from "./qr-image.js";
import { addSealField, type SealStatement } from "./seal/seal-field.js";
import { loweredBox, type PageStrip } from "./strip/page-strip.js";
import type { Template } from "./template.js";

/** What is signed, as canonical JSON. A reader's copy has evidence of its own, and never that of the licence. */
export interface SignedRecord {
  readonly certificate: Uint8Array;
  readonly evidence: Uint8Array;
  /** Of a reader's copy. */
  readonly copy?: Uint8Array;
}

/** Everything one document adds to its template. */
export interface DocumentContent {
  readonly lines: readonly PlacedLine[];
  readonly further: FurtherPages;
  readonly issuer: FittedText;
  readonly issueDate: string;
  readonly identifierSize: { readonly first: number; readonly further: number };
  readonly qr: QrImage;
  readonly photo: Photo | null;
  /** Canonical JSON; null for a sample and a printed copy, which have none and can therefore never be taken for a licence. */
  readonly record: SignedRecord | null;
  readonly metadata: XmpFields;
  /** 16 bytes of hex each: the document and this state of it. */
  readonly id: readonly [string, string];
  /** Of a printed copy and a reader's copy; absent in every other file. */
  readonly strip?: PageStrip;
  /** Of a reader's copy. */
  readonly watermark?: CopyWatermark;
  /** With the picture that the template has for it. */
  readonly seal: (SealStatement & { readonly picture: Ref }) | null;
}

/** A file, and where in it a seal goes; null when it has none. */
export interface WrittenDocument {
  readonly bytes: Uint8Array;
  readonly contents: SealableFile["contents"] | null;
}

/** Outlines deflate badly: a third of all work is here, and another level saves a hundredth of the file. */
const VALUE_FONT_LEVEL = 4;

/** Writes the file: the template's objects first, then those of the document, then the catalogue. */
export function writeDocument(template: Template, content: DocumentContent, fonts: FontLibrary): WrittenDocument {
  const writer = new PdfWriter(template.head);
  const subsets = fonts.value.fonts.map((font) => new FontSubset(font));
  const { pages: drawn, structure, seal: sealElement } = drawPages(template, content, fonts.value, subsets);

  const valueFonts = subsets.map((subset, i) =>
    subset.isEmpty
      ? ""
      : `/V${i} ${ref(addFont(writer, subset, `TALLY${String.fromCharCode(67 + i)}`, VALUE_FONT_LEVEL))}`,
  );
  const { modules, bits } = content.qr;
  const qr = writer.addStream(
    `/Type/XObject/Subtype/Image/Width ${modules}/Height ${modules}/BitsPerComponent 1/ColorSpace/DeviceGray`,
    bits,
  );
  const photo = content.photo && addPhoto(writer, content.photo);
  const { ground } = template.further;
  const furtherGround = drawn.length > 1 ? writer.addStream(ground.entries, ground.deflated) : null;
  const streams = drawn.map(({ operators }) => writer.addDeflated("", operators, 5));
  const { title, author, producer, created } = content.metadata;
  const modified = date(new Date(created));
  const files = filesOf(content.record).map(
    ([name, bytes]) => [name, addAttachment(writer, name, bytes, modified, 3)] as const,
  );
  // Four fifths of it are the same in every file, names of the schema; PDF/A-2 and later allow a filter here.
  const packet = new TextEncoder().encode(xmpPacket(content.metadata));
  const metadata = writer.addDeflated("/Type/Metadata/Subtype/XML", packet, 4);
  // The signature, its field, and then the page that shows it.
  const { geometry } = template;
  const seal =
    content.seal &&
    addSealField(writer, content.seal, {
      picture: content.seal.picture,
      box: content.strip ? loweredBox(geometry, content.strip, geometry.seal) : geometry.seal,
      page: writer.upcoming(2),
      pageHeight: geometry.height,
      structureKey: drawn.length,
    });
  if (seal && sealElement) structure.markAnnotation(sealElement, seal.field);
  const resources = (groundOfPage: Ref, more = "") =>
    `/Resources<</Font<<${template.fonts}${valueFonts.join("")}>>/XObject<</G ${ref(groundOfPage)}/QR ${ref(qr)}${more}>>>>`;
  const ofFirst = resources(template.ground, photo ? `/${PHOTO} ${ref(photo)}` : "");
  const pageRefs = drawn.map(({ geometry: { width, height } }: DrawnPage, i) =>
    writer.add(
      `<</Type/Page/Parent ${ref(writer.upcoming(drawn.length - i))}/MediaBox[0 0 ${number(width)} ${number(height)}]` +
        `${i === 0 ? ofFirst : resources(furtherGround as Ref)}/StructParents ${i}/Tabs/S` +
        `/Contents ${ref(streams[i] as Ref)}${i === 0 ? (seal?.page ?? "") : ""}>>`,
    ),
  );
  const pages = writer.add(`<</Type/Pages/Kids[${pageRefs.map(ref).join(" ")}]/Count ${pageRefs.length}>>`);
  const structureRoot = structure.write(writer, pageRefs);
  const root = writer.add(catalogue(pages, structureRoot, metadata, template, files, seal?.catalogue ?? ""));
  const info = writer.add(
    `<</Title${textString(title)}/Author${textString(author)}/Producer${asciiString(producer)}` +
      `/CreationDate${modified}/ModDate${modified}>>`,
  );
  return { bytes: writer.finish({ root, info, id: content.id }), contents: writer.signatureContents };
}

/** The files of this document, in the order of the name tree, in which `type.json` follows. */
function filesOf(record: SignedRecord | null): readonly (readonly [AttachmentName, Uint8Array])[] {
  if (!record) return [];
  const { certificate, evidence, copy } = record;
  return copy
    ? [
        ["certificate.json", certificate],
        ["copy-evidence.json", evidence],
        ["copy.json", copy],
      ]
    : [
        ["certificate.json", certificate],
        ["evidence.json", evidence],
      ];
}

function catalogue(
  pages: Ref,
  structure: Ref,
  metadata: Ref,
  { typeFile, colourProfile }: Template,
  own: readonly (readonly [string, Ref])[],
  seal: string,
): string {
  const files = [...own, ["type.json", typeFile] as const];
  return (
    `<</Type/Catalog/Pages ${ref(pages)}/Lang(zh-CN)/Metadata ${ref(metadata)}` +
    `/MarkInfo<</Marked true>>/StructTreeRoot ${ref(structure)}/ViewerPreferences<</DisplayDocTitle true>>` +
    `/Names<</EmbeddedFiles<</Names[${files.map(([name, file]) => `(${name})${ref(file)}`).join("")}]>>>>` +
    `/AF[${files.map(([, file]) => ref(file)).join(" ")}]` +
    `/OutputIntents[<</Type/OutputIntent/S/GTS_PDFA1/OutputConditionIdentifier(sRGB)/Info(sRGB IEC61966-2.1)` +
    `/DestOutputProfile ${ref(colourProfile)}>>]${seal}>>`
  );
}
