// SPDX-License-Identifier: Apache-2.0
import type { CertificateSubject } from "../../core/certificate.js";
import { resolvePointer } from "../../core/json-pointer.js";
import { type Photo, readPhoto } from "../../core/photo/photo.js";
import type { Layout } from "../../core/type-definition.js";
import type { Box } from "../layout/page-geometry.js";
import type { Canvas, Colour } from "../pdf/canvas.js";
import type { PdfWriter } from "../pdf/pdf-writer.js";
import type { Ref } from "../pdf/syntax.js";

/** Its name among the resources of the first page. */
export const PHOTO = "P";

/** The photo that a certificate of the layout shows; null when it has none. A problem is for `checkRenderable` to tell. */
export function photoIn(
  subject: CertificateSubject,
  { photo }: Layout,
): { readonly photo: Photo | null } | { readonly field: string; readonly problem: string } {
  if (!photo) return { photo: null };
  const field = photo.pointer;
  const value: unknown = resolvePointer(subject, field);
  if (value === undefined) return { photo: null };
  const read = typeof value === "string" ? readPhoto(value) : { problem: "is no photo" };
  return "problem" in read ? { field, problem: read.problem } : { photo: read.photo };
}

/** The picture as it was signed: PDF shows JPEG files as they are (ISO 32000-1 section 7.4.8). Without an Adobe segment, three components are YCbCr. */
export function addPhoto(writer: PdfWriter, { width, height, components, bytes }: Photo): Ref {
  const colours = components === 1 ? "DeviceGray" : "DeviceRGB";
  return writer.addStream(
    `/Type/XObject/Subtype/Image/Width ${width}/Height ${height}/BitsPerComponent 8/ColorSpace/${colours}/Filter/DCTDecode`,
    bytes,
  );
}

/** The largest place in the middle of the box in which the whole picture keeps its proportions. */
export function fittedPhoto({ width, height }: Photo, box: Box): Box {
  const scale = Math.min(box.width / width, box.height / height);
  const [w, h] = [width * scale, height * scale];
  return { x: box.x + (box.width - w) / 2, y: box.y + (box.height - h) / 2, width: w, height: h };
}

export function drawPhoto(canvas: Canvas, { x, y, width, height }: Box): void {
  canvas.place(PHOTO, width, 0, 0, height, x, y + height);
}

export function drawPhotoFrame(canvas: Canvas, { x, y, width, height }: Box, colour: Colour): void {
  canvas.stroke(colour, 0.6).rectangle(x, y, width, height, "S");
}
