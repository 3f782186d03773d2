// SPDX-License-Identifier: Apache-2.0
import type { Raster } from "./raster.js";

/** Box blur, twice: close to what an unsharp scan does. */
export function blurred(raster: Raster, radius: number): Raster {
  return boxBlur(boxBlur(raster, radius), radius);
}

function boxBlur({ width, height, grey }: Raster, radius: number): Raster {
  // The sum of every pixel above and to the left: four of them give that of a box, however large.
  const stride = width + 1;
  const sums = new Float64Array(stride * (height + 1));
  for (let y = 0; y < height; y++)
    for (let x = 0, row = 0; x < width; x++) {
      row += grey[y * width + x]!;
      sums[(y + 1) * stride + x + 1] = sums[y * stride + x + 1]! + row;
    }
  const out = new Uint8Array(grey.length);
  for (let y = 0; y < height; y++) {
    const [top, bottom] = [Math.max(0, y - radius), Math.min(height, y + radius + 1)];
    for (let x = 0; x < width; x++) {
      const [left, right] = [Math.max(0, x - radius), Math.min(width, x + radius + 1)];
      const above = sums[top * stride + right]! - sums[top * stride + left]!;
      const within = sums[bottom * stride + right]! - sums[bottom * stride + left]! - above;
      out[y * width + x] = within / ((bottom - top) * (right - left));
    }
  }
  return { width, height, grey: out };
}

/** Turned about the centre onto white paper that is large enough, nearest pixel. */
export function rotated({ width, height, grey }: Raster, degrees: number): Raster {
  const angle = (degrees * Math.PI) / 180;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const side = Math.ceil(Math.hypot(width, height));
  const out = new Uint8Array(side * side).fill(255);
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++) {
      const [dx, dy] = [x - side / 2, y - side / 2];
      const sx = Math.round(dx * cos + dy * sin + width / 2);
      const sy = Math.round(-dx * sin + dy * cos + height / 2);
      if (sx >= 0 && sy >= 0 && sx < width && sy < height) out[y * side + x] = grey[sy * width + sx]!;
    }
  return { width: side, height: side, grey: out };
}

/** Made smaller by a factor, each pixel the mean of those that it covers. */
export function scaled({ width, height, grey }: Raster, factor: number): Raster {
  const [w, h] = [Math.round(width * factor), Math.round(height * factor)];
  const out = new Uint8Array(w * h);
  for (let y = 0; y < h; y++)
    for (let x = 0; x < w; x++) {
      const [top, bottom] = [Math.floor(y / factor), Math.min(height, Math.ceil((y + 1) / factor))];
      const [left, right] = [Math.floor(x / factor), Math.min(width, Math.ceil((x + 1) / factor))];
      let sum = 0;
      for (let sy = top; sy < bottom; sy++) for (let sx = left; sx < right; sx++) sum += grey[sy * width + sx]!;
      out[y * w + x] = sum / ((bottom - top) * (right - left));
    }
  return { width: w, height: h, grey: out };
}

/**
 * What JPEG loses of a grey picture: blocks of 8 × 8 pixels through the cosine transform, quantised by the luminance table of ITU-T T.81 annex K
 * at the quality of libjpeg's scale, and back. The coding that follows loses nothing and is left out.
 */
export function asJpeg({ width, height, grey }: Raster, quality: number): Raster {
  const scale = quality < 50 ? 5000 / quality : 200 - 2 * quality;
  const steps = LUMINANCE.map((step) => Math.min(255, Math.max(1, Math.floor((step * scale + 50) / 100))));
  const out = new Uint8Array(grey.length);
  const block = new Float64Array(64);
  for (let top = 0; top < height; top += 8)
    for (let left = 0; left < width; left += 8) {
      for (let i = 0; i < 64; i++) {
        const y = Math.min(height - 1, top + (i >> 3));
        block[i] = grey[y * width + Math.min(width - 1, left + (i & 7))]! - 128;
      }
      const levels = transformed(block, (k, x) => COSINES[k * 8 + x]!);
      for (let i = 0; i < 64; i++) levels[i] = Math.round(levels[i]! / steps[i]!) * steps[i]!;
      const back = transformed(levels, (x, k) => COSINES[k * 8 + x]!);
      for (let i = 0; i < 64; i++) {
        const [y, x] = [top + (i >> 3), left + (i & 7)];
        if (y < height && x < width) out[y * width + x] = Math.min(255, Math.max(0, Math.round(back[i]! + 128)));
      }
    }
  return { width, height, grey: out };
}

/** Both ways: rows, then columns, each through a matrix of 8 × 8. */
function transformed(block: Float64Array, at: (to: number, from: number) => number): Float64Array {
  const rows = new Float64Array(64);
  const both = new Float64Array(64);
  for (let y = 0; y < 8; y++)
    for (let to = 0; to < 8; to++) for (let x = 0; x < 8; x++) rows[y * 8 + to]! += at(to, x) * block[y * 8 + x]!;
  for (let to = 0; to < 8; to++)
    for (let x = 0; x < 8; x++) for (let y = 0; y < 8; y++) both[to * 8 + x]! += at(to, y) * rows[y * 8 + x]!;
  return both;
}

/** Orthonormal: its transpose is its inverse. */
const COSINES = Float64Array.from(
  { length: 64 },
  (_, i) => (i < 8 ? Math.SQRT1_2 : 1) * 0.5 * Math.cos(((2 * (i & 7) + 1) * (i >> 3) * Math.PI) / 16),
);

// biome-ignore format: as the standard prints it
const LUMINANCE = [
  16, 11, 10, 16, 24, 40, 51, 61,
  12, 12, 14, 19, 26, 58, 60, 55,
  14, 13, 16, 24, 40, 57, 69, 56,
  14, 17, 22, 29, 51, 87, 80, 62,
  18, 22, 37, 56, 68, 109, 103, 77,
  24, 35, 55, 64, 81, 104, 113, 92,
  49, 64, 78, 87, 103, 121, 120, 101,
  72, 92, 95, 98, 112, 100, 103, 99,
];
