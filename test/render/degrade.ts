// SPDX-License-Identifier: Apache-2.0
import type { Raster } from "./raster.js";

/** Box blur, twice: close to what an unsharp scan does. */
export function blurred(raster: Raster, radius: number): Raster {
  return boxBlur(boxBlur(raster, radius), radius);
}

function boxBlur({ width, height, grey }: Raster, radius: number): Raster {
  const out = new Uint8Array(grey.length);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      let [sum, count] = [0, 0];
      for (let dy = -radius; dy <= radius; dy++)
        for (let dx = -radius; dx <= radius; dx++) {
          const [sx, sy] = [x + dx, y + dy];
          if (sx < 0 || sy < 0 || sx >= width || sy >= height) continue;
          sum += grey[sy * width + sx]!;
          count++;
        }
      out[y * width + x] = sum / count;
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
