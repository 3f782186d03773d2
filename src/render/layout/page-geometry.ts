// SPDX-License-Identifier: Apache-2.0
import type { Layout, LayoutBox, LayoutPage, LayoutSquare } from "../../core/type-definition.js";
import { mm } from "../pdf/canvas.js";
import { CARD_SIZES, LEADING, SHEET_SIZES, type TypeSizes } from "./type-sizes.js";

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
  /** Of a further page: down to `until` the rows are only so wide, because the code stands to their right. */
  readonly besideCode: { readonly width: number; readonly until: number } | null;
  readonly qr: Box;
  readonly identifierAt: number;
  /** Identifiers begin here and take at most so much. */
  readonly identifier: { readonly x: number; readonly width: number };
  readonly seal: Box;
  readonly issuer: IssuerPlace;
  /** Room for the photo; null where there is none. */
  readonly photo: Box | null;
  /** Where a file that is not anchored yet is stamped. */
  readonly stamp: Box;
  /** Baseline and centre of the page number. */
  readonly pageNumber: { readonly x: number; readonly y: number };
}

/** Where the issuing agency and the date stand: beside the seal, which stands close by their ends, or under it where there is no room. */
export interface IssuerPlace {
  readonly align: "right" | "centre";
  /** Their right edge, or their centre. */
  readonly x: number;
  readonly labelX: number;
  readonly width: number;
  /** Baselines of the label and of the agency's first line. */
  readonly labelAt: number;
  readonly nameAt: number;
  /** Lower edge, of two lines and the date. */
  readonly end: number;
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
  return placed(kind, frames, {
    heading,
    body,
    qr: layout.qr,
    seal: layout.seal,
    photo: layout.photo ?? null,
    bilingual: layout.bilingual !== false,
  });
}

/** Further pages have the size of the first, one border and no seal. The code stands at the upper right, and the text runs around it. */
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
  const headingWidth = qr.x - quiet - 4 - x;
  const headingHeight = kind.sizes === CARD_SIZES ? 10.5 : 18;
  const heading = { x, y: top, width: headingWidth, height: headingHeight };
  const bodyTop = top + headingHeight + kind.gap;
  const bottom = frame.y + frame.height - kind.textInset + (kind.width > kind.height ? 1 : 3);
  const body = { x, y: bodyTop, width: right - x, height: bottom - bodyTop };
  return {
    ...placed(kind, frames, {
      heading,
      body,
      qr,
      seal: { x: 0, y: 0, size: 0 },
      photo: null,
      bilingual: layout.bilingual !== false,
    }),
    further: true,
    besideCode: { width: mm(headingWidth), until: mm(qr.y + size + CAPTION) },
    identifierAt: mm(heading.y + heading.height - 1.4),
    identifier: { x: mm(heading.x), width: mm(heading.width) },
  };
}

/** From the code's lower edge to where its caption ends. */
const CAPTION = 8.5;

interface Places {
  readonly heading: LayoutBox;
  readonly body: LayoutBox;
  readonly qr: LayoutSquare;
  readonly seal: LayoutSquare;
  readonly photo: LayoutBox | null;
  readonly bilingual: boolean;
}

function placed(
  kind: PageKind,
  frames: readonly LayoutBox[],
  { heading, body, qr, seal, photo, bilingual }: Places,
): PageGeometry {
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
  const issuer = issuerPlace(kind, around(seal.x), { qr, seal, bilingual });
  const sealEnd = Math.max(seal.y + seal.size, issuer.end / mm(1));
  const isBesideSeal = seal.size > 0 && seal.x > qr.x && identifierAt + 1 > seal.y && identifierAt - 2.5 < sealEnd;
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
    besideCode: null,
    qr: square(qr),
    identifierAt: mm(identifierAt),
    identifier: { x: mm(identifierX), width: mm(limit - identifierX) },
    seal: square(seal),
    photo: photo && box(photo),
    issuer,
    stamp: box(stampOf(kind, around(heading.x), heading, seal)),
    pageNumber: {
      x: mm(numberFrame.x + numberFrame.width / 2),
      y: mm(numberAt),
    },
  };
}

/** On a sheet, the least room beside the seal for the agency's name, in millimetres. */
const MIN_ISSUER_WIDTH = 36;
/** From the ends of agency and date to the ring of the seal: it stands close by them, and on no character. */
const SEAL_GAP = 0.8;
const ISSUER_GAP = 4;

function issuerPlace(
  { band, lane, sizes }: PageKind,
  frame: LayoutBox,
  { qr, seal, bilingual }: Pick<Places, "qr" | "seal" | "bilingual">,
): IssuerPlace {
  const edge = band + 2 * lane;
  const isAfterCode = qr.x < seal.x && qr.x + qr.size > frame.x;
  const left = isAfterCode ? qr.x + qr.size + 3 + ISSUER_GAP : frame.x + edge + ISSUER_GAP;
  const [value, date] = [sizes.values[0], sizes.values[1] ?? sizes.values[0]];
  const lines = value * LEADING + date * LEADING;
  if (seal.x - left >= MIN_ISSUER_WIDTH) {
    const right = seal.x - SEAL_GAP;
    const nameAt = mm(seal.y + seal.size * 0.54);
    return {
      align: "right",
      x: mm(right),
      labelX: mm(seal.x),
      width: mm(right - left),
      labelAt: mm(seal.y + seal.size * 0.3),
      nameAt,
      end: nameAt + lines,
    };
  }
  const centre = seal.x + seal.size / 2;
  const labelAt = mm(seal.y + seal.size + 1) + sizes.zh;
  const nameAt = labelAt + (bilingual ? sizes.en * 1.4 : 0) + value * 1.35;
  const right = frame.x + frame.width - edge - 2;
  const width = 2 * Math.min(centre - left + ISSUER_GAP - 1, right - centre);
  return { align: "centre", x: mm(centre), labelX: mm(centre), width: mm(width), labelAt, nameAt, end: nameAt + lines };
}

/** In the upper right corner, where a stamp would be struck; on a card in the place of the seal, which has none yet. */
function stampOf(kind: PageKind, frame: LayoutBox, heading: LayoutBox, seal: LayoutSquare): LayoutBox {
  if (kind.sizes === CARD_SIZES)
    return { x: seal.x + seal.size / 2 - 14, y: seal.y + seal.size / 2 - 6.2, width: 28, height: 12.4 };
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
