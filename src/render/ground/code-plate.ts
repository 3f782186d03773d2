// SPDX-License-Identifier: Apache-2.0
import type { Label } from "../../core/type-definition.js";
import type { PageGeometry } from "../layout/page-geometry.js";
import type { Palette } from "../ornament/palettes.js";
import { type Canvas, mm } from "../pdf/canvas.js";
import type { Pen } from "./pen.js";

const QR_CAPTION: Label = { zh: "扫码验证", en: "Scan to verify" };

/** The quiet zone 静区: four modules of white, and the caption under it. */
const QUIET = mm(3);

export function drawQrPlate(canvas: Canvas, { qr }: PageGeometry, { gold }: Palette): void {
  const [x, y, side] = [qr.x - QUIET, qr.y - QUIET, qr.width + 2 * QUIET];
  canvas.fill([1, 1, 1]).rectangle(x, y, side, side, "f");
  canvas.stroke(gold, 0.6).rectangle(x, y, side, side, "S");
}

export function drawQrCaption(pen: Pen, { qr, sizes }: PageGeometry, { ink }: Palette): void {
  pen.canvas.fill(ink);
  const [centre, y] = [qr.x + qr.width / 2, qr.y + qr.height + mm(6.6)];
  pen.centred("label", `${QR_CAPTION.zh}  ${QR_CAPTION.en}`, sizes.zh * 0.76, centre, y, qr.width, 0.02);
}
