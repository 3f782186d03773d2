// SPDX-License-Identifier: Apache-2.0
import type { Label, Layout } from "../core/type-definition.js";
import type { FontLibrary } from "./font/font-library.js";
import type { FontStack } from "./font/font-stack.js";
import type { FontSubset } from "./font/font-subset.js";
import type { Box, PageGeometry } from "./layout/page-geometry.js";
import { fitText } from "./layout/place-rows.js";
import { drawMeanderBorder } from "./ornament/meander.js";
import { AMBER, PALE_AMBER, PALE_GREY, PALETTES, type Palette, SMALL_PRINT, TEXT_INK } from "./ornament/palettes.js";
import { RIBBONS, strandAngle } from "./ornament/rosette.js";
import { Canvas, type Colour, mm } from "./pdf/canvas.js";

/** What a file says of its own state besides the licence. */
export type Look = "anchored" | "pending" | "sample";

/** The fonts of what every licence of a type shows, collecting its characters. Resource names: T, L and B. */
export interface StaticFonts {
  readonly title: FontSubset;
  readonly label: FontSubset;
  readonly body: FontSubset;
}

export const IDENTIFIER_LABEL = "证照标识";
/** Drawn where a value goes on elsewhere, and where it comes from there. */
export const CONTINUED: Label = { zh: "（续）", en: "continued" };
const FURTHER: Label = { zh: "附页", en: "CONTINUATION" };
const QR_CAPTION: Label = { zh: "扫码验证", en: "Scan to verify" };
const PENDING: Label = { zh: "锚定中", en: "ANCHORING PENDING" };
const PENDING_ADVICE: Label = {
  zh: "尚待上链确认，请稍后重新下载",
  en: "Not yet confirmed. Fetch this document again later.",
};
const SAMPLE = "样本 SAMPLE";
const DEFAULT_ISSUER: Label = { zh: "发证机关", en: "Issuing authority" };

export const issuerLabel = (layout: Layout): Label => layout.issuerLabel ?? DEFAULT_ISSUER;
export const pageNumberText = (page: number, of: number): string => `第 ${page} 页 共 ${of} 页  Page ${page} of ${of}`;
export const goesOnText = (page: number): string => `（下转第 ${page} 页  ${CONTINUED.en} on page ${page}）`;

/** Words of a page as operators, by the part they play when the page is read aloud. Null where a page has none. */
export interface StaticWords {
  readonly title: string;
  readonly preamble: string | null;
  /** Each of the large words across the page. */
  readonly watermarks: readonly string[];
  /** The code's quiet zone, and the stamp's: white, so drawn over the watermarks. Not read. */
  readonly plates: string;
  readonly stamp: string | null;
  readonly sealPlace: string | null;
  readonly issuer: string | null;
  readonly caption: string;
}

/** What stands still on a page: `ornament` is looked at, `words` are read. */
export interface Ground {
  readonly ornament: string;
  readonly words: StaticWords;
}

/** Draws everything on the first page that does not depend on the certificate. */
export function drawGround(
  layout: Layout,
  geometry: PageGeometry,
  look: Look,
  fonts: FontLibrary,
  subsets: StaticFonts,
): Ground {
  const palette = PALETTES[layout.palette ?? "vermilion"];
  const words = (draw: (pen: Pen) => void): string => drawnBy(geometry, fonts, subsets, draw);
  return {
    ornament: words(({ canvas }) => drawOrnament(canvas, geometry, palette)),
    words: {
      title: words((pen) => drawTitle(pen, layout, geometry, palette)),
      preamble: layout.preamble ? words((pen) => drawPreamble(pen, layout.preamble!, geometry, fonts)) : null,
      watermarks: watermarksOf(layout, geometry, look, words),
      plates: words(({ canvas }) => {
        drawQrPlate(canvas, geometry, palette);
        if (look === "pending") drawStampBox(canvas, geometry.stamp);
      }),
      stamp: look === "pending" ? words((pen) => drawStampWords(pen, geometry.stamp)) : null,
      sealPlace: words(({ canvas }) => drawSealPlace(canvas, geometry.seal, palette)),
      issuer: words((pen) => drawIssuerLabel(pen, layout, geometry, palette)),
      caption: words((pen) => drawQrCaption(pen, geometry, palette)),
    },
  };
}

