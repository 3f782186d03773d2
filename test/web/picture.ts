// SPDX-License-Identifier: Apache-2.0
import { deflateSync } from "node:zlib";
import QRCode from "qrcode";

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
  return png(width, height, grey);
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
  return png(width, width, grey);
}

/** A small file that says it is a picture of this size. */
export function pictureHead(width: number, height: number): Buffer {
  return png(width, height, new Uint8Array(0));
}

function png(width: number, height: number, grey: Uint8Array): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 0, 0, 0, 0], 8);
  const lines = Buffer.alloc(grey.length === 0 ? 0 : height * (width + 1));
  for (let y = 0; y < lines.length / (width + 1); y++)
    lines.set(grey.subarray(y * width, (y + 1) * width), y * (width + 1) + 1);
  return Buffer.concat([
    Buffer.from("89504e470d0a1a0a", "hex"),
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(lines)),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function chunk(name: string, content: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(name, "latin1"), content]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(content.length);
  const check = Buffer.alloc(4);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}

function crc32(bytes: Uint8Array): number {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}
