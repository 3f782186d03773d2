// SPDX-License-Identifier: Apache-2.0
import type { CertificateSubject } from "../core/certificate.js";
import type { Photo } from "../core/photo/photo.js";
import type { LayoutRow } from "../core/type-definition.js";
import type { FontLibrary } from "./font/font-library.js";
import { unsettableBecause } from "./font/unsettable.js";
import { IDENTIFIER_LABEL } from "./ground/standing-text.js";
import {
  type FurtherColumns,
  type FurtherPages,
  highestEntry,
  layFurtherPages,
  MAX_PAGES,
  mostEntries,
} from "./layout/further-pages.js";
import { breakLines } from "./layout/line-breaking.js";
import type { PageGeometry } from "./layout/page-geometry.js";
import {
  continues,
  type FittedEntry,
  type FittedRow,
  type FittedText,
  fitEntry,
  fitText,
  lineHeights,
  NOTICE_HEIGHT,
} from "./layout/place-rows.js";
import { type ColumnPlan, headerHeight, type RowPlan, roomOf } from "./layout/row-plan.js";
import { LEADING } from "./layout/type-sizes.js";
import { photoIn } from "./photo/photo-image.js";
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
  readonly photo: Photo | null;
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
  const most = mostEntries(geometry, template.further.geometry);
  const fitter = new Fitter(template, fonts, most);
  const rows = lines.flat();
  const values = fitter.rows(rows.map((plan) => contentOf(plan, subject, validity, most)));
  const issuer = fitter.issuer(subject.issueDept);
  fitter.identifier(subject.certificateIdentifier);
  const photo = fitter.photo(subject);
  const further = fitter.further(rows.map((plan, i) => ({ plan, fitted: values[i] as FittedRow })));
  return { values, issuer, photo, further, problems: fitter.problems };
}

/** What a row prints: a text, or the cells of a table's entries. */
type RowContent = { readonly text: string } | { readonly entries: readonly (readonly string[])[] };

