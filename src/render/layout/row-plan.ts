// SPDX-License-Identifier: Apache-2.0
import type { Label, LayoutRow } from "../../core/type-definition.js";
import type { FontStack } from "../font/font-stack.js";
import { mm } from "../pdf/canvas.js";
import type { Box } from "./page-geometry.js";

/** A label as it will be drawn: sizes and spacing are the same for every document of the type. */
export interface LabelPlan {
  readonly zh: string;
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
}

/** One or two rows side by side. */
export type LinePlan = readonly RowPlan[];

/** From full size down to 六号 (7.5 points), the smallest that an official page prints. */
export const VALUE_SIZES = [12.5, 11.5, 10.5, 9.5, 8.5, 7.5] as const;
/** Distance of two baselines, as a multiple of the size. */
export const LEADING = 1.42;
/** A line is never lower than its label in two languages. */
export const LABEL_HEIGHT = 19;
/** Air around the text of a line. */
export const MIN_PADDING = 5;
export const MAX_PADDING = 25;

const ZH_SIZE = 10.5;
const EN_SIZE = 6;
const MAX_LABEL_WIDTH = mm(42);
const LABEL_GAP = mm(5);
const COLUMN_GAP = mm(8);
/** Labels of up to so many characters are spread to the column's common width. */
const SPREAD_EMS = 6;

/** Puts rows on lines and labels in columns; neighbouring half rows share a line. */
export function planRows(rows: readonly LayoutRow[], area: Box, labelFont: FontStack): LinePlan[] {
  const grouped = groupRows(rows);
  const half = (area.width - COLUMN_GAP) / 2;
  const left = column(
    grouped.map(([row]) => row as LayoutRow),
    area.x,
    labelFont,
  );
  const right = column(
    grouped.flatMap(([, row]) => row ?? []),
    area.x + half + COLUMN_GAP,
    labelFont,
  );
  return grouped.map((line) =>
    line.map((row, i) => {
      const { x, width, spread } = i === 0 ? left : right;
      const end = row.width === "half" ? x + half : area.x + area.width;
      const valueX = x + width + LABEL_GAP;
      return { row, label: planLabel(row.label, x, width, spread, labelFont), valueX, valueWidth: end - valueX };
    }),
  );
}

/** Height that a plan takes when every value uses all its room. */
export function tallest(plan: readonly LinePlan[]): number {
  return plan.reduce((sum, line) => {
    const lines = Math.max(...line.map(({ row }) => row.maxLines));
    return sum + Math.max(LABEL_HEIGHT, lines * VALUE_SIZES[0] * LEADING) + MIN_PADDING;
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

function column(rows: readonly LayoutRow[], x: number, font: FontStack) {
  const zh = Math.max(0, ...rows.map(({ label }) => width(font, label.zh, ZH_SIZE)));
  const en = Math.max(0, ...rows.map(({ label }) => width(font, label.en, EN_SIZE)));
  const spread = Math.min(zh, SPREAD_EMS * ZH_SIZE);
  return { x, width: Math.min(MAX_LABEL_WIDTH, Math.max(zh, en)), spread };
}

function planLabel({ zh, en }: Label, x: number, columnWidth: number, spread: number, font: FontStack): LabelPlan {
  const zhSize = shrunk(width(font, zh, ZH_SIZE), ZH_SIZE, columnWidth);
  const natural = width(font, zh, zhSize);
  const gaps = Array.from(zh).length - 1;
  return {
    zh,
    en,
    x,
    zhSize,
    zhSpacing: gaps > 0 ? Math.max(0, (spread - natural) / gaps) : 0,
    enSize: shrunk(width(font, en, EN_SIZE), EN_SIZE, columnWidth),
  };
}

const width = (font: FontStack, text: string, size: number): number => (font.textWidth(text) * size) / 1000;
const shrunk = (natural: number, size: number, room: number): number =>
  natural > room ? (size * room) / natural : size;
