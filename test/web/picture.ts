// SPDX-License-Identifier: Apache-2.0
import QRCode from "qrcode";
import { greyPng } from "../grey-png.js";

const QUIET = 4;
const SCALE = 4;

/** A PNG with QR codes side by side, as a photograph of several papers shows them. */
export function pictureOfCodes(...texts: readonly string[]): Buffer {
  const codes = texts.map((text) => QRCode.create(text, { errorCorrectionLevel: "M" }).modules);
  const sizes = codes.map(({ size }) => (size + 2 * QUIET) * SCALE);
  const width = Math.max(
    200,
    sizes.reduce((sum, size) => sum + size, 0),
  );
  const height = Math.max(200, ...sizes);
  const grey = new Uint8Array(width * height).fill(255);
  let left = 0;
  codes.forEach(({ size, data }, i) => {
    for (let y = 0; y < size * SCALE; y++) {
      for (let x = 0; x < size * SCALE; x++) {
        const dark = data[Math.floor(y / SCALE) * size + Math.floor(x / SCALE)];
        if (dark) grey[(y + QUIET * SCALE) * width + left + QUIET * SCALE + x] = 0;
      }
    }
    left += sizes[i]!;
  });
  return greyPng(width, height, grey);
}

/** Long numbers, as the codes of other systems hold. */
export const NINE_FOREIGN: readonly string[] = Array.from({ length: 9 }, (_, i) => `${i + 1}`.repeat(70));

/** The same with its middle scratched off: there is a code, and nobody can read it. */
export function pictureOfDamagedCode(text: string): Buffer {
  const { size, data } = QRCode.create(text, { errorCorrectionLevel: "M" }).modules;
  const width = (size + 2 * QUIET) * SCALE;
  const grey = new Uint8Array(width * width).fill(255);
  for (let y = 0; y < size * SCALE; y++) {
    for (let x = 0; x < size * SCALE; x++) {
      const [row, column] = [Math.floor(y / SCALE), Math.floor(x / SCALE)];
      const isScratched = row > 12 && row < size - 12 && column > 10;
      if (!isScratched && data[row * size + column]) grey[(y + QUIET * SCALE) * width + QUIET * SCALE + x] = 0;
    }
  }
  return greyPng(width, width, grey);
}

/** A small file that says it is a picture of this size. */
export function pictureHead(width: number, height: number): Buffer {
  return greyPng(width, height, new Uint8Array(0));
}