/** Of entries beyond the `most` that a licence has room for, one stands for all. */
function contentOf(
  { row, columns }: RowPlan,
  subject: CertificateSubject,
  validity: Validity,
  most: number,
): RowContent {
  if (columns.length > 0) return { entries: printedEntries(row, subject, most + 1) };
  return { text: printedValue(row, subject, validity) };
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
    private readonly mostEntries: number,
  ) {}

  /**
   * In the room that `maxLines` gives them, or, for what does not go into that, in what the others leave of the page, from the top down. What is
   * still too long goes on elsewhere.
   */
  rows(contents: readonly RowContent[]): FittedRow[] {
    const { lines, geometry } = this.template;
    const { sizes } = geometry;
    const plans = lines.flat();
    const values = plans.map((plan, i) =>
      this.#row(plan, contents[i] as RowContent, roomOf(plan.row, sizes, this.#bilingual)),
    );
    const room = geometry.rows.height - lines.length * sizes.minPadding;
    for (const [i, plan] of plans.entries()) {
      if (!continues(values[i] as FittedRow)) continue;
      const heights = lineHeights(lines, values, sizes, this.#bilingual);
      const own = heights[lines.findIndex((line) => line.includes(plan))] as number;
      const slack = room - heights.reduce((sum, height) => sum + height, 0);
      if (slack > 0) values[i] = this.#row(plan, contents[i] as RowContent, own + slack);
    }
    return values;
  }

  #row(plan: RowPlan, content: RowContent, height: number): FittedRow {
    return "text" in content ? this.#text(plan, content.text, height) : this.#table(plan, content.entries, height);
  }

  /** In the largest size in which the whole text goes in; a text that flows rather goes on than being smaller than others of its kind. */
  #text({ row, valueWidth }: RowPlan, text: string, height: number): FittedRow {
    this.missing(row.pointer, text);
    const { sizes } = this.template.geometry;
    const [full] = sizes.values;
    const [size] = sizes.text;
    const smallest = row.flow === true ? size * SMALLEST_FLOWING : 0;
    const fitting = sizes.values.filter((each) => each >= smallest);
    // Sums of heights are a little less than their parts.
    const lines = height / (full * LEADING) + 1e-6;
    const whole = fitText(text, lines, valueWidth, this.fonts.value, fitting);
    if (whole) return { ...EMPTY, text: whole };
    const room = Math.floor((height - this.#noticeHeight) / (size * LEADING));
    if (room < 1) return { ...EMPTY, restText: text };
    const widthOf = (codePoint: number) => this.fonts.value.widthOf(codePoint) ?? 0;
    const { lines: shown, rest } = breakLines(text, (valueWidth * 1000) / size, widthOf, room);
    return { ...EMPTY, text: { size, lines: shown }, restText: rest };
  }

  /** Entries beyond the room of the first page go to further ones, whose columns are wider. */
  #table({ row, columns }: RowPlan, entries: readonly (readonly string[])[], height: number): FittedRow {
    const { geometry, furtherColumns, further } = this.template;
    if (entries.length > this.mostEntries) {
      const message = `more than ${this.mostEntries} entries would take more than ${MAX_PAGES} pages; shorten the list`;
      this.#report({ field: row.pointer, message });
      return EMPTY;
    }
    for (const [i, cells] of entries.entries())
      for (const [c, text] of cells.entries()) this.missing(cellAt(row, i, c), text);
    const fitted = entries.map((cells) => this.#entry(cells, columns));
    const room = height - headerHeight(geometry.sizes, this.#bilingual);
    const total = fitted.reduce((sum, entry) => sum + entry.height, 0);
    if (total <= room + 1e-6) return { ...EMPTY, entries: fitted };
    let count = 0;
    for (let end = this.#noticeHeight; count < entries.length; count++) {
      end += (fitted[count] as FittedEntry).height;
      if (end > room) break;
    }
    const { besideCode, full } = furtherColumns.get(row) as FurtherColumns;
    const restEntries = entries
      .slice(count)
      .map((cells) => ({ besideCode: this.#entry(cells, besideCode), full: this.#entry(cells, full) }));
    const highest = highestEntry(further.geometry, this.#bilingual);
    for (const [i, { besideCode: entry }] of restEntries.entries())
      if (entry.height > highest) this.#report({ field: cellAt(row, count + i, longest(entry)), message: tooLong() });
    return { ...EMPTY, entries: fitted.slice(0, count), restEntries };
  }

  /** Agency names go on at most two lines. */
  issuer(name: string): FittedText {
    const field = "/issueDept";
    const { geometry } = this.template;
    this.missing(field, name);
    const fitted = fitText(name, ISSUER_LINES, geometry.issuer.width, this.fonts.value, geometry.sizes.values);
    if (fitted) return fitted;
    this.#report({ field, message: overflow(name) });
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

  photo(subject: CertificateSubject): Photo | null {
    const found = photoIn(subject, this.template.type.layout);
    if ("photo" in found) return found.photo;
    this.problems.push({ field: found.field, message: found.problem });
    return null;
  }

  further(rows: readonly { readonly plan: RowPlan; readonly fitted: FittedRow }[]): FurtherPages {
    const none: FurtherPages = { pages: [], goesOnAt: new Map() };
    const first = rows.find(({ fitted }) => continues(fitted));
    if (!first || this.problems.length > 0) return none;
    const { further, furtherColumns } = this.template;
    const columns = new Map(rows.map(({ plan }) => [plan, furtherColumns.get(plan.row) as FurtherColumns] as const));
    const setting = { geometry: further.geometry, bilingual: this.#bilingual, columns };
    const pages = layFurtherPages(rows, setting, this.fonts.value);
    if (pages) return pages;
    const longest = rows.reduce((a, b) => (b.fitted.restText.length > a.fitted.restText.length ? b : a), first);
    const message = `the licence would take more than ${MAX_PAGES} pages; shorten the value`;
    this.problems.push({ field: longest.plan.row.pointer, message });
    return none;
  }

  #entry(cells: readonly string[], columns: readonly ColumnPlan[]): FittedEntry {
    const widths = columns.map(({ width }) => width);
    return fitEntry(cells, widths, this.fonts.value, this.template.geometry.sizes);
  }

  get #bilingual(): boolean {
    return this.template.type.layout.bilingual !== false;
  }

  get #noticeHeight(): number {
    return NOTICE_HEIGHT * this.template.geometry.sizes.zh;
  }

  /** A value may be met twice: in its own room, and in what the page has left. */
  #report(problem: RenderProblem): void {
    if (!this.problems.some(({ field, message }) => field === problem.field && message === problem.message))
      this.problems.push(problem);
  }
}

/** Part of a flowing text's own size to which it may shrink where that keeps it on one page. */
const SMALLEST_FLOWING = 0.9;
const ISSUER_LINES = 2;

function cellAt({ pointer, columns }: LayoutRow, entry: number, cell: number): string {
  const member = columns?.[cell]?.member;
  return member === undefined ? `${pointer}/${entry}` : `${pointer}/${entry}/${member}`;
}

const longest = ({ cells }: FittedEntry): number =>
  cells.reduce((most, { lines }, i) => (lines.length > (cells[most] as FittedText).lines.length ? i : most), 0);

const NOTHING: FittedText = { size: 1, lines: [] };
const EMPTY: FittedRow = { text: NOTHING, entries: [], restText: "", restEntries: [] };

/** Why a character cannot be printed, and the way out. */
export function missingGlyph(character: string): string {
  const code = (character.codePointAt(0) as number).toString(16).toUpperCase().padStart(4, "0");
  const shown = /[\p{L}\p{N}\p{P}\p{S}]/u.test(character) ? `"${character}" (U+${code})` : `U+${code}`;
  const why = unsettableBecause(character);
  if (why !== null) return `${shown} ${why}`;
  return (
    `the fonts have no glyph for ${shown}; use another form of the character, ` +
    "or configure a fallback font that has it (TALLY_FALLBACK_FONTS)"
  );
}

function overflow(name: string): string {
  return (
    `${Array.from(name).length} characters do not fit into two lines beside the seal, not even in small type; ` +
    "shorten the name, or publish a version of the type whose layout gives it more room"
  );
}

function tooLong(): string {
  return "the entry is higher than a page of its column's width; shorten the value, or give the column more width";
}
