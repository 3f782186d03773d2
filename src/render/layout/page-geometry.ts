// SPDX-License-Identifier: Apache-2.0
import type { Layout, LayoutBox, LayoutPage, LayoutSquare } from "../../core/type-definition.js";
import { mm } from "../pdf/canvas.js";
import { CARD_SIZES, SHEET_SIZES, type TypeSizes } from "./type-sizes.js";

/** A rectangle in points from the upper left corner of the page. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Where things stand on a page of a layout; everything in points from the upper left corner. */
export interface PageGeometry {
  readonly width: number;
  readonly height: number;
  /** A page after the first. */
  readonly further: boolean;
  /** Outer edges of the ornament borders: one, or one for each half of a folded page. */
  readonly frames: readonly Box[];
  readonly band: number;
  /** Room between the meanders and the lines beside them. */
  readonly lane: number;
  readonly sizes: TypeSizes;
  readonly heading: Box;
  readonly rows: Box;
  readonly qr: Box;
  readonly identifierAt: number;
  /** Identifiers begin here and take at most so much. */
  readonly identifier: { readonly x: number; readonly width: number };
  readonly seal: Box;
  /** Where a file that is not anchored yet is stamped. */
  readonly stamp: Box;
  /** Baseline and centre of the page number. */
  readonly pageNumber: { readonly x: number; readonly y: number };
}

interface PageKind {
  readonly width: number;
  readonly height: number;
  /** From the edge of the paper to the border. */
  readonly inset: number;
  readonly band: number;
  readonly lane: number;
  /** From the border's outer edge to the text. */
  readonly textInset: number;
  readonly heading: LayoutBox;
  /** From the heading to the rows, and from the rows to code and seal. */
  readonly gap: number;
  readonly sizes: TypeSizes;
}

const SHEET = { inset: 9, band: 5.2, lane: 1.1, textInset: 17, gap: 4, sizes: SHEET_SIZES } as const;
const CARD = { inset: 2.5, band: 2.2, lane: 0.5, textInset: 6, gap: 1.5, sizes: CARD_SIZES } as const;

const PAGES: Record<LayoutPage, PageKind> = {
  "A4-portrait": { ...SHEET, width: 210, height: 297, heading: { x: 35, y: 34, width: 140, height: 30 } },
  "A4-landscape": { ...SHEET, width: 297, height: 210, heading: { x: 35, y: 22, width: 227, height: 26.5 } },
  "A3-portrait": { ...SHEET, width: 297, height: 420, heading: { x: 45, y: 40, width: 207, height: 36 } },
  "A3-landscape": { ...SHEET, width: 420, height: 297, heading: { x: 60, y: 34, width: 300, height: 32 } },
  "card-portrait": { ...CARD, width: 105, height: 148, heading: { x: 10, y: 9, width: 85, height: 15 } },
  "card-landscape": { ...CARD, width: 210, height: 74, heading: { x: 20, y: 7, width: 170, height: 12 } },
};

/** The first page. */
export function pageGeometry(layout: Layout): PageGeometry {
  const kind = PAGES[layout.page];
  const frames = framesOf(kind, layout.fold === true);
  const heading = layout.heading ?? kind.heading;
  const [left] = frames as [LayoutBox];
  const side = left.x + kind.textInset;
  const top = heading.y + heading.height + kind.gap;
  const body = layout.body ?? {
    x: side,
    y: top,
    width: left.width - 2 * kind.textInset,
    height: Math.min(layout.qr.y, layout.seal.y) - kind.gap - 1 - top,
  };
  return placed(kind, frames, { heading, body, qr: layout.qr, seal: layout.seal });
}

/**
 * Further pages have the size of the first, one border and no seal. The code stands at the upper right: beside the text where the page is
 * broad, above it where it is high.
 */