/** As `drawGround`, for the pages after the first. */
export function drawFurtherGround(
  layout: Layout,
  geometry: PageGeometry,
  look: Look,
  fonts: FontLibrary,
  subsets: StaticFonts,
): Ground {
  const palette = PALETTES[layout.palette ?? "vermilion"];
  const words = (draw: (pen: Pen) => void): string => drawnBy(geometry, fonts, subsets, draw);
  return {
    ornament: words(({ canvas }) => drawOrnament(canvas, geometry, palette)),
    words: {
      title: words((pen) => drawFurtherTitle(pen, layout, geometry, palette)),
      preamble: null,
      watermarks: watermarksOf(layout, geometry, look, words),
      plates: words(({ canvas }) => drawQrPlate(canvas, geometry, palette)),
      stamp: null,
      sealPlace: null,
      issuer: null,
      caption: words((pen) => drawQrCaption(pen, geometry, palette)),
    },
  };
}

function drawnBy(geometry: PageGeometry, fonts: FontLibrary, subsets: StaticFonts, draw: (pen: Pen) => void): string {
  const pen = new Pen(new Canvas(geometry.height), fonts, subsets);
  draw(pen);
  return pen.canvas.operators;
}

function drawOrnament(canvas: Canvas, geometry: PageGeometry, palette: Palette): void {
  for (const frame of geometry.frames) drawPaper(canvas, frame, geometry, palette);
  for (const frame of geometry.frames) drawBorder(canvas, frame, geometry, palette);
  if (geometry.frames.length > 1) drawFold(canvas, geometry, palette);
}

function drawPaper(canvas: Canvas, frame: Box, geometry: PageGeometry, palette: Palette): void {
  canvas.fill(palette.paper).rectangle(frame.x, frame.y, frame.width, frame.height, "f");
  canvas.raw("q").stroke(palette.faint, 0.45);
  const depth = borderDepth(geometry);
  canvas.raw(clip(canvas, frame.x + depth, frame.y + depth, frame.width - 2 * depth, frame.height - 2 * depth));
  for (let y = frame.y, i = 0; y < frame.y + frame.height; y += mm(2.4), i++)
    canvas.place("W", 1, 0, 0, i % 2 === 0 ? 1 : -1, 0, y);
  canvas.raw("Q q").stroke(palette.pale, 0.5);
  // Forms do not grow: a rosette has one size a page, so it is scaled from there.
  RIBBONS.forEach((ribbon, ring) => {
    for (let strand = 0; strand < ribbon.strands; strand++) {
      const angle = strandAngle(ribbon, strand);
      const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
      canvas.place(`R${ring}`, cos, sin, -sin, cos, frame.x + frame.width / 2, frame.y + frame.height * 0.53);
    }
  });
  canvas.raw("Q");
}

function clip(canvas: Canvas, x: number, y: number, width: number, height: number): string {
  return `${x.toFixed(2)} ${(canvas.height - y - height).toFixed(2)} ${width.toFixed(2)} ${height.toFixed(2)} re W n`;
}

export const borderDepth = ({ band, lane }: PageGeometry): number => band + 2 * lane;

function drawBorder(canvas: Canvas, frame: Box, geometry: PageGeometry, { ink, gold }: Palette): void {
  const { band, lane } = geometry;
  const depth = borderDepth(geometry);
  canvas.stroke(ink, band < mm(3) ? 1 : 1.6).rectangle(frame.x, frame.y, frame.width, frame.height, "S");
  canvas.stroke(gold, band < mm(3) ? 0.5 : 0.9);
  drawMeanderBorder(
    canvas,
    { x: frame.x + lane, y: frame.y + lane, width: frame.width - 2 * lane, height: frame.height - 2 * lane },
    band,
  );
  canvas
    .stroke(ink, 0.6)
    .rectangle(frame.x + depth, frame.y + depth, frame.width - 2 * depth, frame.height - 2 * depth, "S");
}

/** Short strokes at both edges of the paper, where it is folded. */
function drawFold(canvas: Canvas, { width, height, frames }: PageGeometry, { rule }: Palette): void {
  const [{ y }] = frames as [Box];
  canvas.stroke(rule, 0.5);
  canvas.line(width / 2, 0, width / 2, y * 0.6).line(width / 2, height - y * 0.6, width / 2, height);
}

/** Parts of the heading's height: where its lines stand, and how large they are. */
const TITLE_AT = 0.4;
const SUBTITLE_AT = 0.7;
const DIVIDER_AT = 0.9;
const TITLE_SIZE = 0.4;

