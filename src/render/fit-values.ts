// SPDX-License-Identifier: Apache-2.0
import type { CertificateSubject } from "../core/certificate.js";
import type { FontLibrary } from "./font/font-library.js";
import { unsettableBecause } from "./font/unsettable.js";
import { IDENTIFIER_LABEL } from "./ground/standing-text.js";
import { type FurtherPages, layFurtherPages, MAX_PAGES } from "./layout/further-pages.js";
import { breakLines } from "./layout/line-breaking.js";
import type { PageGeometry } from "./layout/page-geometry.js";
import {
  continues,
  type FittedEntry,
  type FittedRow,
  type FittedText,
  fitEntry,
  fitText,
} from "./layout/place-rows.js";
import type { ColumnPlan, RowPlan } from "./layout/row-plan.js";
import { LEADING } from "./layout/type-sizes.js";
import { mm } from "./pdf/canvas.js";
import { IDENTIFIER_CHARACTERS, type Template } from "./template.js";
import type { Validity } from "./text/printed-date.js";
import { printedEntries, printedValue } from "./text/printed-value.js";

/** Why a value cannot be printed; `field` is a pointer into credentialSubject, or "validity". */
export interface RenderProblem {
  readonly field: string;
  readonly message: string;
}

export interface FittedValues {
  /** In the order of the template's rows. Meaningless when there are problems. */
  readonly values: readonly FittedRow[];
  readonly issuer: FittedText;
  readonly further: FurtherPages;
  readonly problems: RenderProblem[];
}

/** Sets every value of a certificate into the room that its layout gives it, and says which do not go in. */
export function fitValues(
  subject: CertificateSubject,
  validity: Validity,
  template: Template,
  fonts: FontLibrary,
): FittedValues {
  const { lines, geometry } = template;
  const fitter = new Fitter(template, fonts);
  const rows = lines.flat();
  const values = rows.map((plan) =>
    plan.columns.length > 0
      ? fitter.table(plan, printedEntries(plan.row, subject))
      : fitter.value(plan, printedValue(plan.row, subject, validity)),
  );
  const issuer = fitter.fit("/issueDept", subject.issueDept, 2, issuerWidth(geometry), geometry.sizes.values);
  fitter.identifier(subject.certificateIdentifier);
  const further = fitter.further(rows.map((plan, i) => ({ plan, fitted: values[i] as FittedRow })));
  return { values, issuer, further, problems: fitter.problems };
}

/** The size in which an identifier goes on one line of a page. */
export function identifierSize(
  identifier: string,
  { sizes, identifier: { width } }: PageGeometry,
  fonts: FontLibrary,
): number {
  const natural = fonts.label.textWidth(`${IDENTIFIER_LABEL} ${identifier}`) / 1000;
  return Math.min(sizes.small, width / natural);
}

/** Below it, print is dust. */
const MIN_IDENTIFIER_SIZE = 4.2;

class Fitter {
  readonly problems: RenderProblem[] = [];

  constructor(
    private readonly template: Template,
    private readonly fonts: FontLibrary,
  ) {}

  value(plan: RowPlan, text: string): FittedRow {
    const { sizes } = this.template.geometry;
    const { row, valueWidth } = plan;
    if (row.flow !== true)
      return { ...EMPTY, text: this.fit(row.pointer, text, row.maxLines, valueWidth, sizes.values) };
    this.missing(row.pointer, text);
    const [size] = sizes.text;
    const whole = fitText(
      text,
      row.maxLines,
      valueWidth,
      this.fonts.value,
      sizes.values.filter((each) => each >= size * 0.9),
    );
    if (whole) return { ...EMPTY, text: whole };
    // One line less, for the words that say where it goes on.
    const room = Math.floor((row.maxLines * sizes.values[0]) / size) - 1;
    const widthOf = (codePoint: number) => this.fonts.value.widthOf(codePoint) ?? 0;
    const { lines, rest } =
      room < 1 ? { lines: [], rest: text } : breakLines(text, (valueWidth * 1000) / size, widthOf, room);
    return { ...EMPTY, text: { size, lines }, restText: rest };
  }

