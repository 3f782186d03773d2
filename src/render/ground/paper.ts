// SPDX-License-Identifier: Apache-2.0
import type { Box, PageGeometry } from "../layout/page-geometry.js";
import { drawMeanderBorder } from "../ornament/meander.js";
import type { Palette } from "../ornament/palettes.js";
import { RIBBONS, strandAngle } from "../ornament/rosette.js";
import { type Canvas, mm } from "../pdf/canvas.js";

/** Paper, border and fold: what is looked at and not read. */
export function drawOrnament(canvas: Canvas, geometry: PageGeometry, palette: Palette): void {
  for (const frame of geometry.frames) drawPaper(canvas, frame, geometry, palette);
  for (const frame of geometry.frames) drawBorder(canvas, frame, geometry, palette);
  if (geometry.frames.length > 1) drawFold(canvas, geometry, palette);
}

function drawPaper(canvas: Canvas, frame: Box, geometry: PageGeometry, palette: Palette): void {
  canvas.fill(palette.paper).rectangle(frame.x, frame.y, frame.width, frame.height, "f");
  canvas.raw("q").stroke(palette.faint, 0.45);
  const depth = borderDepth(geometry);
  canvas.raw(clip(canvas, frame.x + depth, frame.y + depth, frame.width - 2 * depth, frame.height - 2 * depth));
  for (let y = frame.y, i = 0; y < frame.y + frame.height; y += mm(2.4), i++)
    canvas.place("W", 1, 0, 0, i % 2 === 0 ? 1 : -1, 0, y);
  canvas.raw("Q q").stroke(palette.pale, 0.5);
  // Forms do not grow: a rosette has one size a page, so it is scaled from there.
  RIBBONS.forEach((ribbon, ring) => {
    for (let strand = 0; strand < ribbon.strands; strand++) {
      const angle = strandAngle(ribbon, strand);
      const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
      canvas.place(`R${ring}`, cos, sin, -sin, cos, frame.x + frame.width / 2, frame.y + frame.height * 0.53);
    }
  });
  canvas.raw("Q");
}

function clip(canvas: Canvas, x: number, y: number, width: number, height: number): string {
  return `${x.toFixed(2)} ${(canvas.height - y - height).toFixed(2)} ${width.toFixed(2)} ${height.toFixed(2)} re W n`;
}

export const borderDepth = ({ band, lane }: PageGeometry): number => band + 2 * lane;

function drawBorder(canvas: Canvas, frame: Box, geometry: PageGeometry, { ink, gold }: Palette): void {
  const { band, lane } = geometry;
  const depth = borderDepth(geometry);
  canvas.stroke(ink, band < mm(3) ? 1 : 1.6).rectangle(frame.x, frame.y, frame.width, frame.height, "S");
  canvas.stroke(gold, band < mm(3) ? 0.5 : 0.9);
  drawMeanderBorder(
    canvas,
    { x: frame.x + lane, y: frame.y + lane, width: frame.width - 2 * lane, height: frame.height - 2 * lane },
    band,
    "K",
  );
  canvas
    .stroke(ink, 0.6)
    .rectangle(frame.x + depth, frame.y + depth, frame.width - 2 * depth, frame.height - 2 * depth, "S");
}

/** Short strokes at both edges of the paper, where it is folded. */
function drawFold(canvas: Canvas, { width, height, frames }: PageGeometry, { rule }: Palette): void {
  const [{ y }] = frames as [Box];
  canvas.stroke(rule, 0.5);
  canvas.line(width / 2, 0, width / 2, y * 0.6).line(width / 2, height - y * 0.6, width / 2, height);
}