function drawTitle(pen: Pen, layout: Layout, { heading, sizes }: PageGeometry, { ink, gold }: Palette): void {
  const { canvas } = pen;
  const centre = heading.x + heading.width / 2;
  const at = (part: number) => heading.y + heading.height * part;
  canvas.fill(ink);
  const titleSize = heading.height * TITLE_SIZE;
  pen.centred("title", layout.title.zh, titleSize, centre, at(TITLE_AT), heading.width, 0.18);
  const englishSize = Math.min(9, titleSize * 0.36 + 1);
  pen.centred("label", layout.title.en.toUpperCase(), englishSize, centre, at(SUBTITLE_AT), heading.width, 0.16);
  canvas.fill(gold).stroke(gold, 0.7);
  const y = at(DIVIDER_AT);
  const half = Math.min(mm(46), heading.width * 0.33);
  if (layout.subtitle) {
    const text = `${layout.subtitle.zh}  ${layout.subtitle.en}`;
    const width = pen.centred("label", text, sizes.zh * 0.81, centre, y + sizes.zh * 0.29, half * 1.6, 0.05);
    canvas
      .line(centre - half - width / 4, y, centre - width / 2 - mm(3), y)
      .line(centre + width / 2 + mm(3), y, centre + half + width / 4, y);
  } else {
    const [large, gap] = [Math.min(mm(1.7), heading.height * 0.055), Math.min(mm(4), heading.height * 0.13)];
    canvas.line(centre - half, y, centre - gap, y).line(centre + gap, y, centre + half, y);
    drawLozenge(canvas, centre, y, large);
    for (const side of [-1, 1]) drawLozenge(canvas, centre + side * (half + large * 0.7), y, large * 0.47);
  }
}

function drawFurtherTitle(pen: Pen, layout: Layout, { heading }: PageGeometry, { ink, gold }: Palette): void {
  const { canvas } = pen;
  const size = heading.height * 0.36;
  canvas.fill(ink);
  pen.left("title", `${layout.title.zh}　${FURTHER.zh}`, size, heading.x, heading.y + size, heading.width, 0.08);
  const english = `${layout.title.en.toUpperCase()} · ${FURTHER.en}`;
  pen.left("label", english, size * 0.36 + 0.6, heading.x, heading.y + size * 1.66, heading.width, 0.08);
  canvas.stroke(gold, 0.7);
  canvas.line(heading.x, heading.y + heading.height, heading.x + heading.width, heading.y + heading.height);
}

/** The Chinese paragraph, in the largest size that leaves room for the English one under it. */
function drawPreamble(
  pen: Pen,
  preamble: NonNullable<Layout["preamble"]>,
  { sizes }: PageGeometry,
  fonts: FontLibrary,
): void {
  const set = setPreamble(preamble, sizes.values[0], fonts);
  if (!set) throw new RangeError("a preamble that does not fit has passed the check of its layout");
  const x = mm(preamble.x);
  let y = mm(preamble.y);
  pen.canvas.fill(TEXT_INK);
  for (const line of set.zh.lines) {
    y += set.zh.size * PREAMBLE_LEADING;
    pen.canvas.text("B", set.zh.size, x, y, pen.encode("body", line));
  }
  y += set.en.size * 0.8;
  pen.canvas.fill(SMALL_PRINT);
  for (const line of set.en.lines) {
    y += set.en.size * ENGLISH_LEADING;
    pen.canvas.text("L", set.en.size, x, y, pen.encode("label", line));
  }
}

const PREAMBLE_LEADING = 1.75;
const ENGLISH_LEADING = 1.5;

/** Null when the box is too small for the words. */
export function setPreamble(
  { text, width, height }: NonNullable<Layout["preamble"]>,
  full: number,
  fonts: FontLibrary,
) {
  for (const size of [1.5, 1.35, 1.2, 1.1, 1, 0.9, 0.8].map((part) => full * part)) {
    const zh = fitText(`　　${text.zh}`, 40, mm(width), fonts.value, [size]);
    const en = fitText(text.en, 40, mm(width), fonts.label, [size * 0.58]);
    if (!zh || !en) continue;
    const needed = zh.lines.length * size * PREAMBLE_LEADING + en.size * (en.lines.length * ENGLISH_LEADING + 1.2);
    if (needed <= mm(height)) return { zh, en };
  }
  return null;
}

function drawLozenge(canvas: Canvas, x: number, y: number, reach: number): void {
  const at = (dx: number, dy: number) => `${(x + dx).toFixed(2)} ${(canvas.height - y - dy).toFixed(2)}`;
  canvas.raw(`${at(-reach, 0)} m ${at(0, -reach)} l ${at(reach, 0)} l ${at(0, reach)} l f`);
}

/** The quiet zone 静区: four modules of white, and the caption under it. */
const QUIET = mm(3);

