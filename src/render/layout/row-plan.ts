// SPDX-License-Identifier: Apache-2.0
import type { Label, Layout, LayoutColumn, LayoutRow } from "../../core/type-definition.js";
import type { FontStack } from "../font/font-stack.js";
import { mm } from "../pdf/canvas.js";
import type { PageGeometry } from "./page-geometry.js";
import { LEADING, labelHeight, type TypeSizes } from "./type-sizes.js";

/** A label as it will be drawn: sizes and spacing are the same for every document of the type. */
export interface LabelPlan {
  readonly zh: string;
  /** Empty where labels are in Chinese only. */
  readonly en: string;
  readonly x: number;
  readonly zhSize: number;
  /** Added after every character, so that labels of a column are equally wide 两端对齐. */
  readonly zhSpacing: number;
  readonly enSize: number;
}

/** What of a row does not depend on the value. */
export interface RowPlan {
  readonly row: LayoutRow;
  readonly label: LabelPlan;
  readonly valueX: number;
  readonly valueWidth: number;
  /** The columns of a table; empty for a value. */
  readonly columns: readonly ColumnPlan[];
}

export interface ColumnPlan {
  readonly column: LayoutColumn;
  readonly x: number;
  readonly width: number;
  readonly label: LabelPlan;
}

/** One or two rows side by side. */
export type LinePlan = readonly RowPlan[];

/** Labels of up to so many characters are spread to the column's common width. */
const SPREAD_EMS = 6;
/** Between the columns of a table. */
const CELL_GAP = mm(2.5);
/** Between the edge of a ruled table and its text. */
const CELL_PADDING = mm(2.5);

/** Puts rows on lines and labels in columns; neighbouring half rows share a line. */
export function planRows(layout: Layout, { rows: area, sizes }: PageGeometry, labelFont: FontStack): LinePlan[] {
  const setting = { sizes, font: labelFont, bilingual: layout.bilingual !== false };
  const padding = layout.grid === "cells" ? CELL_PADDING : 0;
  const [x, end] = [area.x + padding, area.x + area.width - padding];
  const grouped = groupRows(layout.rows);
  const half = (end - x - sizes.columnGap) / 2;
  const left = column(
    grouped.map(([row]) => row as LayoutRow),
    x,
    setting,
  );
  const right = column(
    grouped.flatMap(([, row]) => row ?? []),
    x + half + sizes.columnGap,
    setting,
  );
  return grouped.map((line) =>
    line.map((row, i) => {
      const at = i === 0 ? left : right;
      const valueX = at.x + at.width + sizes.labelGap;
      const valueWidth = (row.width === "half" && i === 0 ? x + half : end) - valueX;
      const label = planLabel(row.label, at.x, at.width, at.spread, setting);
      return { row, label, valueX, valueWidth, columns: planColumns(row.columns ?? [], valueX, valueWidth, setting) };
    }),
  );
}

/** The columns of a table of the given place and width. */
export function planColumns(
  columns: readonly LayoutColumn[],
  x: number,
  width: number,
  setting: LabelSetting,
): ColumnPlan[] {
  const shares = columns.reduce((sum, column) => sum + column.width, 0);
  const room = width - (columns.length - 1) * CELL_GAP;
  let at = x;
  return columns.map((column) => {
    const own = (room * column.width) / shares;
    const plan = { column, x: at, width: own, label: planLabel(column.label, at, own, 0, headerSetting(setting)) };
    at += own + CELL_GAP;
    return plan;
  });
}

/** Heads of columns are set smaller than labels of rows. */
const headerSetting = (setting: LabelSetting): LabelSetting => ({
  ...setting,
  sizes: { ...setting.sizes, zh: setting.sizes.zh * 0.81, en: setting.sizes.en * 0.87 },
});

/** Height of a table's line of heads, and of an entry whose cells take `lines` lines of `size`. */
export const headerHeight = ({ zh, en }: TypeSizes, bilingual: boolean): number =>
  zh * 0.81 * 1.35 + (bilingual ? en * 1.3 : 0) + 2;
export const entryHeight = (lines: number, size: number): number => lines * size * LEADING + 2.4;

/** The room that a row's `maxLines` gives its value: lines of full size, or the heads and entries of one line. */
export function roomOf({ columns, maxLines }: LayoutRow, sizes: TypeSizes, bilingual: boolean): number {
  if (columns) return headerHeight(sizes, bilingual) + maxLines * entryHeight(1, sizes.text[0]);
  return maxLines * sizes.values[0] * LEADING;
}

/** Height that a plan takes when every value uses all its room. */
export function tallest(plan: readonly LinePlan[], sizes: TypeSizes, bilingual: boolean): number {
  return plan.reduce((sum, line) => {
    const heights = line.map(({ row }) => roomOf(row, sizes, bilingual));
    return sum + Math.max(labelHeight(sizes, bilingual), ...heights) + sizes.minPadding;
  }, 0);
}

function groupRows(rows: readonly LayoutRow[]): LayoutRow[][] {
  const lines: LayoutRow[][] = [];
  for (const row of rows) {
    const open = lines.at(-1);
    if (row.width === "half" && open?.length === 1 && open[0]?.width === "half") open.push(row);
    else lines.push([row]);
  }
  return lines;
}

export interface LabelSetting {
  readonly sizes: TypeSizes;
  readonly font: FontStack;
  readonly bilingual: boolean;
}

function column(rows: readonly LayoutRow[], x: number, { sizes, font, bilingual }: LabelSetting) {
  const zh = Math.max(0, ...rows.map(({ label }) => width(font, label.zh, sizes.zh)));
  const en = bilingual ? Math.max(0, ...rows.map(({ label }) => width(font, label.en, sizes.en))) : 0;
  const spread = Math.min(zh, SPREAD_EMS * sizes.zh);
  return { x, width: Math.min(sizes.maxLabelWidth, Math.max(zh, en)), spread };
}

export function planLabel(
  { zh, en }: Label,
  x: number,
  columnWidth: number,
  spread: number,
  { sizes, font, bilingual }: LabelSetting,
): LabelPlan {
  const zhSize = shrunk(width(font, zh, sizes.zh), sizes.zh, columnWidth);
  const natural = width(font, zh, zhSize);
  const gaps = Array.from(zh).length - 1;
  return {
    zh,
    en: bilingual ? en : "",
    x,
    zhSize,
    zhSpacing: gaps > 0 ? Math.max(0, (spread - natural) / gaps) : 0,
    enSize: shrunk(width(font, en, sizes.en), sizes.en, columnWidth),
  };
}

const width = (font: FontStack, text: string, size: number): number => (font.textWidth(text) * size) / 1000;
const shrunk = (natural: number, size: number, room: number): number =>
  natural > room ? (size * room) / natural : size;
