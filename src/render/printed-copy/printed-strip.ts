// SPDX-License-Identifier: Apache-2.0
import type { Label } from "../../core/type-definition.js";
import type { RenderProblem } from "../fit-values.js";
import { missingGlyph } from "../fit-values.js";
import type { FontStack } from "../font/font-stack.js";
import type { PageGeometry } from "../layout/page-geometry.js";
import { mm } from "../pdf/canvas.js";
import type { PageStrip } from "../strip/page-strip.js";

/** When and where somebody prints a licence. */
export interface Printing {
  /** RFC 3339 in UTC. */
  readonly time: string;
  /** The counter, kiosk or agency: one line of at most `MAX_PLACE` characters. */
  readonly place: string;
}

export const MAX_PLACE = 40;
export const PRINTED: Label = { zh: "打印件", en: "PRINTED COPY" };

/** Problems of the place, or the strip for pages of this geometry. The lines reach into the margin, which every layout leaves free. */
export function fitStrip(
  { time, place }: Printing,
  { width, band }: PageGeometry,
  fonts: FontStack,
): PageStrip | readonly RenderProblem[] {
  const missing = fonts.missing(place);
  if (missing.length > 0) return missing.map((character) => ({ field: "place", message: missingGlyph(character) }));
  const { height, lines } = band < mm(3) ? CARD : SHEET;
  const texts = [
    `${PRINTED.zh} ${PRINTED.en}  打印时间 Printed ${inShanghai(time)} (UTC+8)`,
    `打印地点 Place ${place}`,
  ];
  const room = width - 2 * mm(5);
  return {
    height,
    lines: lines.map(({ size, baseline }, i) => {
      const text = texts[i] as string;
      return { text, baseline, size: Math.min(size, (room * 1000) / fonts.textWidth(text)) };
    }),
  };
}

const SHEET = {
  height: mm(4),
  lines: [
    { size: 10.5, baseline: mm(6.4) },
    { size: 8, baseline: mm(10.4) },
  ],
} as const;
const CARD = {
  height: mm(4.6),
  lines: [
    { size: 7, baseline: mm(3.1) },
    { size: 6, baseline: mm(5.7) },
  ],
} as const;

/** As a clock on the wall shows it: 2026-11-22 10:05. */
function inShanghai(time: string): string {
  const local = new Date(Date.parse(time) + 8 * 3_600_000).toISOString();
  return `${local.slice(0, 10)} ${local.slice(11, 16)}`;
}