export function furtherPageGeometry(layout: Layout): PageGeometry {
  const kind = PAGES[layout.page];
  const frames = framesOf(kind, false);
  const [frame] = frames as [LayoutBox];
  const { size } = layout.qr;
  const quiet = 3;
  const x = frame.x + kind.textInset;
  const right = frame.x + frame.width - kind.textInset;
  const top = frame.y + kind.textInset - (kind === PAGES["card-landscape"] ? 0 : 3);
  const qr = { x: right - size - quiet, y: top + quiet, size };
  const isBroad = kind.width > kind.height;
  const headingWidth = qr.x - quiet - 4 - x;
  const headingHeight = kind.sizes === CARD_SIZES ? 10.5 : 18;
  const heading = { x, y: top, width: headingWidth, height: headingHeight };
  const bodyTop = isBroad ? top + headingHeight + kind.gap : top + size + 2 * quiet + 9;
  const bottom = frame.y + frame.height - kind.textInset + (isBroad ? 1 : 3);
  const body = { x, y: bodyTop, width: isBroad ? headingWidth : right - x, height: bottom - bodyTop };
  return {
    ...placed(kind, frames, { heading, body, qr, seal: { x: 0, y: 0, size: 0 } }),
    further: true,
    identifierAt: mm(heading.y + heading.height - 1.4),
    identifier: { x: mm(heading.x), width: mm(heading.width) },
  };
}

interface Places {
  readonly heading: LayoutBox;
  readonly body: LayoutBox;
  readonly qr: LayoutSquare;
  readonly seal: LayoutSquare;
}

function placed(kind: PageKind, frames: readonly LayoutBox[], { heading, body, qr, seal }: Places): PageGeometry {
  const edge = kind.band + 2 * kind.lane;
  const around = (x: number): LayoutBox =>
    frames.find((frame) => x >= frame.x && x <= frame.x + frame.width) ?? frames[0]!;
  const codeFrame = around(qr.x);
  // The page number keeps away from the code's small print: the other half of a folded page, else the middle.
  const numberFrame = frames.find((frame) => frame !== codeFrame) ?? codeFrame;
  const numberAt = numberFrame.y + numberFrame.height - edge - 1.6;
  // A folded card is short of room under the code.
  const isFoldedCard = kind.sizes === CARD_SIZES && frames.length > 1;
  const identifierAt = isFoldedCard ? numberAt : qr.y + qr.size + 10.5;
  const identifierX = qr.x - 3;
  const isBesideSeal =
    seal.size > 0 && seal.x > qr.x && identifierAt + 1 > seal.y && identifierAt - 2.5 < seal.y + seal.size;
  const limit = Math.min(
    codeFrame.x + codeFrame.width - edge - 2,
    isBesideSeal ? seal.x - 1.5 : Number.POSITIVE_INFINITY,
  );
  return {
    width: mm(kind.width),
    height: mm(kind.height),
    further: false,
    frames: frames.map(box),
    band: mm(kind.band),
    lane: mm(kind.lane),
    sizes: kind.sizes,
    heading: box(heading),
    rows: box(body),
    qr: square(qr),
    identifierAt: mm(identifierAt),
    identifier: { x: mm(identifierX), width: mm(limit - identifierX) },
    seal: square(seal),
    stamp: box(stampOf(kind, around(heading.x), heading, seal)),
    pageNumber: {
      x: mm(numberFrame.x + numberFrame.width / 2),
      y: mm(numberAt),
    },
  };
}

/** In the upper right corner, where a stamp would be struck; on a card under the place of the seal. */
function stampOf(kind: PageKind, frame: LayoutBox, heading: LayoutBox, seal: LayoutSquare): LayoutBox {
  if (kind.sizes === CARD_SIZES)
    return { x: seal.x + seal.size / 2 - 14, y: seal.y + seal.size + 1, width: 28, height: 12.4 };
  const [width, height] = [34, 15];
  const y = Math.min(frame.y + 10.5, heading.y + heading.height * 0.9 - height);
  return { x: frame.x + frame.width - width - 11, y, width, height };
}

function framesOf({ width, height, inset }: PageKind, fold: boolean): LayoutBox[] {
  const frame = (x: number, outer: number): LayoutBox => ({
    x: x + inset,
    y: inset,
    width: outer - 2 * inset,
    height: height - 2 * inset,
  });
  return fold ? [frame(0, width / 2), frame(width / 2, width / 2)] : [frame(0, width)];
}

function box({ x, y, width, height }: LayoutBox): Box {
  return { x: mm(x), y: mm(y), width: mm(width), height: mm(height) };
}

function square({ x, y, size }: LayoutSquare): Box {
  return box({ x, y, width: size, height: size });
}
