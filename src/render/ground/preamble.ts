// SPDX-License-Identifier: Apache-2.0
import type { Layout } from "../../core/type-definition.js";
import type { FontLibrary } from "../font/font-library.js";
import type { PageGeometry } from "../layout/page-geometry.js";
import { fitText } from "../layout/place-rows.js";
import { SMALL_PRINT, TEXT_INK } from "../ornament/palettes.js";
import { mm } from "../pdf/canvas.js";
import type { Pen } from "./pen.js";

const PREAMBLE_LEADING = 1.75;
const ENGLISH_LEADING = 1.5;

/** The Chinese paragraph, in the largest size that leaves room for the English one under it. */
export function drawPreamble(
  pen: Pen,
  preamble: NonNullable<Layout["preamble"]>,
  { sizes }: PageGeometry,
  fonts: FontLibrary,
): void {
  const set = setPreamble(preamble, sizes.values[0], fonts);
  if (!set) throw new RangeError("a preamble that does not fit has passed the check of its layout");
  const x = mm(preamble.x);
  let y = mm(preamble.y);
  pen.canvas.fill(TEXT_INK);
  for (const line of set.zh.lines) {
    y += set.zh.size * PREAMBLE_LEADING;
    pen.canvas.text("B", set.zh.size, x, y, pen.encode("body", line));
  }
  y += set.en.size * 0.8;
  pen.canvas.fill(SMALL_PRINT);
  for (const line of set.en.lines) {
    y += set.en.size * ENGLISH_LEADING;
    pen.canvas.text("L", set.en.size, x, y, pen.encode("label", line));
  }
}

/** Null when the box is too small for the words. */
export function setPreamble(
  { text, width, height }: NonNullable<Layout["preamble"]>,
  full: number,
  fonts: FontLibrary,
) {
  for (const size of [1.5, 1.35, 1.2, 1.1, 1, 0.9, 0.8].map((part) => full * part)) {
    const zh = fitText(`　　${text.zh}`, 40, mm(width), fonts.value, [size]);
    const en = fitText(text.en, 40, mm(width), fonts.label, [size * 0.58]);
    if (!zh || !en) continue;
    const needed = zh.lines.length * size * PREAMBLE_LEADING + en.size * (en.lines.length * ENGLISH_LEADING + 1.2);
    if (needed <= mm(height)) return { zh, en };
  }
  return null;
}
