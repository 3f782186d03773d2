// SPDX-License-Identifier: Apache-2.0
import type { FontStack } from "../font/font-stack.js";
import { type BrokenText, breakLines } from "./line-breaking.js";
import type { PageGeometry } from "./page-geometry.js";
import { continues, type FittedEntry, type FittedRow, type RestEntry } from "./place-rows.js";
import { type ColumnPlan, entryHeight, headerHeight, type RowPlan } from "./row-plan.js";
import { LEADING } from "./type-sizes.js";

/** A part of a row on a further page. `top` is the upper edge of its label. */
export interface ContinuedRow {
  readonly plan: RowPlan;
  readonly top: number;
  readonly textTop: number;
  readonly size: number;
  readonly lines: readonly string[];
  readonly columns: readonly ColumnPlan[];
  readonly entries: readonly FittedEntry[];
}

/** Each further page's rows, and the page (from 2) on which each row goes on. */
export interface FurtherPages {
  readonly pages: readonly (readonly ContinuedRow[])[];
  readonly goesOnAt: ReadonlyMap<RowPlan, number>;
}

/** A licence of more pages is a book: its text is not for a form. */
export const MAX_PAGES = 20;

export interface FurtherSetting {
  readonly geometry: PageGeometry;
  readonly bilingual: boolean;
  /** Of each row that is a table. */
  readonly columns: ReadonlyMap<RowPlan, FurtherColumns>;
}

/** The columns of a table on further pages, where it begins beside the code and where it has the page's whole width. */
export interface FurtherColumns {
  readonly besideCode: readonly ColumnPlan[];
  readonly full: readonly ColumnPlan[];
}

export const continuedLabelHeight = ({ sizes }: PageGeometry): number => sizes.zh * 1.9;
/** Lines of a text that stay together with its label. */
const KEEP = 2;

/** The highest entry of a table that a further page has room for. */
export const highestEntry = (geometry: PageGeometry, bilingual: boolean): number =>
  geometry.rows.height - continuedLabelHeight(geometry) - headerHeight(geometry.sizes, bilingual);

/** No licence has room for more entries of a table, however short they are: what `MAX_PAGES` hold of entries of one line of the smallest type. */
export function mostEntries(first: PageGeometry, further: PageGeometry): number {
  const height = Math.max(first.rows.height, further.rows.height);
  return Math.ceil((MAX_PAGES * height) / entryHeight(1, first.sizes.text.at(-1) as number));
}

/** Lays out what the first page has no room for. Null when it takes more than `MAX_PAGES`. */
export function layFurtherPages(
  rows: readonly { readonly plan: RowPlan; readonly fitted: FittedRow }[],
  { geometry, bilingual, columns }: FurtherSetting,
  font: FontStack,
): FurtherPages | null {
  const { rows: area, sizes } = geometry;
  const [size] = sizes.text;
  const leading = size * LEADING;
  const bottom = area.y + area.height;
  const labelRoom = continuedLabelHeight(geometry);
  const pages: ContinuedRow[][] = [];
  const goesOnAt = new Map<RowPlan, number>();
  let y = Number.POSITIVE_INFINITY;

  const open = (plan: RowPlan, height: number): number => {
    if (y + height > bottom) {
      pages.push([]);
      y = area.y;
    }
    if (!goesOnAt.has(plan)) goesOnAt.set(plan, pages.length + 1);
    return y + labelRoom;
  };
  const close = (row: ContinuedRow, end: number): void => {
    pages.at(-1)!.push(row);
    y = end + labelRoom * 0.6;
  };

  const { width: besideWidth, until } = geometry.besideCode ?? { width: area.width, until: area.y };
  const widthOf = (codePoint: number) => font.widthOf(codePoint) ?? 0;
  /** Runs around the code: lines that begin beside it are shorter. */
  const fill = (text: string, top: number): BrokenText => {
    const room = Math.max(1, Math.floor((bottom - top) / leading));
    const beside = Math.min(room, Math.max(0, Math.ceil((until - top) / leading)));
    const above =
      beside > 0 ? breakLines(text, (besideWidth * 1000) / size, widthOf, beside) : { lines: [], rest: text };
    if (above.rest === "" || beside === room) return above;
    const below = breakLines(above.rest, (area.width * 1000) / size, widthOf, room - beside);
    return { lines: [...above.lines, ...below.lines], rest: below.rest };
  };

  for (const { plan, fitted } of rows) {
    if (!continues(fitted)) continue;
    let text = fitted.restText;
    while (text !== "") {
      const isOneLine = !text.includes("\n") && (font.textWidth(text) * size) / 1000 <= besideWidth;
      const textTop = open(plan, labelRoom + (isOneLine ? 1 : KEEP) * leading);
      if (pages.length >= MAX_PAGES) return null;
      const { lines, rest } = fill(text, textTop);
      close({ plan, top: y, textTop, size, lines, columns: [], entries: [] }, textTop + lines.length * leading);
      text = rest;
    }
    let rest = fitted.restEntries;
    const heads = headerHeight(sizes, bilingual);
    while (rest.length > 0) {
      const textTop = open(plan, labelRoom + heads + (rest[0] as RestEntry).besideCode.height);
      if (pages.length >= MAX_PAGES) return null;
      const where = textTop < until ? "besideCode" : "full";
      const entries: FittedEntry[] = [];
      let end = textTop + heads;
      for (const { [where]: entry } of rest) {
        if (entries.length > 0 && end + entry.height > bottom) break;
        entries.push(entry);
        end += entry.height;
      }
      const shown = { columns: (columns.get(plan) as FurtherColumns)[where], entries };
      close({ plan, top: y, textTop, size, lines: [], ...shown }, end);
      rest = rest.slice(entries.length);
    }
  }
  return { pages, goesOnAt };
}
