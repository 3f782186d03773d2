// SPDX-License-Identifier: Apache-2.0
import { isTokenText } from "../../../../core/digits.js";
import { PICTURE_HEAD_BYTES, pictureSize } from "../../../pictures/picture-size.js";
import { readByBrowser } from "./own-reader.js";
import type { CodesSeen, PictureRefusal } from "./protocol.js";

/** A camera of a telephone makes up to fifty; more takes too much memory. */
const MOST_PIXELS = 60_000_000;
const LARGEST_FILE = 40 * 2 ** 20;
/** Beyond this a code only becomes slower to find. */
const LONGEST_SIDE = 3_000;

interface SeenCode {
  readonly text: string;
  readonly isValid: boolean;
}

/** Finds the QR codes in a picture file or in a frame of the camera. */
export async function readCodes(
  picture: Blob | ImageBitmap,
  options: { readonly thorough: boolean },
): Promise<CodesSeen | PictureRefusal> {
  const bitmap = picture instanceof ImageBitmap ? picture : await bitmapOf(picture);
  if (typeof bitmap === "string") return bitmap;
  try {
    return sorted(await decoded(bitmap, options));
  } catch {
    return "no-decoder";
  } finally {
    bitmap.close();
  }
}

async function bitmapOf(file: Blob): Promise<ImageBitmap | PictureRefusal> {
  if (file.size > LARGEST_FILE) return "too-large";
  const size = pictureSize(new Uint8Array(await file.slice(0, PICTURE_HEAD_BYTES).arrayBuffer()));
  if (size === null) return "not-a-picture";
  if (size.width * size.height > MOST_PIXELS) return "too-large";
  try {
    return await createImageBitmap(file);
  } catch {
    return "not-a-picture";
  }
}

async function decoded(bitmap: ImageBitmap, options: { readonly thorough: boolean }): Promise<readonly SeenCode[]> {
  const own = await readByBrowser(bitmap);
  // A still picture gets a second, harder look by the other reader.
  if (own !== null && (own.length > 0 || !options.thorough)) return own.map((text) => ({ text, isValid: true }));
  const { decode } = await import("./decoder.js");
  return decode(pixelsOf(bitmap), options);
}

function pixelsOf(bitmap: ImageBitmap): ImageData {
  const scale = Math.min(1, LONGEST_SIDE / Math.max(bitmap.width, bitmap.height));
  const [width, height] = [
    Math.max(1, Math.round(bitmap.width * scale)),
    Math.max(1, Math.round(bitmap.height * scale)),
  ];
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d", { willReadFrequently: true })!;
  // A transparent picture of black on nothing is black on white.
  context.fillStyle = "#fff";
  context.fillRect(0, 0, width, height);
  context.drawImage(bitmap, 0, 0, width, height);
  return context.getImageData(0, 0, width, height);
}

function sorted(codes: readonly SeenCode[]): CodesSeen {
  const readable = codes.filter(({ isValid, text }) => isValid && text !== "");
  const ours = [...new Set(readable.map(({ text }) => text.trim()).filter(mayBeOurs))];
  return {
    ours,
    foreign: readable.length - readable.filter(({ text }) => mayBeOurs(text.trim())).length,
    damaged: codes.length - readable.length,
  };
}

/** Digits that hold a token, alone or after the `#` of some host's `/v`. The host is nobody's proof and is not looked at. */
function mayBeOurs(text: string): boolean {
  return /^(?:https?:\/\/[^\s#]{1,2048}\/v#)?[0-9]{60,4000}$/i.test(text) && isTokenText(text);
}
