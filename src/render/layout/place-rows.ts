// SPDX-License-Identifier: Apache-2.0
import type { FontStack } from "../font/font-stack.js";
import { breakLines } from "./line-breaking.js";
import type { Box } from "./page-geometry.js";
import { entryHeight, headerHeight, type LinePlan, type RowPlan } from "./row-plan.js";
import { ascent, LEADING, labelHeight, type TypeSizes } from "./type-sizes.js";

/** A value broken into lines, in the largest size in which it fits. */
export interface FittedText {
  readonly size: number;
  readonly lines: readonly string[];
}

/** One entry of a table. */
export interface FittedEntry {
  readonly cells: readonly FittedText[];
  readonly height: number;
}

/** What a row shows on the first page, and what of it is left for further ones. */
export interface FittedRow {
  /** Without lines for a table. */
  readonly text: FittedText;
  readonly entries: readonly FittedEntry[];
  readonly restText: string;
  readonly restEntries: readonly RestEntry[];
}

/** An entry for a further page: as it is where the code stands beside its table, and where the table has the page's whole width. */
export interface RestEntry {
  readonly besideCode: FittedEntry;
  readonly full: FittedEntry;
}

export const continues = ({ restText, restEntries }: FittedRow): boolean => restText !== "" || restEntries.length > 0;

export interface PlacedRow {
  readonly plan: RowPlan;
  readonly fitted: FittedRow;
  /** Upper edge of the row's text. */
  readonly top: number;
  /** Baseline of the label and of the value's first line. */
  readonly baseline: number;
}

export interface PlacedLine {
  readonly rows: readonly PlacedRow[];
  readonly top: number;
  /** Lower edge, where the rule is drawn. */
  readonly bottom: number;
}

/**
 * Sets a text into the room of `maxLines` lines of full size, in the largest size that goes in; smaller sizes have room for more
 * lines. Null when even the smallest does not fit.
 */
export function fitText(
  text: string,
  maxLines: number,
  width: number,
  font: FontStack,
  sizes: readonly number[],
): FittedText | null {
  const widthOf = (codePoint: number) => font.widthOf(codePoint) ?? 0;
  const whole = font.textWidth(text);
  const oneLine = !text.includes("\n");
  for (const size of sizes) {
    const available = Math.floor((maxLines * (sizes[0] as number)) / size);
    const room = (width * 1000) / size;
    // Quick way out for text that is hopelessly long: breaking lines never makes it shorter.
    if (whole > room * available) continue;
    const lines = whole <= room && oneLine ? [text] : breakLines(text, room, widthOf).lines;
    if (lines.length <= available) return { size, lines };
  }
  return null;
}

/** The line under a value that goes on elsewhere, as a multiple of the label's size. */
export const NOTICE_HEIGHT = 1.5;

export interface RowSetting {
  readonly sizes: TypeSizes;
  readonly bilingual: boolean;
  /** The last line takes what is left of the area, so that a ruled table fills it. */
  readonly fill: boolean;
}

/** Stacks the lines and shares what is left of the area between them. `values` are in the order of the plan. */
export function placeRows(
  plan: readonly LinePlan[],
  values: readonly FittedRow[],
  area: Box,
  { sizes, bilingual, fill }: RowSetting,
): PlacedLine[] {
  const heights = lineHeights(plan, values, sizes, bilingual);
  const slack = area.height - heights.reduce((sum, height) => sum + height, 0);
  const padding = Math.min(sizes.maxPadding, Math.max(sizes.minPadding, slack / plan.length));
  let top = area.y;
  let next = 0;
  return plan.map((rows, i) => {
    const lineTop = top;
    const textTop = top + padding / 2;
    const baseline = textTop + ascent(sizes);
    top = fill && i === plan.length - 1 ? area.y + area.height : top + (heights[i] as number) + padding;
    const placed = rows.map((row) => ({
      plan: row,
      fitted: values[next++] as FittedRow,
      top: textTop,
      baseline,
    }));
    return { rows: placed, top: lineTop, bottom: top };
  });
}

/** Height of each line of the plan, without the air around it. */
export function lineHeights(
  plan: readonly LinePlan[],
  values: readonly FittedRow[],
  sizes: TypeSizes,
  bilingual: boolean,
): number[] {
  let next = 0;
  return plan.map((rows) =>
    Math.max(
      labelHeight(sizes, bilingual),
      ...rows.map(({ columns }) => heightOf(values[next++] as FittedRow, columns.length > 0, sizes, bilingual)),
    ),
  );
}

function heightOf(fitted: FittedRow, isTable: boolean, sizes: TypeSizes, bilingual: boolean): number {
  const { text, entries } = fitted;
  const notice = continues(fitted) ? NOTICE_HEIGHT * sizes.zh : 0;
  if (!isTable) return text.lines.length * text.size * LEADING + notice;
  return headerHeight(sizes, bilingual) + entries.reduce((sum, { height }) => sum + height, 0) + notice;
}

/** An entry of a table: each cell on a line, in two of smaller type, or in the smallest type and as many lines as it needs. */
export function fitEntry(
  cells: readonly string[],
  widths: readonly number[],
  font: FontStack,
  sizes: TypeSizes,
): FittedEntry {
  const widthOf = (codePoint: number) => font.widthOf(codePoint) ?? 0;
  const [full] = sizes.text;
  const smallest = sizes.text.at(-1) as number;
  const large = sizes.text.filter((size) => size >= full * LARGE_CELL);
  const fitted = cells.map((text, i) => {
    const width = widths[i] as number;
    const whole = fitText(text, 1, width, font, large) ?? fitText(text, CELL_LINES, width, font, sizes.text);
    return whole ?? { size: smallest, lines: breakLines(text, (width * 1000) / smallest, widthOf).lines };
  });
  const height = Math.max(...fitted.map(({ size, lines }) => entryHeight(lines.length, size)));
  return { cells: fitted, height };
}

/** Lines of a cell before it takes as many as it needs, and the part of the full size down to which one line is better than two. */
const CELL_LINES = 2;
const LARGE_CELL = 0.9;
