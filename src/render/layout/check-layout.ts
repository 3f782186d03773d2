// SPDX-License-Identifier: Apache-2.0
import type { Layout } from "../../core/type-definition.js";
import { mm } from "../pdf/canvas.js";
import type { Box, PageGeometry } from "./page-geometry.js";
import { type LinePlan, tallest } from "./row-plan.js";

/** What is wrong with a layout; `field` is a pointer into the type definition. */
export interface LayoutProblem {
  readonly field: string;
  readonly message: string;
}

/** A printed code of the largest token (version 17) is read reliably from this size on. */
const MIN_QR = 38;
const MIN_VALUE_WIDTH = mm(25);

/** Says what would overlap, leave the page or not be readable, for the longest values that the layout itself allows. */
export function checkLayout(layout: Layout, geometry: PageGeometry, lines: readonly LinePlan[]): LayoutProblem[] {
  const problems: LayoutProblem[] = [];
  const { rows, qr, seal } = geometry;
  const needed = tallest(lines);
  if (needed > rows.height)
    problems.push({
      field: "/layout/rows",
      message: `need ${inMm(needed)} mm when every value takes all its lines; there are ${inMm(rows.height)} mm above code and seal`,
    });
  for (const { row, valueWidth } of lines.flat())
    if (valueWidth < MIN_VALUE_WIDTH)
      problems.push({
        field: `/layout/rows/${layout.rows.indexOf(row)}`,
        message: "leaves less than 25 mm for the value; make it a full row",
      });
  if (layout.qr.size < MIN_QR) problems.push({ field: "/layout/qr/size", message: `must be at least ${MIN_QR} mm` });
  for (const [name, square, below] of [
    ["qr", qr, mm(12)],
    ["seal", seal, 0],
  ] as const)
    if (!isInside({ ...square, height: square.height + below }, geometry))
      problems.push({ field: `/layout/${name}`, message: "must stand inside the border, with its captions" });
  if (overlap(qr, seal, mm(6))) problems.push({ field: "/layout/seal", message: "must keep 6 mm from the code" });
  return problems;
}

function isInside({ x, y, width, height }: Box, { frame, band }: PageGeometry): boolean {
  const edge = band + mm(4);
  return (
    x >= frame.x + edge &&
    y >= frame.y + edge &&
    x + width <= frame.x + frame.width - edge &&
    y + height <= frame.y + frame.height - edge
  );
}

function overlap(a: Box, b: Box, distance: number): boolean {
  return (
    a.x < b.x + b.width + distance &&
    b.x < a.x + a.width + distance &&
    a.y < b.y + b.height + distance &&
    b.y < a.y + a.height + distance
  );
}

const inMm = (points: number): string => (points / mm(1)).toFixed(0);
