// SPDX-License-Identifier: Apache-2.0
import { deflateSync } from "node:zlib";
import { canonicalBytes } from "../core/canonical-json.js";
import { TallyError } from "../core/errors.js";
import type { LayoutRow, TypeDefinition } from "../core/type-definition.js";
import { addAttachment } from "./attachment.js";
import type { FontLibrary } from "./font/font-library.js";
import { addFont } from "./font/font-objects.js";
import { FontSubset } from "./font/font-subset.js";
import { drawGround, type StaticWords } from "./ground/ground.js";
import type { Look } from "./ground/look.js";
import type { StaticFonts } from "./ground/pen.js";
import { CONTINUED, goesOnText, IDENTIFIER_LABEL, pageNumberText } from "./ground/standing-text.js";
import { checkLayout, type LayoutProblem } from "./layout/check-layout.js";
import type { FurtherColumns } from "./layout/further-pages.js";
import { furtherPageGeometry, type PageGeometry, pageGeometry } from "./layout/page-geometry.js";
import { type LinePlan, planColumns, planRows } from "./layout/row-plan.js";
import { meanderKeyPath } from "./ornament/meander.js";
import { RIBBONS, ribbonPath, wavePath } from "./ornament/rosette.js";
import { mm } from "./pdf/canvas.js";
import { type PdfHead, PdfWriter } from "./pdf/pdf-writer.js";
import { srgbProfile } from "./pdf/srgb-profile.js";
import { number, type Ref, ref } from "./pdf/syntax.js";

/** All that documents of one type have in common, drawn, subset and deflated once. */
export interface Template {
  readonly type: TypeDefinition;
  readonly look: Look;
  readonly geometry: PageGeometry;
  readonly lines: readonly LinePlan[];
  readonly head: PdfHead;
  /** Shows labels and small print; frozen. */
  readonly labels: FontSubset;
  readonly labelFont: Ref;
  /** Entries of a page's font resources, for everything but values. */
  readonly fonts: string;
  readonly ground: Ref;
  readonly words: StaticWords;
  readonly further: FurtherTemplate;
  /** Of the rows that are tables. */
  readonly furtherColumns: ReadonlyMap<LayoutRow, FurtherColumns>;
  readonly colourProfile: Ref;
  readonly typeFile: Ref;
  /** The operators of everything that stands still: part of what names this look. */
  readonly groundOperators: string;
}

/** For the pages after the first; its ground is not in the head, which files of one page share. */
export interface FurtherTemplate {
  readonly geometry: PageGeometry;
  readonly ground: { readonly entries: string; readonly deflated: Uint8Array };
  readonly words: StaticWords;
}

