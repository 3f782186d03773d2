// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from "node:fs";
import { fromBase64, toBase64 } from "../../../src/core/base64.js";
import { PHOTO_PREFIX } from "../../../src/core/photo/photo.js";
import { SAMPLE_PHOTO } from "../../../src/render/sample/sample-photo.js";

/** A file of `pictures/`: the sample photo as another encoder wrote it (Pillow 13.0 with libjpeg-turbo). */
export function picture(name: string): Uint8Array {
  return new Uint8Array(readFileSync(new URL(`pictures/${name}.jpg`, import.meta.url)));
}

/** The picture of the sample photo, which is bare. */
export const SAMPLE_PICTURE = fromBase64(SAMPLE_PHOTO.slice(PHOTO_PREFIX.length));

export const photoText = (bytes: Uint8Array): string => PHOTO_PREFIX + toBase64(bytes);

export function segment(marker: number, body: Uint8Array | string): Uint8Array {
  const bytes = Buffer.from(body as string, "latin1");
  return Buffer.concat([Uint8Array.of(0xff, marker, (bytes.length + 2) >> 8, (bytes.length + 2) & 255), bytes]);
}

/** Behind the start of the picture. */
export function withSegment(bytes: Uint8Array, marker: number, body: Uint8Array | string): Uint8Array {
  return Buffer.concat([bytes.subarray(0, 2), segment(marker, body), bytes.subarray(2)]);
}

/** Where the first segment of a kind begins, at its 0xff. */
export function placeOf(bytes: Uint8Array, marker: number): number {
  for (let at = 2; at + 4 <= bytes.length; at += 2 + (bytes[at + 2]! * 256 + bytes[at + 3]!))
    if (bytes[at] === 0xff && bytes[at + 1] === marker) return at;
  throw new Error(`no segment ${marker.toString(16)}`);
}

/** With single bytes replaced, counted from a segment's 0xff. */
export function altered(bytes: Uint8Array, marker: number, changes: Readonly<Record<number, number>>): Uint8Array {
  const copy = new Uint8Array(bytes);
  const start = placeOf(bytes, marker);
  for (const [at, value] of Object.entries(changes)) copy[start + Number(at)] = value;
  return copy;
}

/** The sample photo, said to be of another size than it is. */
export const withSize = (width: number, height: number): Uint8Array =>
  altered(SAMPLE_PICTURE, 0xc0, { 5: height >> 8, 6: height & 255, 7: width >> 8, 8: width & 255 });
