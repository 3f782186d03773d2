// SPDX-License-Identifier: Apache-2.0
import type { Label, Layout } from "../core/type-definition.js";
import type { FontLibrary } from "./font/font-library.js";
import type { FontStack } from "./font/font-stack.js";
import type { FontSubset } from "./font/font-subset.js";
import type { PageGeometry } from "./layout/page-geometry.js";
import { drawMeanderBorder } from "./ornament/meander.js";
import { AMBER, PALE_AMBER, PALE_GREY, PALETTES, type Palette, SMALL_PRINT } from "./ornament/palettes.js";
import { RIBBONS, strandAngle } from "./ornament/rosette.js";
import { Canvas, type Colour, mm } from "./pdf/canvas.js";

/** The two fonts of the ground, collecting the characters it shows. Resource names: T and L. */
export interface StaticFonts {
  readonly title: FontSubset;
  readonly label: FontSubset;
}

export const IDENTIFIER_LABEL = "证照标识";
const QR_CAPTION: Label = { zh: "扫码验证", en: "Scan to verify" };
const PENDING: Label = { zh: "锚定中", en: "ANCHORING PENDING" };
const PENDING_ADVICE: Label = {
  zh: "尚待上链确认，请稍后重新下载",
  en: "Not yet confirmed. Fetch this document again later.",
};
const DEFAULT_ISSUER: Label = { zh: "发证机关", en: "Issuing authority" };

export const issuerLabel = (layout: Layout): Label => layout.issuerLabel ?? DEFAULT_ISSUER;

/** Draws everything that does not depend on the certificate: paper, ornament, title, captions and marks. */
export function drawGround(
  layout: Layout,
  geometry: PageGeometry,
  pending: boolean,
  fonts: FontLibrary,
  subsets: StaticFonts,
): string {
  const palette = PALETTES[layout.palette ?? "vermilion"];
  const canvas = new Canvas(geometry.height);
  const pen = new Pen(canvas, fonts, subsets);
  drawPaper(canvas, geometry, palette);
  const marks: [string, Colour][] = [];
  if (layout.watermark) marks.push([layout.watermark.zh, PALE_GREY]);
  if (pending) marks.push([PENDING.zh, PALE_AMBER]);
  drawWatermarks(pen, geometry, marks);
  drawBorder(canvas, geometry, palette);
  drawTitle(pen, layout, geometry, palette);
  drawQrPlate(pen, geometry, palette);
  drawSealPlace(pen, layout, geometry, palette, pending);
  return canvas.operators;
}

function drawPaper(canvas: Canvas, geometry: PageGeometry, palette: Palette): void {
  const { frame, width, height } = geometry;
  canvas.fill(palette.paper).rectangle(frame.x, frame.y, frame.width, frame.height, "f");
  canvas.raw("q").stroke(palette.faint, 0.45);
  const depth = borderDepth(geometry);
  canvas.raw(clip(canvas, frame.x + depth, frame.y + depth, frame.width - 2 * depth, frame.height - 2 * depth));
  for (let y = frame.y, i = 0; y < frame.y + frame.height; y += mm(2.4), i++)
    canvas.place("W", 1, 0, 0, i % 2 === 0 ? 1 : -1, 0, y);
  canvas.raw("Q q").stroke(palette.pale, 0.5);
  RIBBONS.forEach((ribbon, ring) => {
    for (let strand = 0; strand < ribbon.strands; strand++) {
      const angle = strandAngle(ribbon, strand);
      const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
      canvas.place(`R${ring}`, cos, sin, -sin, cos, width / 2, height * 0.53);
    }
  });
  canvas.raw("Q");
}

function clip(canvas: Canvas, x: number, y: number, width: number, height: number): string {
  return `${x.toFixed(2)} ${(canvas.height - y - height).toFixed(2)} ${width.toFixed(2)} ${height.toFixed(2)} re W n`;
}

