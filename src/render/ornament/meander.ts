// SPDX-License-Identifier: Apache-2.0
import type { Canvas } from "../pdf/canvas.js";
import { number as n } from "../pdf/syntax.js";

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

/** One key with the stroke that leads to the next, as a path of a form whose height is `band`; not yet painted. */
export function meanderKeyPath(band: number): string {
  const unit = band / KEY_HEIGHT;
  const points = [...KEY, [KEY_WIDTH, KEY_HEIGHT] as const];
  return points.map(([x, y], i) => `${n(x * unit)} ${n((KEY_HEIGHT - y) * unit)} ${i === 0 ? "m" : "l"}`).join(" ");
}

/**
 * Draws a border of meanders along the inside of `frame`, with a square of nested squares at each corner. Strokes only; `key` names the form of
 * `meanderKeyPath`.
 */
export function drawMeanderBorder(canvas: Canvas, frame: Frame, band: number, key: string): void {
  const { x, y, width, height } = frame;
  const inset = band * 1.3;
  const [right, bottom] = [x + width, y + height];
  // Keys meet at corners, each a path of its own: square caps close them.
  canvas.raw("2 J");
  const across = keysOf(width - 2 * inset, band);
  for (const at of across.starts) {
    canvas.place(key, across.stretch, 0, 0, 1, x + inset + at, y + band);
    canvas.place(key, -across.stretch, 0, 0, -1, right - inset - at, bottom - band);
  }
  const down = keysOf(height - 2 * inset, band);
  for (const at of down.starts) {
    canvas.place(key, 0, down.stretch, -1, 0, x + band, bottom - inset - at);
    canvas.place(key, 0, -down.stretch, 1, 0, right - band, y + inset + at);
  }
  canvas
    .line(right - inset, y, right - inset, y + band)
    .line(x + inset, bottom - band, x + inset, bottom)
    .line(x, y + inset, x + band, y + inset)
    .line(right - band, bottom - inset, right, bottom - inset)
    .raw("0 J");
  for (const [cx, cy] of [
    [x, y],
    [right - band, y],
    [x, bottom - band],
    [right - band, bottom - band],
  ] as const)
    for (const part of [0, 0.25, 0.42])
      canvas.rectangle(cx + band * part, cy + band * part, band * (1 - 2 * part), band * (1 - 2 * part), "S");
}

/** As many whole keys as fit, stretched a little so that they end exactly at `length`. */
function keysOf(length: number, band: number): { readonly starts: readonly number[]; readonly stretch: number } {
  const own = (KEY_WIDTH * band) / KEY_HEIGHT;
  const count = Math.max(1, Math.round(length / own));
  const step = length / count;
  return { starts: Array.from({ length: count }, (_, i) => i * step), stretch: step / own };
}
