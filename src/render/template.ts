// SPDX-License-Identifier: Apache-2.0
import { canonicalBytes } from "../core/canonical-json.js";
import { TallyError } from "../core/errors.js";
import type { TypeDefinition } from "../core/type-definition.js";
import { addAttachment } from "./attachment.js";
import type { FontLibrary } from "./font/font-library.js";
import { addFont } from "./font/font-objects.js";
import { FontSubset } from "./font/font-subset.js";
import { drawGround, IDENTIFIER_LABEL, issuerLabel, type StaticFonts } from "./ground.js";
import { type PageGeometry, pageGeometry } from "./layout/page-geometry.js";
import { type LinePlan, planRows } from "./layout/row-plan.js";
import { mm } from "./pdf/canvas.js";
import { RIBBONS, ribbonPath, wavePath } from "./ornament/rosette.js";
import { type PdfHead, PdfWriter } from "./pdf/pdf-writer.js";
import { srgbProfile } from "./pdf/srgb-profile.js";
import { number, type Ref, ref } from "./pdf/syntax.js";

/** All that documents of one type have in common, drawn, subset and deflated once. */
export interface Template {
  readonly type: TypeDefinition;
  readonly geometry: PageGeometry;
  readonly lines: readonly LinePlan[];
  readonly head: PdfHead;
  /** Shows labels and small print; frozen. */
  readonly labels: FontSubset;
  readonly labelFont: Ref;
  readonly ground: Ref;
  readonly colourProfile: Ref;
  readonly typeFile: Ref;
  /** The operators of the ground: part of what names this look. */
  readonly groundOperators: string;
}

/** Throws `type.invalid` when the type's words cannot be drawn. */
export function buildTemplate(type: TypeDefinition, pending: boolean, fonts: FontLibrary): Template {
  const { layout } = type;
  const geometry = pageGeometry(layout);
  const lines = planRows(layout.rows, geometry.rows, fonts.label);
  requireGlyphs(type, fonts);

  const subsets: StaticFonts = { title: new FontSubset(fonts.title.fonts[0]!), label: new FontSubset(fonts.label.fonts[0]!) };
  const groundOperators = drawGround(layout, geometry, pending, fonts, subsets);
  subsets.label.encode(`${IDENTIFIER_LABEL}${IDENTIFIER_CHARACTERS}`);
  for (const { label } of layout.rows) subsets.label.encode(label.zh + label.en);

  const writer = new PdfWriter();
  const titleFont = addFont(writer, subsets.title, "TALLYA", 9);
  const labelFont = addFont(writer, subsets.label, "TALLYB", 9);
  subsets.title.freeze();
  subsets.label.freeze();
  const ground = addGround(writer, geometry, groundOperators, titleFont, labelFont);
  const colourProfile = writer.addDeflated("/N 3", srgbProfile(), 9);
  const typeFile = addAttachment(writer, "type.json", canonicalBytes(type), TYPE_FILE_DATE, 9);
  return {
    type,
    geometry,
    lines,
    head: writer.asHead(),
    labels: subsets.label,
    labelFont,
    ground,
    colourProfile,
    typeFile,
    groundOperators,
  };
}

/** Identifiers consist of these (GB/T 36904); they are set in the labels' font. */
export const IDENTIFIER_CHARACTERS = " 0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ.-";

/** A published type never changes and carries no date of its own; PDF/A wants one. */
const TYPE_FILE_DATE = "(D:20260101000000Z)";

function addGround(writer: PdfWriter, geometry: PageGeometry, operators: string, titleFont: Ref, labelFont: Ref): Ref {
  const { width, height } = geometry;
  const size = rosetteRadius(geometry);
  const strand = mm(1);
  const box = (w: number, h: number) => `/Type/XObject/Subtype/Form/BBox[${number(-w)} ${number(-h)} ${number(w)} ${number(h)}]/Resources<<>>`;
  const wave = writer.addDeflated(box(width, mm(4)), `${wavePath(width, mm(1.6), WAVES)} S`, 9);
  const ribbons = RIBBONS.map((ribbon) =>
    writer.addDeflated(box(size + strand, size + strand), `${ribbonPath(ribbon, size)} S`, 9),
  );
  const forms = ribbons.map((ribbon, i) => `/R${i} ${ref(ribbon)}`).join("");
  return writer.addDeflated(
    `/Type/XObject/Subtype/Form/BBox[0 0 ${number(width)} ${number(height)}]` +
      `/Resources<</Font<</T ${ref(titleFont)}/L ${ref(labelFont)}>>/XObject<</W ${ref(wave)}${forms}>>>>`,
    operators,
    9,
  );
}

const WAVES = 14;

export function rosetteRadius({ width, height }: PageGeometry): number {
  return Math.min(width, height) * 0.36;
}

function requireGlyphs(type: TypeDefinition, fonts: FontLibrary): void {
  const { layout } = type;
  const labels = [issuerLabel(layout), ...layout.rows.map(({ label }) => label)];
  const titles = [layout.title, ...(layout.subtitle ? [layout.subtitle] : []), ...(layout.watermark ? [layout.watermark] : [])];
  const problems = [
    ...labels.flatMap(({ zh, en }) => fonts.label.missing(zh + en)),
    ...titles.flatMap(({ zh, en }) => [...fonts.title.missing(zh + en), ...fonts.label.missing(en)]),
  ].map((character) => ({ field: "/layout", message: `no glyph for ${character}` }));
  if (problems.length > 0)
    throw new TallyError("type.invalid", `the layout of ${type.typeCode} uses characters without a glyph`, { problems });
}
