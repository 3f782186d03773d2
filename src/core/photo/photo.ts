// SPDX-License-Identifier: Apache-2.0
import { fromBase64, toBase64 } from "../base64.js";
import { TallyError } from "../errors.js";
import { type JpegPicture, readJpeg } from "./read-jpeg.js";

/** A photo 照片 is a field of the face: this and the base64 of a JPEG picture (RFC 2397). No text of a face begins so. */
export const PHOTO_PREFIX = "data:image/jpeg;base64,";

/**
 * Of the signed picture. An identity photo of GA 461-2004, 358 × 441 pixels for 26 × 32 mm at 350 dpi, has 14 to 20 KB.
 */
export const MAX_PHOTO_BYTES = 48 * 1024;
/** Of a picture as it is given, with thumbnail and colour profile, before they are left out. */
export const MAX_GIVEN_PHOTO_BYTES = 160 * 1024;
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

/** `text` is what goes into the certificate. */
export type GivenPhotoResult = { readonly photo: Photo; readonly text: string } | { readonly problem: string };

export const isPhotoText = (value: unknown): value is string =>
  typeof value === "string" && value.startsWith(PHOTO_PREFIX);

/** The photo of a certificate. It must be bare, so that nothing that no page shows is signed along. */
export function readPhoto(text: string): PhotoResult {
  const file = fileIn(text);
  return "problem" in file ? file : readBarePhoto(file.bytes);
}

/** As `readPhoto`, of the bytes of a picture. */
export function readBarePhoto(bytes: Uint8Array): PhotoResult {
  const result = pictureIn(bytes);
  if ("problem" in result || result.photo.bytes.length === bytes.length) return result;
  return { problem: "holds more than its picture: metadata, comments or fill bytes" };
}

/**
 * The photo that somebody gives to be issued, without its metadata: EXIF with the place where it was taken, thumbnails, comments, and colour
 * profiles (what is left is sRGB).
 */
export function takePhoto(text: string): GivenPhotoResult {
  const file = fileIn(text);
  return "problem" in file ? file : photoOf(file.bytes);
}

/** As `takePhoto`, of the bytes of a file. */
export function photoOf(bytes: Uint8Array): GivenPhotoResult {
  const result = pictureIn(bytes);
  return "problem" in result ? result : { ...result, text: PHOTO_PREFIX + toBase64(result.photo.bytes) };
}

function fileIn(text: string): { readonly bytes: Uint8Array } | { readonly problem: string } {
  if (text.length > PHOTO_PREFIX.length + 4 * Math.ceil(MAX_GIVEN_PHOTO_BYTES / 3))
    return tooLarge(Math.floor((text.length * 3) / 4), MAX_GIVEN_PHOTO_BYTES);
  const format = otherFormat(text);
  if (format !== null) return { problem: format };
  const bytes = base64In(text);
  if (bytes !== null) return { bytes };
  return {
    problem: "is not base64 with padding (RFC 4648 section 4): encode the whole file again, without line breaks",
  };
}

function pictureIn(bytes: Uint8Array): PhotoResult {
  if (bytes.length > MAX_GIVEN_PHOTO_BYTES) return tooLarge(bytes.length, MAX_GIVEN_PHOTO_BYTES);
  const kind = KINDS.find(({ signature, at = 0 }) => signature.every((byte, i) => bytes[at + i] === byte));
  if (kind) return { problem: `is a ${kind.name} file: save it as JPEG` };
  const read = readJpeg(bytes);
  if ("problem" in read) return read;
  const problem = pictureProblem(read.picture);
  if (problem !== null) return { problem };
  const { width, height, components, bare } = read.picture;
  return { photo: { width, height, components, bytes: bare } };
}

function pictureProblem({ width, height, orientation, bare }: JpegPicture): string | null {
  const [shorter, longer] = [Math.min(width, height), Math.max(width, height)];
  const size = `is ${width} × ${height} pixels`;
  if (longer > MAX_PHOTO_SIDE) return `${size}: at most ${MAX_PHOTO_SIDE} a side, and 358 × 441 is usual`;
  if (shorter < MIN_PHOTO_SIDE) return `${size}: at least ${MIN_PHOTO_SIDE} a side, and 358 × 441 is usual`;
  if (orientation !== 1)
    return `is to be turned by its EXIF orientation (${orientation}), which is not kept: turn the picture itself and save it again`;
  return bare.length > MAX_PHOTO_BYTES ? tooLarge(bare.length, MAX_PHOTO_BYTES).problem : null;
}

function tooLarge(bytes: number, most: number): { readonly problem: string } {
  const problem = `is ${inUnits(bytes)}: at most ${inUnits(most)}; save it smaller (358 × 441 pixels) or with lower quality`;
  return { problem };
}

function inUnits(bytes: number): string {
  return bytes >= 1024 * 1024 ? `${(bytes / 1024 / 1024).toFixed(1)} MB` : `${Math.ceil(bytes / 1024)} KB`;
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

function base64In(text: string): Uint8Array | null {
  try {
    return fromBase64(text.slice(PHOTO_PREFIX.length));
  } catch (error) {
    if (error instanceof TallyError) return null;
    throw error;
  }
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
