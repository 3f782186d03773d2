// SPDX-License-Identifier: Apache-2.0
import { toBase64 } from "../base64.js";
import { exifOrientation } from "./exif-orientation.js";
import { base64In, NOT_BASE64, PHOTO_PREFIX, type Photo, photoIn, tooLarge } from "./photo.js";
import { type JpegPicture, readJpeg } from "./read-jpeg.js";

/** Of a picture as it is given, with thumbnail and colour profile, before they are left out. */
export const MAX_GIVEN_PHOTO_BYTES = 160 * 1024;

/** `text` is what goes into the certificate. */
export type TakenPhoto = { readonly photo: Photo; readonly text: string } | { readonly problem: string };

/**
 * The photo that somebody gives to be issued, without its metadata: EXIF with the place where it was taken, thumbnails, comments, and colour
 * profiles (what is left is sRGB).
 */
export function takePhoto(text: string): TakenPhoto {
  if (text.length > PHOTO_PREFIX.length + 4 * Math.ceil(MAX_GIVEN_PHOTO_BYTES / 3))
    return tooLarge((text.length * 3) / 4, MAX_GIVEN_PHOTO_BYTES);
  const format = otherFormat(text);
  if (format !== null) return { problem: format };
  const bytes = base64In(text);
  return bytes === null ? { problem: NOT_BASE64 } : photoOf(bytes);
}

/** As `takePhoto`, of the bytes of a file. */
export function photoOf(bytes: Uint8Array): TakenPhoto {
  if (bytes.length > MAX_GIVEN_PHOTO_BYTES) return tooLarge(bytes.length, MAX_GIVEN_PHOTO_BYTES);
  const kind = KINDS.find(({ signature, at = 0 }) => signature.every((byte, i) => bytes[at + i] === byte));
  if (kind) return { problem: `is a ${kind.name} file: save it as JPEG` };
  const read = readJpeg(bytes);
  if ("problem" in read) return read;
  const problem = lostMeaning(read.picture);
  if (problem !== null) return { problem };
  const result = photoIn(read.picture);
  return "problem" in result ? result : { ...result, text: PHOTO_PREFIX + toBase64(result.photo.bytes) };
}

const APP1 = 0xe1;
const APP14 = 0xee;

/** Without some of what is left out, a picture would lie on its side or have other colours. */
function lostMeaning({ applications, components }: JpegPicture): string | null {
  for (const { marker, body } of applications) {
    const orientation = marker === APP1 && startsWith(body, "Exif\0\0") ? exifOrientation(body.subarray(6)) : 1;
    if (orientation !== 1)
      return `is to be turned by its EXIF orientation (${orientation}), which is not kept: turn the picture itself and save it again`;
    const transform = marker === APP14 && startsWith(body, "Adobe") ? (body[11] ?? 1) : 1;
    if (components === 3 && transform !== 1)
      return `holds colours that are not YCbCr (Adobe transform ${transform}): save it again as an ordinary JPEG`;
  }
  return null;
}

function startsWith(bytes: Uint8Array, text: string): boolean {
  for (let i = 0; i < text.length; i++) if (bytes[i] !== text.charCodeAt(i)) return false;
  return true;
}

function otherFormat(text: string): string | null {
  if (text.startsWith(PHOTO_PREFIX)) return null;
  const wanted = `write ${PHOTO_PREFIX} and the file in base64`;
  const [, type, parameters] = /^data:([a-z]{1,20}\/[a-z0-9.+-]{1,40})?([^,]{0,100}),/i.exec(text) ?? [];
  if (parameters === undefined) return `is no photo: ${wanted}`;
  if (type === undefined || !/^image\/jpe?g$/i.test(type))
    return `is of type ${type ?? "text/plain"}: save it as JPEG, and ${wanted}`;
  if (!/;base64$/i.test(parameters)) return `is percent-encoded: ${wanted}`;
  return `begins with another media type or other parameters: ${wanted}`;
}

/** What people take for a JPEG picture, by its first bytes. */
const KINDS: readonly { readonly name: string; readonly signature: readonly number[]; readonly at?: number }[] = [
  { name: "PNG", signature: [0x89, 0x50, 0x4e, 0x47] },
  { name: "GIF", signature: [0x47, 0x49, 0x46, 0x38] },
  { name: "WebP", signature: [0x57, 0x45, 0x42, 0x50], at: 8 },
  { name: "HEIC or AVIF", signature: [0x66, 0x74, 0x79, 0x70], at: 4 },
  { name: "BMP", signature: [0x42, 0x4d] },
  { name: "TIFF", signature: [0x49, 0x49, 0x2a, 0x00] },
  { name: "TIFF", signature: [0x4d, 0x4d, 0x00, 0x2a] },
  { name: "PDF", signature: [0x25, 0x50, 0x44, 0x46] },
];