  /** Entries beyond the room of the first page go to further ones, whose columns are wider. */
  table({ row, columns }: RowPlan, entries: readonly (readonly string[])[]): FittedRow {
    const { maxLines, pointer } = row;
    const shown = entries.length <= maxLines ? entries.length : maxLines - 1;
    const wide = this.template.furtherColumns.get(row) ?? columns;
    const fitted = entries.map((cells, i) => this.#entry(`${pointer}/${i}`, cells, i < shown ? columns : wide));
    // Entries of two lines may need the room of others.
    const room = maxLines * this.#entryRoom();
    let count = 0;
    for (let height = 0; count < shown; count++) {
      height += (fitted[count] as FittedEntry).height;
      if (height > room) break;
    }
    const rest = entries.slice(count).map((cells, i) => this.#entry(`${pointer}/${count + i}`, cells, wide));
    return { ...EMPTY, entries: fitted.slice(0, count), restEntries: rest };
  }

  fit(field: string, text: string, maxLines: number, width: number, sizes: readonly number[]): FittedText {
    this.missing(field, text);
    const fitted = fitText(text, maxLines, width, this.fonts.value, sizes);
    if (fitted) return fitted;
    this.problems.push({ field, message: overflow(text, maxLines) });
    return NOTHING;
  }

  missing(field: string, text: string): void {
    for (const character of this.fonts.value.missing(text))
      if (character !== "\n") this.#report({ field, message: missingGlyph(character) });
  }

  /** Identifiers have the small type's characters and go on one line. */
  identifier(identifier: string): void {
    const field = "/certificateIdentifier";
    const strange = new Set<string>();
    for (const character of identifier) if (!IDENTIFIER_CHARACTERS.includes(character)) strange.add(character);
    for (const character of strange) this.problems.push({ field, message: missingGlyph(character) });
    const { geometry, further } = this.template;
    for (const page of [geometry, further.geometry])
      if (identifierSize(identifier, page, this.fonts) < MIN_IDENTIFIER_SIZE) {
        this.problems.push({
          field,
          message: `${identifier.length} characters do not fit on one line; use a larger page`,
        });
        return;
      }
  }

  further(rows: readonly { readonly plan: RowPlan; readonly fitted: FittedRow }[]): FurtherPages {
    const none: FurtherPages = { pages: [], goesOnAt: new Map() };
    const first = rows.find(({ fitted }) => continues(fitted));
    if (!first || this.problems.length > 0) return none;
    const { further, type, furtherColumns } = this.template;
    const columns = new Map(rows.map(({ plan }) => [plan, furtherColumns.get(plan.row) ?? []] as const));
    const setting = { geometry: further.geometry, bilingual: type.layout.bilingual !== false, columns };
    const pages = layFurtherPages(rows, setting, this.fonts.value);
    if (pages) return pages;
    const longest = rows.reduce((a, b) => (b.fitted.restText.length > a.fitted.restText.length ? b : a), first);
    const message = `the licence would take more than ${MAX_PAGES} pages; shorten the value`;
    this.problems.push({ field: longest.plan.row.pointer, message });
    return none;
  }

  #entry(field: string, cells: readonly string[], columns: readonly ColumnPlan[]): FittedEntry {
    const { sizes } = this.template.geometry;
    const member = (i: number) => {
      const name = columns[i]?.column.member;
      return name === undefined ? field : `${field}/${name}`;
    };
    for (const [i, text] of cells.entries()) this.missing(member(i), text);
    const widths = columns.map(({ width }) => width);
    const entry = fitEntry(cells, widths, this.fonts.value, sizes);
    if (typeof entry !== "number") return entry;
    this.#report({ field: member(entry), message: tooWide(cells[entry] as string) });
    return { cells: [], height: 0 };
  }

  #entryRoom(): number {
    return this.template.geometry.sizes.text[0] * LEADING + 2.4;
  }

  /** A character or an entry may be met twice: on the first page and on a further one. */
  #report(problem: RenderProblem): void {
    if (!this.problems.some(({ field, message }) => field === problem.field && message === problem.message))
      this.problems.push(problem);
  }
}

const NOTHING: FittedText = { size: 1, lines: [] };
const EMPTY: FittedRow = { text: NOTHING, entries: [], restText: "", restEntries: [] };

/** Centred on the seal, so the nearer of the border and the code's plate limits it on both sides. */
function issuerWidth({ seal, qr, frames, band, lane }: PageGeometry): number {
  const centre = seal.x + seal.width / 2;
  const frame = frames.find(({ x, width }) => centre >= x && centre <= x + width) ?? frames[0]!;
  const edge = band + 2 * lane + mm(3);
  const isBeside = qr.x < seal.x && qr.x + qr.width > frame.x;
  const left = isBeside ? qr.x + qr.width + mm(6) : frame.x + edge;
  const right = frame.x + frame.width - edge;
  return 2 * Math.min(centre - left, right - centre);
}

function missingGlyph(character: string): string {
  const code = (character.codePointAt(0) as number).toString(16).toUpperCase().padStart(4, "0");
  const shown = /[\p{L}\p{N}\p{P}\p{S}]/u.test(character) ? `"${character}" (U+${code})` : `U+${code}`;
  const why = unsettableBecause(character);
  if (why !== null) return `${shown} ${why}`;
  return (
    `the fonts have no glyph for ${shown}; use another form of the character, ` +
    "or configure a fallback font that has it (TALLY_FALLBACK_FONTS)"
  );
}

function overflow(text: string, maxLines: number): string {
  return (
    `${Array.from(text).length} characters do not fit into the layout's room of ${maxLines} ${maxLines === 1 ? "line" : "lines"}, not even in small type; ` +
    "shorten the value, or publish a version of the type whose layout gives it more lines"
  );
}

function tooWide(text: string): string {
  return (
    `${Array.from(text).length} characters do not fit into two lines of the column; ` +
    "shorten the value, or publish a version of the type whose layout gives the column more width"
  );
}
