// SPDX-License-Identifier: Apache-2.0
import type { Box, PageGeometry } from "../layout/page-geometry.js";

/** What stands above every page of a printed copy or a reader's copy, under which the licence is drawn a little smaller. */
export interface PageStrip {
  /** By how much the licence is lowered, in points. */
  readonly height: number;
  readonly lines: readonly { readonly text: string; readonly size: number; readonly baseline: number }[];
}

/** How large a page below the strip is drawn, and how far from the left edge. */
function lowering({ width, height }: PageGeometry, strip: PageStrip) {
  const scale = (height - strip.height) / height;
  return { scale, x: (width * (1 - scale)) / 2 };
}

/** Where a box of the page is when the page is drawn below the strip. */
export function loweredBox(geometry: PageGeometry, strip: PageStrip, box: Box): Box {
  const { scale, x } = lowering(geometry, strip);
  return {
    x: x + box.x * scale,
    y: strip.height + box.y * scale,
    width: box.width * scale,
    height: box.height * scale,
  };
}

/** Operators that draw a page below the strip, smaller by its height, in the middle. */
export function loweredPage(geometry: PageGeometry, strip: PageStrip, operators: string): string {
  const { scale, x } = lowering(geometry, strip);
  const n = (value: number): string => String(Math.round(value * 100_000) / 100_000);
  return `q ${n(scale)} 0 0 ${n(scale)} ${n(x)} 0 cm\n${operators}Q\n`;
}
