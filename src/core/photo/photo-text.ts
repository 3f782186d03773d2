// SPDX-License-Identifier: Apache-2.0

/** A photo 照片 is a field of the face: this and the base64 of a JPEG picture (RFC 2397). No text of a face begins so. */
export const PHOTO_PREFIX = "data:image/jpeg;base64,";

export const isPhotoText = (value: unknown): value is string =>
  typeof value === "string" && value.startsWith(PHOTO_PREFIX);
