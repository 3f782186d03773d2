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
  readonly restEntries: readonly FittedEntry[];
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
  let next = 0;
  const lines = plan.map((rows) => {
    const cells = rows.map((row) => ({ plan: row, fitted: values[next++] as FittedRow }));
    const heights = cells.map(({ plan: { columns }, fitted }) =>
      heightOf(fitted, columns.length > 0, sizes, bilingual),
    );
    return { cells, height: Math.max(labelHeight(sizes, bilingual), ...heights) };
  });
  const slack = area.height - lines.reduce((sum, { height }) => sum + height, 0);
  const padding = Math.min(sizes.maxPadding, Math.max(sizes.minPadding, slack / lines.length));
  let top = area.y;
  return lines.map(({ cells, height }, i) => {
    const lineTop = top;
    const textTop = top + padding / 2;
    const baseline = textTop + ascent(sizes);
    top = fill && i === lines.length - 1 ? area.y + area.height : top + height + padding;
    return { rows: cells.map((cell) => ({ ...cell, top: textTop, baseline })), top: lineTop, bottom: top };
  });
}

function heightOf(fitted: FittedRow, isTable: boolean, sizes: TypeSizes, bilingual: boolean): number {
  const { text, entries } = fitted;
  const notice = continues(fitted) ? NOTICE_HEIGHT * sizes.zh : 0;
  if (!isTable) return text.lines.length * text.size * LEADING + notice;
  return headerHeight(sizes, bilingual) + entries.reduce((sum, { height }) => sum + height, 0) + notice;
}

/** An entry of a table; null with the index of the first cell that does not go into its column. */
export function fitEntry(
  cells: readonly string[],
  widths: readonly number[],
  font: FontStack,
  sizes: TypeSizes,
): FittedEntry | number {
  const fitted: FittedText[] = [];
  for (const [i, text] of cells.entries()) {
    const cell = fitText(text, CELL_LINES, widths[i] as number, font, sizes.text);
    if (!cell) return i;
    fitted.push(cell);
  }
  const height = Math.max(...fitted.map(({ size, lines }) => entryHeight(lines.length, size)));
  return { cells: fitted, height };
}

/** A cell may take two lines where its entry needs them. */
export const CELL_LINES = 2;