function drawQrPlate(canvas: Canvas, { qr }: PageGeometry, { gold }: Palette): void {
  const [x, y, side] = [qr.x - QUIET, qr.y - QUIET, qr.width + 2 * QUIET];
  canvas.fill([1, 1, 1]).rectangle(x, y, side, side, "f");
  canvas.stroke(gold, 0.6).rectangle(x, y, side, side, "S");
}

function drawQrCaption(pen: Pen, { qr, sizes }: PageGeometry, { ink }: Palette): void {
  pen.canvas.fill(ink);
  const [centre, y] = [qr.x + qr.width / 2, qr.y + qr.height + mm(6.6)];
  pen.centred("label", `${QR_CAPTION.zh}  ${QR_CAPTION.en}`, sizes.zh * 0.76, centre, y, qr.width, 0.02);
}

/** The electronic seal will stand here: two pale rings, so that what they pass under stays readable. */
function drawSealPlace(canvas: Canvas, seal: Box, { pale }: Palette): void {
  const [x, y] = [seal.x + seal.width / 2, seal.y + seal.height / 2];
  canvas.stroke(pale, 1.1).circle(x, y, seal.width / 2, "S");
  canvas.stroke(pale, 0.5).circle(x, y, seal.width / 2 - 3, "S");
}

function drawIssuerLabel(pen: Pen, layout: Layout, { seal, sizes }: PageGeometry, palette: Palette): void {
  const { zh, en } = issuerLabel(layout);
  const [centre, y] = [seal.x + seal.width / 2, seal.y + seal.height * 0.3];
  pen.canvas.fill(palette.ink);
  pen.centred("label", zh, sizes.zh, centre, y, seal.width, 0.1);
  if (layout.bilingual === false) return;
  pen.canvas.fill(SMALL_PRINT);
  pen.centred("label", en, sizes.en, centre, y + sizes.zh * 0.86, seal.width, 0);
}

/** Large words across the page, behind the text: each half of a folded page has its own, two of one page share its longer side. */
function watermarksOf(
  layout: Layout,
  { frames }: PageGeometry,
  look: Look,
  words: (draw: (pen: Pen) => void) => string,
): string[] {
  const marks: [string, Colour][] = [];
  if (look === "sample") marks.push([SAMPLE, PALE_GREY]);
  else if (layout.watermark) marks.push([layout.watermark.zh, PALE_GREY]);
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

const WATERMARK_ANGLE = Math.PI / 6;

function drawStampBox(canvas: Canvas, { x, y, width, height }: Box): void {
  canvas.fill([1, 1, 1]).rectangle(x, y, width, height, "f");
  canvas.stroke(AMBER, 1.6).rectangle(x, y, width, height, "S");
  canvas.stroke(AMBER, 0.5).rectangle(x + 2.5, y + 2.5, width - 5, height - 5, "S");
}

function drawStampWords(pen: Pen, { x, y, width, height }: Box): void {
  const [centre, room] = [x + width / 2, width - mm(4)];
  pen.canvas.fill(AMBER);
  pen.centred("title", PENDING.zh, height * 0.4, centre, y + height * 0.5, room, 0.1);
  pen.centred("label", PENDING.en, height * 0.146, centre, y + height * 0.68, room, 0.05);
  pen.centred("label", PENDING_ADVICE.zh, height * 0.127, centre, y + height * 0.86, room + mm(1), 0);
}

type StaticFont = keyof StaticFonts;

/** Sets static text and remembers its characters in the subsets. */
class Pen {
  constructor(
    readonly canvas: Canvas,
    private readonly fonts: FontLibrary,
    private readonly subsets: StaticFonts,
  ) {}

  encode(font: StaticFont, text: string): string {
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
    const { scale, width } = this.#shrunk(font, text, size, room, tracking);
    this.#set(font, text, size * scale, x - width / 2, y, tracking);
    return width;
  }

  left(
    font: "title" | "label",
    text: string,
    size: number,
    x: number,
    y: number,
    room: number,
    tracking: number,
  ): void {
    const { scale } = this.#shrunk(font, text, size, room, tracking);
    this.#set(font, text, size * scale, x, y, tracking);
  }

  #shrunk(font: "title" | "label", text: string, size: number, room: number, tracking: number) {
    const gaps = Array.from(text).length - 1;
    const natural = this.widthOf(font, text, size) + gaps * tracking * size;
    const scale = Math.min(1, room / natural);
    return { scale, width: natural * scale };
  }

  #set(font: "title" | "label", text: string, size: number, x: number, y: number, tracking: number): void {
    this.canvas.text(font === "title" ? "T" : "L", size, x, y, this.encode(font, text), tracking * size);
  }
}
