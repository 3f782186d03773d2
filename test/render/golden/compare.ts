// SPDX-License-Identifier: Apache-2.0
import { readFileSync, writeFileSync } from "node:fs";
import { greyPng, readGreyPng } from "../../grey-png.js";
import type { Raster } from "../raster.js";
import { GOLDEN_DPI } from "./pages.js";

/** Greys of a kept picture: it need not be large to show what changed. */
const LEVELS = 16;
/** What two greys may differ by: a kept one is rounded by up to 9. */
export const TOLERANCE = 24;
/** Pixels that may differ by more; a changed digit has more of them. */
export const STRAY_PIXELS = 12;

const pathOf = (name: string): URL => new URL(`${name}.png`, import.meta.url);

/** Null when there is none. */
export function keptPicture(name: string): Raster | null {
  try {
    return readGreyPng(readFileSync(pathOf(name)));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}

export function keepPicture(name: string, { width, height, grey }: Raster): void {
  const step = 255 / (LEVELS - 1);
  const coarse = grey.map((value) => Math.round(Math.round(value / step) * step));
  writeFileSync(pathOf(name), greyPng(width, height, coarse));
}

/** What differs between the kept picture and the page as it is drawn now, in words; null when they look the same. */
export function differenceOf(kept: Raster, now: Raster): string | null {
  if (kept.width !== now.width || kept.height !== now.height)
    return `${now.width} × ${now.height} pixels instead of ${kept.width} × ${kept.height}`;
  const different: number[] = [];
  now.grey.forEach((value, i) => {
    if (Math.abs(value - kept.grey[i]!) > TOLERANCE) different.push(i);
  });
  if (different.length <= STRAY_PIXELS) return null;
  const mm = (pixel: number) => Math.round((pixel / GOLDEN_DPI) * 25.4);
  const [xs, ys] = [different.map((i) => i % now.width), different.map((i) => Math.floor(i / now.width))];
  const range = (values: number[]) =>
    `${mm(values.reduce((a, b) => Math.min(a, b)))} to ${mm(values.reduce((a, b) => Math.max(a, b)))} mm`;
  return `${different.length} pixels differ, ${range(xs)} from the left, ${range(ys)} from the top`;
}
