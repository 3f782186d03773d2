// SPDX-License-Identifier: Apache-2.0
import type { FontStack } from "../font/font-stack.js";
import { breakLines } from "./line-breaking.js";
import type { Box } from "./page-geometry.js";
import {
  LABEL_HEIGHT,
  LEADING,
  type LinePlan,
  MAX_PADDING,
  MIN_PADDING,
  type RowPlan,
  VALUE_SIZES,
} from "./row-plan.js";

/** A value broken into lines, in the largest size in which it fits. */
export interface FittedText {
  readonly size: number;
  readonly lines: readonly string[];
}

export interface PlacedRow {
  readonly plan: RowPlan;
  readonly value: FittedText;
  /** Baseline of the label and of the value's first line. */
  readonly baseline: number;
}

export interface PlacedLine {
  readonly rows: readonly PlacedRow[];
  /** Lower edge, where the rule is drawn. */
  readonly bottom: number;
}

/**
 * Sets a text into the room of `maxLines` lines of full size, in the largest size that goes in; smaller sizes have room for more
 * lines. Null when even the smallest does not fit.
 */
export function fitText(text: string, maxLines: number, width: number, font: FontStack): FittedText | null {
  const widthOf = (codePoint: number) => font.widthOf(codePoint) ?? 0;
  const whole = font.textWidth(text);
  for (const size of VALUE_SIZES) {
    const available = Math.floor((maxLines * VALUE_SIZES[0]) / size);
    const room = (width * 1000) / size;
    // Quick way out for text that is hopelessly long: breaking lines never makes it shorter.
    if (whole > room * available) continue;
    const lines = whole <= room ? [text] : breakLines(text, room, widthOf);
    if (lines.length <= available) return { size, lines };
  }
  return null;
}

/** Stacks the lines and shares what is left of the area between them. `values` are in the order of the plan. */
export function placeRows(plan: readonly LinePlan[], values: readonly FittedText[], area: Box): PlacedLine[] {
  let next = 0;
  const lines = plan.map((rows) => {
    const cells = rows.map((row) => ({ plan: row, value: values[next++] as FittedText }));
    const height = Math.max(LABEL_HEIGHT, ...cells.map(({ value }) => value.lines.length * value.size * LEADING));
    return { cells, height };
  });
  const slack = area.height - lines.reduce((sum, { height }) => sum + height, 0);
  const padding = Math.min(MAX_PADDING, Math.max(MIN_PADDING, slack / lines.length));
  let top = area.y;
  return lines.map(({ cells, height }) => {
    const baseline = top + padding / 2 + ASCENT;
    top += height + padding;
    return { rows: cells.map((cell) => ({ ...cell, baseline })), bottom: top };
  });
}

/** From the top of a line's text to its first baseline. */
const ASCENT = 11.5;