/** Room between the meanders and the lines beside them. */
const LANE = mm(1.1);
const borderDepth = ({ band }: PageGeometry): number => band + 2 * LANE;

function drawBorder(canvas: Canvas, geometry: PageGeometry, { ink, gold }: Palette): void {
  const { frame, band } = geometry;
  const depth = borderDepth(geometry);
  canvas.stroke(ink, 1.6).rectangle(frame.x, frame.y, frame.width, frame.height, "S");
  canvas.stroke(gold, 0.9);
  drawMeanderBorder(
    canvas,
    { x: frame.x + LANE, y: frame.y + LANE, width: frame.width - 2 * LANE, height: frame.height - 2 * LANE },
    band,
  );
  canvas
    .stroke(ink, 0.6)
    .rectangle(frame.x + depth, frame.y + depth, frame.width - 2 * depth, frame.height - 2 * depth, "S");
}

function drawTitle(pen: Pen, layout: Layout, geometry: PageGeometry, { ink, gold }: Palette): void {
  const { canvas } = pen;
  const centre = geometry.width / 2;
  const room = geometry.width - mm(70);
  canvas.fill(ink);
  pen.centred("title", layout.title.zh, geometry.titleSize, centre, geometry.titleAt, room, 0.18);
  pen.centred("label", layout.title.en.toUpperCase(), 9, centre, geometry.subtitleAt, room, 0.16);
  canvas.fill(gold).stroke(gold, 0.7);
  const y = geometry.dividerAt;
  const half = mm(46);
  if (layout.subtitle) {
    const text = `${layout.subtitle.zh}  ${layout.subtitle.en}`;
    const width = pen.centred("label", text, 8.5, centre, y + 3, room, 0.05);
    canvas
      .line(centre - half - width / 4, y, centre - width / 2 - mm(3), y)
      .line(centre + width / 2 + mm(3), y, centre + half + width / 4, y);
  } else {
    canvas.line(centre - half, y, centre - mm(4), y).line(centre + mm(4), y, centre + half, y);
    drawLozenge(canvas, centre, y, mm(1.7));
    for (const side of [-1, 1]) drawLozenge(canvas, centre + side * (half + mm(1.2)), y, mm(0.8));
  }
}

function drawLozenge(canvas: Canvas, x: number, y: number, reach: number): void {
  const at = (dx: number, dy: number) => `${(x + dx).toFixed(2)} ${(canvas.height - y - dy).toFixed(2)}`;
  canvas.raw(`${at(-reach, 0)} m ${at(0, -reach)} l ${at(reach, 0)} l ${at(0, reach)} l f`);
}

function drawQrPlate(pen: Pen, { qr, captionAt }: PageGeometry, { ink, gold }: Palette): void {
  const quiet = mm(3);
  pen.canvas.fill([1, 1, 1]).rectangle(qr.x - quiet, qr.y - quiet, qr.width + 2 * quiet, qr.height + 2 * quiet, "f");
  pen.canvas.stroke(gold, 0.6).rectangle(qr.x - quiet, qr.y - quiet, qr.width + 2 * quiet, qr.height + 2 * quiet, "S");
  pen.canvas.fill(ink);
  pen.centred(
    "label",
    `${QR_CAPTION.zh}  ${QR_CAPTION.en}`,
    8,
    qr.x + qr.width / 2,
    captionAt + mm(0.6),
    qr.width,
    0.02,
  );
}

function drawSealPlace(pen: Pen, layout: Layout, geometry: PageGeometry, palette: Palette, pending: boolean): void {
  const { seal } = geometry;
  const { canvas } = pen;
  const [x, y] = [seal.x + seal.width / 2, seal.y + seal.height / 2];
  if (pending) drawPendingStamp(pen, geometry);
  // The electronic seal will stand here: two pale rings, so that what they pass under stays readable.
  canvas.stroke(palette.pale, 1.1).circle(x, y, seal.width / 2, "S");
  canvas.stroke(palette.pale, 0.5).circle(x, y, seal.width / 2 - 3, "S");
  const { zh, en } = issuerLabel(layout);
  canvas.fill(palette.ink);
  pen.centred("label", zh, 10.5, x, seal.y + seal.height * 0.3, seal.width, 0.1);
  canvas.fill(SMALL_PRINT);
  pen.centred("label", en, 6, x, seal.y + seal.height * 0.3 + 9, seal.width, 0);
}

