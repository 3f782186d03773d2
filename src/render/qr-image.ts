// SPDX-License-Identifier: Apache-2.0
import { create } from "qrcode/lib/core/qrcode.js";

/** A QR symbol as a 1-bit picture: rows of whole bytes, a set bit is white, no quiet zone. */
export interface QrImage {
  /** Modules a side. */
  readonly modules: number;
  readonly bits: Uint8Array;
}

/**
 * The code of a token (ISO/IEC 18004): the address in byte mode, the digits in numeric mode, level M, and always the same
 * mask, so that the same token gives the same picture. The smallest version that holds the text is used.
 */
export function qrImage(text: string): QrImage {
  const hash = text.indexOf("#") + 1;
  const { modules } = create(
    [
      { mode: "byte", data: new TextEncoder().encode(text.slice(0, hash)) },
      { mode: "numeric", data: text.slice(hash) },
    ],
    { errorCorrectionLevel: "M", maskPattern: MASK },
  );
  return { modules: modules.size, bits: pack(modules.size, modules.data) };
}

const MASK = 2;

function pack(size: number, dark: Uint8Array): Uint8Array {
  const stride = (size + 7) >> 3;
  const bits = new Uint8Array(stride * size);
  for (let y = 0; y < size; y++)
    for (let x = 0; x < size; x++) if (dark[y * size + x] === 0) bits[y * stride + (x >> 3)]! |= 0x80 >> (x & 7);
  return bits;
}
