// SPDX-License-Identifier: Apache-2.0

export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

/**
 * Width and height as the head of a PNG, JPEG, GIF, WebP or BMP file states them, so that a small file of a gigantic picture is
 * refused before a browser unpacks it. Null for anything else.
 */
export function pictureSize(bytes: Uint8Array): PictureSize | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  try {
    if (startsWith(bytes, "\x89PNG\r\n\x1a\n")) return size(view.getUint32(16), view.getUint32(20));
    if (startsWith(bytes, "GIF8")) return size(view.getUint16(6, true), view.getUint16(8, true));
    if (startsWith(bytes, "BM")) return size(view.getInt32(18, true), Math.abs(view.getInt32(22, true)));
    if (startsWith(bytes, "RIFF") && startsWith(bytes.subarray(8), "WEBP")) return webpSize(view, bytes);
    if (view.getUint16(0) === 0xffd8) return jpegSize(view);
  } catch {
    // A RangeError: the head is cut off.
  }
  return null;
}

/** How much of a file `pictureSize` should get to see: a JPEG may carry a preview and a profile before its frame. */
export const PICTURE_HEAD_BYTES = 512 * 1024;

function jpegSize(view: DataView): PictureSize | null {
  for (let at = 2; ; ) {
    if (view.getUint8(at) !== 0xff) return null;
    const marker = view.getUint8(at + 1);
    // Start of frame, of any coding; 0xc4, 0xc8 and 0xcc are tables.
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker))
      return size(view.getUint16(at + 7), view.getUint16(at + 5));
    at += marker === 0xff ? 1 : 2 + view.getUint16(at + 2);
  }
}

function webpSize(view: DataView, bytes: Uint8Array): PictureSize | null {
  const chunk = bytes.subarray(12);
  if (startsWith(chunk, "VP8X")) return size(1 + uint24(view, 24), 1 + uint24(view, 27));
  if (startsWith(chunk, "VP8L")) {
    const packed = view.getUint32(21, true);
    return size(1 + (packed & 0x3fff), 1 + ((packed >> 14) & 0x3fff));
  }
  if (startsWith(chunk, "VP8 ")) return size(view.getUint16(26, true) & 0x3fff, view.getUint16(28, true) & 0x3fff);
  return null;
}

function uint24(view: DataView, at: number): number {
  return view.getUint16(at, true) | (view.getUint8(at + 2) << 16);
}

function size(width: number, height: number): PictureSize | null {
  return width > 0 && height > 0 ? { width, height } : null;
}

function startsWith(bytes: Uint8Array, text: string): boolean {
  return [...text].every((char, i) => bytes[i] === char.charCodeAt(0));
}
