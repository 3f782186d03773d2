// SPDX-License-Identifier: Apache-2.0
import { MIN_PHOTO_SIDE } from "../../../../core/photo/photo.js";
import { photoOf } from "../../../../core/photo/take-photo.js";
import { PICTURE_HEAD_BYTES, pictureSize } from "../../../pictures/picture-size.js";

/** A file of a telephone has some 5 MB. */
const MOST_BYTES = 20 * 1024 * 1024;
/** A small file can be a gigantic picture. */
const MOST_PIXELS = 60_000_000;
/** An identity photo of GA 461-2004, half as large again: for layouts with a larger box. */
const [WIDTH, HEIGHT] = [537, 662];
const QUALITIES = [0.9, 0.8, 0.7, 0.6, 0.5, 0.4];

/** Why a file gives no photo. */
export type PhotoFault = "no-picture" | "picture-too-large" | "picture-too-small";

/**
 * The photo of a file that somebody chose, as it goes into a request: the very picture when it is one that a certificate takes, else redrawn,
 * turned as it is to be looked at and made as small as is needed. No metadata leaves the page either way.
 */
export async function photoFromFile(file: Blob): Promise<{ readonly photo: string } | { readonly fault: PhotoFault }> {
  if (file.size > MOST_BYTES) return { fault: "picture-too-large" };
  const bytes = new Uint8Array(await file.arrayBuffer());
  const asItIs = photoOf(bytes);
  if ("text" in asItIs) return { photo: asItIs.text };
  const size = pictureSize(bytes.subarray(0, PICTURE_HEAD_BYTES));
  if (size === null) return { fault: "no-picture" };
  if (size.width * size.height > MOST_PIXELS) return { fault: "picture-too-large" };
  if (Math.min(size.width, size.height) < MIN_PHOTO_SIDE) return { fault: "picture-too-small" };
  const bitmap = await createImageBitmap(file).catch(() => null);
  if (bitmap === null) return { fault: "no-picture" };
  try {
    return await redrawn(bitmap);
  } finally {
    bitmap.close();
  }
}

async function redrawn(bitmap: ImageBitmap): Promise<{ readonly photo: string } | { readonly fault: PhotoFault }> {
  const scale = Math.min(1, WIDTH / bitmap.width, HEIGHT / bitmap.height);
  // Of a strip nothing would be left, and a canvas of nothing gives no picture.
  const side = (length: number) => Math.max(1, Math.round(length * scale));
  const canvas = new OffscreenCanvas(side(bitmap.width), side(bitmap.height));
  const context = canvas.getContext("2d");
  if (context === null) return { fault: "no-picture" };
  // What is transparent in the file is white on paper.
  context.fillStyle = "#fff";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.imageSmoothingQuality = "high";
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  for (const quality of QUALITIES) {
    const blob = await canvas.convertToBlob({ type: "image/jpeg", quality });
    const result = photoOf(new Uint8Array(await blob.arrayBuffer()));
    if ("text" in result) return { photo: result.text };
  }
  return { fault: Math.min(canvas.width, canvas.height) < MIN_PHOTO_SIDE ? "picture-too-small" : "picture-too-large" };
}