/** Large words across the page, behind the text; two of them share its longer side. */
function drawWatermarks(pen: Pen, { width, height }: PageGeometry, marks: readonly [string, Colour][]): void {
  const along = marks.map((_, i) => (i + 1) / (marks.length + 1));
  for (const [i, [words, colour]] of marks.entries()) {
    const [x, y] = width > height ? [width * along[i]!, height * 0.55] : [width / 2, height * (0.03 + along[i]!)];
    const room = (Math.min(width, height) * 0.78) / Math.sqrt(marks.length);
    const size = Math.min(110, room / Array.from(words).length);
    const length = pen.widthOf("title", words, size);
    const [cos, sin] = [Math.cos(WATERMARK_ANGLE), Math.sin(WATERMARK_ANGLE)];
    // Back along the baseline by half the words, and down from it by half a character's height.
    const startX = x - (cos * length) / 2 + sin * size * 0.35;
    const startY = y + (sin * length) / 2 + cos * size * 0.35;
    pen.canvas.fill(colour).turnedText("T", size, startX, startY, pen.encode("title", words), WATERMARK_ANGLE);
  }
}

const WATERMARK_ANGLE = Math.PI / 6;

/** In the upper right corner, where a stamp would be struck. */
function drawPendingStamp(pen: Pen, { frame, dividerAt }: PageGeometry): void {
  const { canvas } = pen;
  const [width, height] = [mm(34), mm(15)];
  const x = frame.x + frame.width - width - mm(11);
  const y = Math.min(frame.y + mm(10.5), dividerAt - height);
  canvas.fill([1, 1, 1]).rectangle(x, y, width, height, "f");
  canvas.stroke(AMBER, 1.6).rectangle(x, y, width, height, "S");
  canvas.stroke(AMBER, 0.5).rectangle(x + 2.5, y + 2.5, width - 5, height - 5, "S");
  canvas.fill(AMBER);
  const centre = x + width / 2;
  pen.centred("title", PENDING.zh, 17, centre, y + mm(7.4), width - mm(4), 0.1);
  pen.centred("label", PENDING.en, 6.2, centre, y + mm(10.2), width - mm(4), 0.05);
  pen.centred("label", PENDING_ADVICE.zh, 5.4, centre, y + mm(12.9), width - mm(3), 0);
}

/** Sets static text and remembers its characters in the subsets. */
class Pen {
  constructor(
    readonly canvas: Canvas,
    private readonly fonts: FontLibrary,
    private readonly subsets: StaticFonts,
  ) {}

  encode(font: "title" | "label", text: string): string {
    return this.subsets[font].encode(text);
  }

  widthOf(font: "title" | "label", text: string, size: number): number {
    const stack: FontStack = this.fonts[font];
    return (stack.textWidth(text) * size) / 1000;
  }

  /** Returns the width it took. `tracking` is the space between characters in parts of the size; shrinks to `room`. */
  centred(
    font: "title" | "label",
    text: string,
    size: number,
    x: number,
    y: number,
    room: number,
    tracking: number,
  ): number {
    const gaps = Array.from(text).length - 1;
    const natural = this.widthOf(font, text, size) + gaps * tracking * size;
    const scale = Math.min(1, room / natural);
    const spacing = tracking * size * scale;
    const width = natural * scale;
    const hex = this.encode(font, text);
    this.canvas.text(font === "title" ? "T" : "L", size * scale, x - width / 2, y, hex, spacing);
    return width;
  }
}
