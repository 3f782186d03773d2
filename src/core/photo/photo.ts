// SPDX-License-Identifier: Apache-2.0
import { fromBase64 } from "../base64.js";
import { TallyError } from "../errors.js";
import { isPhotoText, PHOTO_PREFIX } from "./photo-text.js";
import { type JpegPicture, readJpeg } from "./read-jpeg.js";

export { isPhotoText, PHOTO_PREFIX } from "./photo-text.js";

/**
 * Of the signed picture. An identity photo of GA 461-2004, 358 × 441 pixels for 26 × 32 mm at 350 dpi, has 14 to 20 KB.
 */
export const MAX_PHOTO_BYTES = 48 * 1024;
/** Pixels a side: fewer print as blocks, more are of no use in the room of a photo. */
export const MIN_PHOTO_SIDE = 100;
export const MAX_PHOTO_SIDE = 1_000;

export interface Photo {
  readonly width: number;
  readonly height: number;
  /** 1: grey; 3: colours. */
  readonly components: 1 | 3;
  /** The JPEG file, bare: nothing in it but what decoding needs. */
  readonly bytes: Uint8Array;
}

/** A problem completes "‹field› …" and says the way out. */
export type PhotoResult = { readonly photo: Photo } | { readonly problem: string };

/** The photo of a certificate. It must be bare, so that nothing that no page shows is signed along. */
export function readPhoto(text: string): PhotoResult {
  if (!isPhotoText(text)) return { problem: "is no photo" };
  if (text.length > PHOTO_PREFIX.length + (4 * MAX_PHOTO_BYTES) / 3) return tooLarge((text.length * 3) / 4);
  const bytes = base64In(text);
  return bytes === null ? { problem: NOT_BASE64 } : readBarePhoto(bytes);
}

/** As `readPhoto`, of the bytes of a picture. */
export function readBarePhoto(bytes: Uint8Array): PhotoResult {
  if (bytes.length > MAX_PHOTO_BYTES) return tooLarge(bytes.length);
  const read = readJpeg(bytes);
  if ("problem" in read) return read;
  return read.picture.bare.length === bytes.length ? photoIn(read.picture) : { problem: NOT_BARE };
}

export const NOT_BASE64 =
  "is not base64 with padding (RFC 4648 section 4): encode the whole file again, without line breaks";
export const NOT_BARE = "holds more than its picture: metadata, comments, fill bytes or unused tables";

/** The photo that a picture makes, without what is not needed. */
export function photoIn(picture: JpegPicture): PhotoResult {
  const { width, height, components, bare } = picture;
  const problem = pictureProblem(picture);
  return problem === null ? { photo: { width, height, components, bytes: bare } } : { problem };
}

function pictureProblem({ width, height, bare }: JpegPicture): string | null {
  const [shorter, longer] = [Math.min(width, height), Math.max(width, height)];
  const size = `is ${width} × ${height} pixels`;
  if (longer > MAX_PHOTO_SIDE) return `${size}: at most ${MAX_PHOTO_SIDE} a side, and 358 × 441 is usual`;
  if (shorter < MIN_PHOTO_SIDE) return `${size}: at least ${MIN_PHOTO_SIDE} a side, and 358 × 441 is usual`;
  return bare.length > MAX_PHOTO_BYTES ? tooLarge(bare.length).problem : null;
}

export function tooLarge(bytes: number, most = MAX_PHOTO_BYTES): { readonly problem: string } {
  const problem = `is ${inUnits(bytes)}: at most ${inUnits(most)}; save it smaller (358 × 441 pixels) or with lower quality`;
  return { problem };
}

function inUnits(bytes: number): string {
  return bytes >= 1024 * 1024 ? `${(bytes / 1024 / 1024).toFixed(1)} MB` : `${Math.ceil(bytes / 1024)} KB`;
}

/** Null when the text behind the prefix is not base64. */
export function base64In(text: string): Uint8Array | null {
  try {
    return fromBase64(text.slice(PHOTO_PREFIX.length));
  } catch (error) {
    if (error instanceof TallyError) return null;
    throw error;
  }
}
