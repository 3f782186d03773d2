// SPDX-License-Identifier: Apache-2.0
import type { Layout } from "../../core/type-definition.js";
import type { Box, PageGeometry } from "../layout/page-geometry.js";
import { PALE_AMBER, PALE_GREY, PALE_RED, PRINTED_GREY } from "../ornament/palettes.js";
import type { Colour } from "../pdf/canvas.js";
import { PRINTED } from "../printed-copy/printed-strip.js";
import type { Look } from "./look.js";
import type { Pen } from "./pen.js";
import { PENDING } from "./pending-stamp.js";

const SAMPLE = "样本 SAMPLE";

/** Large words across the page, behind the text: each half of a folded page has its own, two of one page share its longer side. */
export function watermarksOf(
  layout: Layout,
  { frames }: PageGeometry,
  look: Look,
  words: (draw: (pen: Pen) => void) => string,
): string[] {
  const marks: [string, Colour][] = [];
  if (look === "sample") marks.push([SAMPLE, PALE_RED]);
  else if (look === "printed") marks.push([`${PRINTED.zh} ${PRINTED.en}`, PRINTED_GREY]);
  // A copy's words are its own: they name the user.
  else if (layout.watermark && look !== "copy") marks.push([layout.watermark.zh, PALE_GREY]);
  if (look === "pending") marks.push([PENDING.zh, PALE_AMBER]);
  const [first] = frames as [Box];
  if (frames.length > 1 && marks.length > 0)
    return frames.map((frame, i) =>
      words((pen) => {
        const [text, colour] = marks[Math.min(i, marks.length - 1)] as [string, Colour];
        drawWatermark(pen, text, colour, {
          x: frame.x + frame.width / 2,
          y: frame.y + frame.height / 2,
          room: roomIn(frame),
        });
      }),
    );
  return marks.map(([text, colour], i) =>
    words((pen) => {
      const { width, height } = first;
      const along = (i + 1) / (marks.length + 1);
      const [x, y] = width > height ? [width * along, height * 0.55] : [width / 2, height * (0.03 + along)];
      const room = roomIn(first) / Math.sqrt(marks.length);
      drawWatermark(pen, text, colour, { x: first.x + x, y: first.y + y, room });
    }),
  );
}

const roomIn = ({ width, height }: Box): number => Math.min(width, height) * 0.84;

function drawWatermark(
  pen: Pen,
  text: string,
  colour: Colour,
  { x, y, room }: { readonly x: number; readonly y: number; readonly room: number },
): void {
  const size = Math.min(110, room / pen.widthOf("title", text, 1));
  const length = pen.widthOf("title", text, size);
  const [cos, sin] = [Math.cos(WATERMARK_ANGLE), Math.sin(WATERMARK_ANGLE)];
  // Back along the baseline by half the words, and down from it by half a character's height.
  const startX = x - (cos * length) / 2 + sin * size * 0.35;
  const startY = y + (sin * length) / 2 + cos * size * 0.35;
  pen.canvas.fill(colour).turnedText("T", size, startX, startY, pen.encode("title", text), WATERMARK_ANGLE);
}

/** Upwards from the left. */
export const WATERMARK_ANGLE = Math.PI / 6;
