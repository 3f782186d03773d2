// SPDX-License-Identifier: Apache-2.0

import type { SealableFile } from "../core/seal/sealable-file.js";
import { addAttachment } from "./attachment.js";
import { addFont } from "./font/font-objects.js";
import type { FontStack } from "./font/font-stack.js";
import { FontSubset } from "./font/font-subset.js";
import { IDENTIFIER_LABEL } from "./ground.js";
import type { FittedText, PlacedLine } from "./layout/place-rows.js";
import { LEADING } from "./layout/row-plan.js";
import { PALETTES, SMALL_PRINT, TEXT_INK } from "./ornament/palettes.js";
import { Canvas, mm } from "./pdf/canvas.js";
import { PdfWriter } from "./pdf/pdf-writer.js";
import { asciiString, date, number, type Ref, ref, textString } from "./pdf/syntax.js";
import { type XmpFields, xmpPacket } from "./pdf/xmp.js";
import type { QrImage } from "./qr-image.js";
import { addSealField, type SealStatement } from "./seal/seal-field.js";
import type { Template } from "./template.js";

/** Everything one document adds to its template. */
export interface DocumentContent {
  readonly lines: readonly PlacedLine[];
  readonly issuer: FittedText;
  readonly issueDate: string;
  readonly qr: QrImage;
  readonly certificate: Uint8Array;
  readonly evidence: Uint8Array;
  readonly metadata: XmpFields;
  /** 16 bytes of hex each: the document and this state of it. */
  readonly id: readonly [string, string];
  /** With the picture that the template has for it. */
  readonly seal: (SealStatement & { readonly picture: Ref }) | null;
}

/** A file, and where in it a seal goes; null when it has none. */
export interface WrittenDocument {
  readonly bytes: Uint8Array;
  readonly contents: SealableFile["contents"] | null;
}

/** Writes the file: the template's objects first, then those of the document, then the catalogue. */
export function writeDocument(template: Template, content: DocumentContent, valueFonts: FontStack): WrittenDocument {
  const writer = new PdfWriter(template.head);
  const subsets = valueFonts.fonts.map((font) => new FontSubset(font));
  const operators = drawValues(template, content, valueFonts, subsets);

  const fonts = subsets.map((subset, i) =>
    subset.isEmpty ? "" : `/V${i} ${ref(addFont(writer, subset, `TALLY${String.fromCharCode(67 + i)}`, 1))}`,
  );
  const { modules, bits } = content.qr;
  const qr = writer.addStream(
    `/Type/XObject/Subtype/Image/Width ${modules}/Height ${modules}/BitsPerComponent 1/ColorSpace/DeviceGray`,
    bits,
  );
  const stream = writer.addDeflated("", operators, 3);
  const { title, author, producer, created } = content.metadata;
  const modified = date(new Date(created));
  const certificate = addAttachment(writer, "certificate.json", content.certificate, modified, 3);
  const evidence = addAttachment(writer, "evidence.json", content.evidence, modified, 3);
  // Four fifths of it are the same in every file, names of the schema; PDF/A-2 and later allow a filter here.
  const packet = new TextEncoder().encode(xmpPacket(content.metadata));
  const metadata = writer.addDeflated("/Type/Metadata/Subtype/XML", packet, 1);
  const { width, height } = template.geometry;
  // The signature, its field, and then the page that shows it.
  const seal =
    content.seal &&
    addSealField(writer, content.seal, {
      picture: content.seal.picture,
      box: template.geometry.seal,
      page: writer.upcoming(2),
      pageHeight: height,
    });
  const page = writer.add(
    `<</Type/Page/Parent ${ref(writer.upcoming(1))}/MediaBox[0 0 ${number(width)} ${number(height)}]` +
      `/Resources<</Font<</L ${ref(template.labelFont)}${fonts.join("")}>>/XObject<</G ${ref(template.ground)}/QR ${ref(qr)}>>>>` +
      `/Contents ${ref(stream)}${seal?.page ?? ""}>>`,
  );
  const pages = writer.add(`<</Type/Pages/Kids[${ref(page)}]/Count 1>>`);
  const root = writer.add(catalogue(pages, metadata, template, certificate, evidence, seal?.catalogue ?? ""));
  const info = writer.add(
    `<</Title${textString(title)}/Author${textString(author)}/Producer${asciiString(producer)}` +
      `/CreationDate${modified}/ModDate${modified}>>`,
  );
  return { bytes: writer.finish({ root, info, id: content.id }), contents: writer.signatureContents };
}

