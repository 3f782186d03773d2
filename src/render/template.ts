// SPDX-License-Identifier: Apache-2.0
import { canonicalBytes } from "../core/canonical-json.js";
import { TallyError } from "../core/errors.js";
import type { Layout, TypeDefinition } from "../core/type-definition.js";
import { addAttachment } from "./attachment.js";
import type { FontLibrary } from "./font/font-library.js";
import { addFont } from "./font/font-objects.js";
import { FontSubset } from "./font/font-subset.js";
import { drawGround, IDENTIFIER_LABEL, issuerLabel, type StaticFonts } from "./ground.js";
import { checkLayout, type LayoutProblem } from "./layout/check-layout.js";
import { type PageGeometry, pageGeometry } from "./layout/page-geometry.js";
import { type LinePlan, planRows } from "./layout/row-plan.js";
import { RIBBONS, ribbonPath, wavePath } from "./ornament/rosette.js";
import { mm } from "./pdf/canvas.js";
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

/** Throws `type.invalid`, with a problem per place, for a layout that cannot be printed well. */
export function buildTemplate(type: TypeDefinition, pending: boolean, fonts: FontLibrary): Template {
  const { layout } = type;
  const problems = layoutProblems(type, fonts);
  if (problems.length > 0) throw unprintable(type, problems);
  const geometry = pageGeometry(layout);
  const lines = planRows(layout.rows, geometry.rows, fonts.label);

  const subsets: StaticFonts = {
    title: new FontSubset(fonts.title.fonts[0]!),
    label: new FontSubset(fonts.label.fonts[0]!),
  };
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
  const box = (w: number, h: number) =>
    `/Type/XObject/Subtype/Form/BBox[${number(-w)} ${number(-h)} ${number(w)} ${number(h)}]/Resources<<>>`;
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

function rosetteRadius({ width, height }: PageGeometry): number {
  return Math.min(width, height) * 0.36;
}

export function layoutProblems({ layout }: TypeDefinition, fonts: FontLibrary): LayoutProblem[] {
  const geometry = pageGeometry(layout);
  const lines = planRows(layout.rows, geometry.rows, fonts.label);
  return [...checkLayout(layout, geometry, lines), ...missingGlyphs(layout, fonts)];
}

function unprintable(type: TypeDefinition, problems: readonly LayoutProblem[]): TallyError {
  const [first] = problems as [LayoutProblem];
  const message = `the layout of ${type.typeCode} cannot be printed: ${first.field}: ${first.message}`;
  return new TallyError("type.invalid", message, { field: first.field, problems });
}

function missingGlyphs(layout: Layout, fonts: FontLibrary): LayoutProblem[] {
  const titles = [layout.title, layout.subtitle, layout.watermark].flatMap((label) => label ?? []);
  const labels = [issuerLabel(layout), ...layout.rows.map(({ label }) => label)];
  const characters = new Set([
    ...titles.flatMap(({ zh, en }) => [...fonts.title.missing(zh), ...fonts.label.missing(zh + en)]),
    ...labels.flatMap(({ zh, en }) => fonts.label.missing(zh + en)),
  ]);
  return [...characters].map((character) => ({
    field: "/layout",
    message: `the fonts have no glyph for "${character}" (U+${character.codePointAt(0)!.toString(16).toUpperCase()})`,
  }));
}
