// SPDX-License-Identifier: Apache-2.0
import type { Label } from "../../core/type-definition.js";
import type { Box } from "../layout/page-geometry.js";
import { AMBER } from "../ornament/palettes.js";
import { type Canvas, mm } from "../pdf/canvas.js";
import type { Pen } from "./pen.js";

export const PENDING: Label = { zh: "锚定中", en: "ANCHORING PENDING" };

const PENDING_ADVICE: Label = {
  zh: "尚待上链确认，请稍后重新下载",
  en: "Not yet confirmed. Fetch this document again later.",
};

export function drawStampBox(canvas: Canvas, { x, y, width, height }: Box): void {
  canvas.fill([1, 1, 1]).rectangle(x, y, width, height, "f");
  canvas.stroke(AMBER, 1.6).rectangle(x, y, width, height, "S");
  canvas.stroke(AMBER, 0.5).rectangle(x + 2.5, y + 2.5, width - 5, height - 5, "S");
}

export function drawStampWords(pen: Pen, { x, y, width, height }: Box): void {
  const [centre, room] = [x + width / 2, width - mm(4)];
  pen.canvas.fill(AMBER);
  pen.centred("title", PENDING.zh, height * 0.4, centre, y + height * 0.5, room, 0.1);
  pen.centred("label", PENDING.en, height * 0.146, centre, y + height * 0.68, room, 0.05);
  pen.centred("label", PENDING_ADVICE.zh, height * 0.127, centre, y + height * 0.86, room + mm(1), 0);
}
