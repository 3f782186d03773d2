// SPDX-License-Identifier: Apache-2.0
import type { Label, Layout } from "../../core/type-definition.js";
import type { PageGeometry } from "../layout/page-geometry.js";
import type { Palette } from "../ornament/palettes.js";
import { type Canvas, mm } from "../pdf/canvas.js";
import type { Pen } from "./pen.js";

const FURTHER: Label = { zh: "附页", en: "CONTINUATION" };

/** Parts of the heading's height: where its lines stand, and how large they are. */
const TITLE_AT = 0.4;
const SUBTITLE_AT = 0.7;
const DIVIDER_AT = 0.9;
const TITLE_SIZE = 0.4;

export function drawTitle(pen: Pen, layout: Layout, { heading, sizes }: PageGeometry, { ink, gold }: Palette): void {
  const { canvas } = pen;
  const centre = heading.x + heading.width / 2;
  const at = (part: number) => heading.y + heading.height * part;
  canvas.fill(ink);
  const titleSize = heading.height * TITLE_SIZE;
  pen.centred("title", layout.title.zh, titleSize, centre, at(TITLE_AT), heading.width, 0.18);
  const englishSize = Math.min(9, titleSize * 0.36 + 1);
  pen.centred("label", layout.title.en.toUpperCase(), englishSize, centre, at(SUBTITLE_AT), heading.width, 0.16);
  canvas.fill(gold).stroke(gold, 0.7);
  const y = at(DIVIDER_AT);
  const half = Math.min(mm(46), heading.width * 0.33);
  if (layout.subtitle) {
    const text = `${layout.subtitle.zh}  ${layout.subtitle.en}`;
    const width = pen.centred("label", text, sizes.zh * 0.81, centre, y + sizes.zh * 0.29, half * 1.6, 0.05);
    canvas
      .line(centre - half - width / 4, y, centre - width / 2 - mm(3), y)
      .line(centre + width / 2 + mm(3), y, centre + half + width / 4, y);
  } else {
    const [large, gap] = [Math.min(mm(1.7), heading.height * 0.055), Math.min(mm(4), heading.height * 0.13)];
    canvas.line(centre - half, y, centre - gap, y).line(centre + gap, y, centre + half, y);
    drawLozenge(canvas, centre, y, large);
    for (const side of [-1, 1]) drawLozenge(canvas, centre + side * (half + large * 0.7), y, large * 0.47);
  }
}

export function drawFurtherTitle(pen: Pen, layout: Layout, { heading }: PageGeometry, { ink, gold }: Palette): void {
  const { canvas } = pen;
  const size = heading.height * 0.36;
  canvas.fill(ink);
  pen.left("title", `${layout.title.zh}　${FURTHER.zh}`, size, heading.x, heading.y + size, heading.width, 0.08);
  const english = `${layout.title.en.toUpperCase()} · ${FURTHER.en}`;
  pen.left("label", english, size * 0.36 + 0.6, heading.x, heading.y + size * 1.66, heading.width, 0.08);
  canvas.stroke(gold, 0.7);
  canvas.line(heading.x, heading.y + heading.height, heading.x + heading.width, heading.y + heading.height);
}

function drawLozenge(canvas: Canvas, x: number, y: number, reach: number): void {
  const at = (dx: number, dy: number) => `${(x + dx).toFixed(2)} ${(canvas.height - y - dy).toFixed(2)}`;
  canvas.raw(`${at(-reach, 0)} m ${at(0, -reach)} l ${at(reach, 0)} l ${at(0, reach)} l f`);
}