/** Throws `type.invalid`, with a problem per place, for a layout that cannot be printed well. */
export function buildTemplate(type: TypeDefinition, look: Look, fonts: FontLibrary, codeModules: number): Template {
  const { layout } = type;
  const problems = layoutProblems(type, fonts, codeModules);
  if (problems.length > 0) throw unprintable(type, problems);
  const geometry = pageGeometry(layout);
  const furtherGeometry = furtherPageGeometry(layout);
  const lines = planRows(layout, geometry, fonts.label);

  const subsets: StaticFonts = {
    title: new FontSubset(fonts.title.fonts[0]!),
    label: new FontSubset(fonts.label.fonts[0]!),
    body: new FontSubset(fonts.value.fonts[0]!),
  };
  const ground = drawGround(layout, geometry, look, fonts, subsets);
  const furtherGround = drawGround(layout, furtherGeometry, look, fonts, subsets);
  subsets.label.encode(`${IDENTIFIER_LABEL}${IDENTIFIER_CHARACTERS}${pageNumberText(1, 1)}`);
  subsets.label.encode(`${CONTINUED.zh} (${CONTINUED.en})${goesOnText(1)}`);
  for (const { label, columns = [] } of layout.rows)
    for (const { zh, en } of [label, ...columns.map((column) => column.label)]) subsets.label.encode(zh + en);

  const writer = new PdfWriter();
  const titleFont = addFont(writer, subsets.title, "TALLYA", 9);
  const labelFont = addFont(writer, subsets.label, "TALLYB", 9);
  const bodyFont = subsets.body.isEmpty ? "" : `/B ${ref(addFont(writer, subsets.body, "TALLYS", 9))}`;
  for (const subset of Object.values(subsets)) subset.freeze();
  const forms = addOrnaments(writer, geometry);
  const colourProfile = writer.addDeflated("/N 3", srgbProfile(), 9);
  const typeFile = addAttachment(writer, "type.json", canonicalBytes(type), TYPE_FILE_DATE, 9);
  const setting = { sizes: geometry.sizes, font: fonts.label, bilingual: layout.bilingual !== false };
  const { rows, besideCode } = furtherGeometry;
  const furtherColumns = ({ columns = [] }: LayoutRow): FurtherColumns => ({
    besideCode: planColumns(columns, rows.x, besideCode?.width ?? rows.width, setting),
    full: planColumns(columns, rows.x, rows.width, setting),
  });
  return {
    type,
    look,
    geometry,
    lines,
    ground: writer.addDeflated(groundForm(geometry, forms), ground.ornament, 9),
    head: writer.asHead(),
    labels: subsets.label,
    labelFont,
    fonts: `/T ${ref(titleFont)}/L ${ref(labelFont)}${bodyFont}`,
    words: ground.words,
    further: {
      geometry: furtherGeometry,
      ground: {
        entries: `${groundForm(furtherGeometry, forms)}/Filter/FlateDecode`,
        deflated: deflateSync(furtherGround.ornament, { level: 9 }),
      },
      words: furtherGround.words,
    },
    furtherColumns: new Map(layout.rows.map((row) => [row, furtherColumns(row)] as const)),
    colourProfile,
    typeFile,
    groundOperators: JSON.stringify([ground, furtherGround]),
  };
}

/** Identifiers consist of these (GB/T 36904); they are set in the labels' font. */
export const IDENTIFIER_CHARACTERS = " 0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ.-";

/** A published type never changes and carries no date of its own; PDF/A wants one. */
const TYPE_FILE_DATE = "(D:20260101000000Z)";

/** Adds the forms that a ground repeats, and returns its resources. */
function addOrnaments(writer: PdfWriter, geometry: PageGeometry): string {
  const { width, band } = geometry;
  const size = rosetteRadius(geometry);
  const strand = mm(1);
  const box = (w: number, h: number) =>
    `/Type/XObject/Subtype/Form/BBox[${number(-w)} ${number(-h)} ${number(w)} ${number(h)}]/Resources<<>>`;
  const waves = Math.round(width / WAVE_LENGTH);
  const wave = writer.addDeflated(box(width, mm(4)), `${wavePath(width, mm(1.6), waves)} S`, 9);
  const ribbons = RIBBONS.map((ribbon) =>
    writer.addDeflated(box(size + strand, size + strand), `${ribbonPath(ribbon, size)} S`, 9),
  );
  const key = writer.addDeflated(box(band * 2, band * 2), `${meanderKeyPath(band)} S`, 9);
  return `/K ${ref(key)}/W ${ref(wave)}${ribbons.map((ribbon, i) => `/R${i} ${ref(ribbon)}`).join("")}`;
}

function groundForm({ width, height }: PageGeometry, forms: string): string {
  return `/Type/XObject/Subtype/Form/BBox[0 0 ${number(width)} ${number(height)}]/Resources<</XObject<<${forms}>>>>`;
}

const WAVE_LENGTH = mm(15);

function rosetteRadius({ width, height, frames }: PageGeometry): number {
  return Math.min(width / frames.length, height) * 0.36;
}

/** `codeModules`: modules a side of the largest code that certificates of the type can have. */
export function layoutProblems(type: TypeDefinition, fonts: FontLibrary, codeModules: number): LayoutProblem[] {
  return checkLayout(type.layout, fonts, codeModules);
}

function unprintable(type: TypeDefinition, problems: readonly LayoutProblem[]): TallyError {
  const [first] = problems as [LayoutProblem];
  const message = `the layout of ${type.typeCode} cannot be printed: ${first.field}: ${first.message}`;
  return new TallyError("type.invalid", message, { field: first.field, problems });
}
