// SPDX-License-Identifier: Apache-2.0
import type { Label, Layout } from "../../core/type-definition.js";
import type { Box, PageGeometry } from "../layout/page-geometry.js";
import { type Palette, SMALL_PRINT } from "../ornament/palettes.js";
import type { Canvas } from "../pdf/canvas.js";
import type { Pen } from "./pen.js";

const DEFAULT_ISSUER: Label = { zh: "发证机关", en: "Issuing authority" };
export const issuerLabel = (layout: Layout): Label => layout.issuerLabel ?? DEFAULT_ISSUER;

/** The electronic seal will stand here: two pale rings, so that what they pass under stays readable. */
export function drawSealPlace(canvas: Canvas, seal: Box, { pale }: Palette): void {
  const [x, y] = [seal.x + seal.width / 2, seal.y + seal.height / 2];
  canvas.stroke(pale, 1.1).circle(x, y, seal.width / 2, "S");
  canvas.stroke(pale, 0.5).circle(x, y, seal.width / 2 - 3, "S");
}

export function drawIssuerLabel(pen: Pen, layout: Layout, { issuer, sizes }: PageGeometry, palette: Palette): void {
  const { zh, en } = issuerLabel(layout);
  const { align, labelX: x, width, labelAt } = issuer;
  pen.canvas.fill(palette.ink);
  pen.aligned(align, "label", zh, sizes.zh, x, labelAt, width, 0.1);
  if (layout.bilingual === false) return;
  pen.canvas.fill(SMALL_PRINT);
  pen.aligned(align, "label", en, sizes.en, x, labelAt + sizes.zh * 0.86, width, 0);
}
