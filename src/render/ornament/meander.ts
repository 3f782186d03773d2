// SPDX-License-Identifier: Apache-2.0
import type { Canvas, Point } from "../pdf/canvas.js";

/** One key of the meander 回纹 on a grid 5 wide and 4 high; the next key begins where it ends. */
const KEY: readonly (readonly [number, number])[] = [
  [0, 4],
  [0, 0],
  [4, 0],
  [4, 3],
  [2, 3],
  [2, 2],
  [3, 2],
  [3, 1],
  [1, 1],
  [1, 4],
];
const KEY_WIDTH = 5;
const KEY_HEIGHT = 4;

interface Frame {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Draws a border of meanders along the inside of `frame`, with a square of nested squares at each corner. Strokes only. */
export function drawMeanderBorder(canvas: Canvas, frame: Frame, band: number): void {
  const { x, y, width, height } = frame;
  const gap = band * 0.3;
  const across = meander(width - 2 * (band + gap), band);
  const down = meander(height - 2 * (band + gap), band);
  canvas.polyline(across.map((p) => ({ x: x + band + gap + p.x, y: y + p.y })));
  canvas.polyline(across.map((p) => ({ x: x + width - band - gap - p.x, y: y + height - p.y })));
  canvas.polyline(down.map((p) => ({ x: x + p.y, y: y + height - band - gap - p.x })));
  canvas.polyline(down.map((p) => ({ x: x + width - p.y, y: y + band + gap + p.x })));
  for (const [cx, cy] of [
    [x, y],
    [x + width - band, y],
    [x, y + height - band],
    [x + width - band, y + height - band],
  ] as const)
    for (const inset of [0, 0.25, 0.42])
      canvas.rectangle(cx + band * inset, cy + band * inset, band * (1 - 2 * inset), band * (1 - 2 * inset), "S");
}

/** As many whole keys as fit, stretched a little so that they end exactly at `length`. */
function meander(length: number, band: number): Point[] {
  const unit = band / KEY_HEIGHT;
  const keys = Math.max(1, Math.round(length / (KEY_WIDTH * unit)));
  // The closing stroke takes one grid unit more.
  const step = length / (keys * KEY_WIDTH);
  const points: Point[] = [];
  for (let key = 0; key < keys; key++)
    for (const [gx, gy] of KEY) points.push({ x: (key * KEY_WIDTH + gx) * step, y: gy * unit });
  points.push({ x: length, y: band });
  points.push({ x: length, y: 0 });
  return points;
}
