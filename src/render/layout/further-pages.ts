// SPDX-License-Identifier: Apache-2.0
import type { FontStack } from "../font/font-stack.js";
import { breakLines } from "./line-breaking.js";
import type { PageGeometry } from "./page-geometry.js";
import { continues, type FittedEntry, type FittedRow } from "./place-rows.js";
import { type ColumnPlan, headerHeight, type RowPlan } from "./row-plan.js";
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
  /** Of each row that is a table, on further pages. */
  readonly columns: ReadonlyMap<RowPlan, readonly ColumnPlan[]>;
}

export const continuedLabelHeight = ({ sizes }: PageGeometry): number => sizes.zh * 1.9;
/** Lines of a text that stay together with its label. */
const KEEP = 2;

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

  for (const { plan, fitted } of rows) {
    if (!continues(fitted)) continue;
    const widthOf = (codePoint: number) => font.widthOf(codePoint) ?? 0;
    let lines = fitted.restText === "" ? [] : breakLines(fitted.restText, (area.width * 1000) / size, widthOf).lines;
    while (lines.length > 0) {
      const textTop = open(plan, labelRoom + Math.min(KEEP, lines.length) * leading);
      if (pages.length >= MAX_PAGES) return null;
      const count = Math.max(1, Math.min(lines.length, Math.floor((bottom - textTop) / leading)));
      const row = { plan, top: y, textTop, size, lines: lines.slice(0, count), columns: [], entries: [] };
      close(row, textTop + count * leading);
      lines = lines.slice(count);
    }
    let entries = fitted.restEntries;
    const heads = headerHeight(sizes, bilingual);
    while (entries.length > 0) {
      const textTop = open(plan, labelRoom + heads + (entries[0] as FittedEntry).height);
      if (pages.length >= MAX_PAGES) return null;
      let end = textTop + heads;
      let count = 0;
      while (count < entries.length && (count === 0 || end + entries[count]!.height <= bottom))
        end += entries[count++]!.height;
      const shown = { columns: columns.get(plan) ?? [], entries: entries.slice(0, count) };
      close({ plan, top: y, textTop, size, lines: [], ...shown }, end);
      entries = entries.slice(count);
    }
  }
  return { pages, goesOnAt };
}