function catalogue(
  pages: Ref,
  metadata: Ref,
  { typeFile, colourProfile }: Template,
  certificate: Ref,
  evidence: Ref,
  seal: string,
): string {
  return (
    `<</Type/Catalog/Pages ${ref(pages)}/Lang(zh-CN)/Metadata ${ref(metadata)}` +
    `/Names<</EmbeddedFiles<</Names[(certificate.json)${ref(certificate)}(evidence.json)${ref(evidence)}(type.json)${ref(typeFile)}]>>>>` +
    `/AF[${ref(certificate)} ${ref(evidence)} ${ref(typeFile)}]` +
    `/OutputIntents[<</Type/OutputIntent/S/GTS_PDFA1/OutputConditionIdentifier(sRGB)/Info(sRGB IEC61966-2.1)` +
    `/DestOutputProfile ${ref(colourProfile)}>>]${seal}>>`
  );
}

function drawValues(
  template: Template,
  content: DocumentContent,
  stack: FontStack,
  subsets: readonly FontSubset[],
): string {
  const { geometry, labels, type } = template;
  const palette = PALETTES[type.layout.palette ?? "vermilion"];
  const canvas = new Canvas(geometry.height);
  const pen = new ValuePen(canvas, stack, subsets);
  canvas.place("G", 1, 0, 0, 1, 0, geometry.height);
  const rows = content.lines.flatMap((line) => line.rows);
  canvas.fill(palette.ink);
  for (const { plan, baseline } of rows) {
    const { zh, x, zhSize, zhSpacing } = plan.label;
    canvas.text("L", zhSize, x, baseline, labels.encode(zh), zhSpacing);
  }
  canvas.fill(SMALL_PRINT);
  for (const { plan, baseline } of rows)
    canvas.text("L", plan.label.enSize, plan.label.x, baseline + 8.6, labels.encode(plan.label.en));
  const { identifier } = content.metadata;
  canvas.text(
    "L",
    6.4,
    geometry.qr.x - mm(3),
    geometry.identifierAt,
    labels.encode(`${IDENTIFIER_LABEL} ${identifier}`),
  );

  canvas.fill(TEXT_INK);
  for (const { plan, value, baseline } of rows)
    for (const [i, line] of value.lines.entries())
      pen.text(line, value.size, plan.valueX, baseline + i * value.size * LEADING);
  drawIssuer(pen, template, content);
  canvas.stroke(palette.rule, 0.4);
  const { x, width } = geometry.rows;
  for (const { bottom } of content.lines) canvas.line(x, bottom, x + width, bottom);
  canvas.place("QR", geometry.qr.width, 0, 0, geometry.qr.height, geometry.qr.x, geometry.qr.y + geometry.qr.height);
  return canvas.operators;
}

/** Agency and date stand where the seal will cover them, as on paper 骑年盖月. */
function drawIssuer(pen: ValuePen, { geometry }: Template, { issuer, issueDate }: DocumentContent): void {
  const { seal } = geometry;
  const centre = seal.x + seal.width / 2;
  const leading = issuer.size * LEADING;
  let y = seal.y + seal.height * 0.56;
  for (const line of issuer.lines) {
    pen.centred(line, issuer.size, centre, y);
    y += leading;
  }
  pen.centred(issueDate, 11.5, centre, y + 3);
}

/** Sets values, changing fonts where the first one lacks a character. */
class ValuePen {
  constructor(
    private readonly canvas: Canvas,
    private readonly stack: FontStack,
    private readonly subsets: readonly FontSubset[],
  ) {}

  text(text: string, size: number, x: number, y: number): void {
    let at = x;
    for (const { font, text: piece } of this.stack.runs(text)) {
      this.canvas.text(`V${font}`, size, at, y, (this.subsets[font] as FontSubset).encode(piece));
      at += (this.stack.textWidth(piece) * size) / 1000;
    }
  }

  centred(text: string, size: number, x: number, y: number): void {
    this.text(text, size, x - (this.stack.textWidth(text) * size) / 2000, y);
  }
}
