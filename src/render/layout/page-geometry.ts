// SPDX-License-Identifier: Apache-2.0
import type { Layout, LayoutSquare } from "../../core/type-definition.js";
import { mm } from "../pdf/canvas.js";

/** A rectangle in points from the upper left corner of the page. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Where things stand on the page of a layout; everything in points from the upper left corner. */
export interface PageGeometry {
  readonly width: number;
  readonly height: number;
  /** Outer edge of the ornament border. */
  readonly frame: Box;
  readonly band: number;
  /** Baselines. */
  readonly titleAt: number;
  readonly titleSize: number;
  readonly subtitleAt: number;
  readonly dividerAt: number;
  readonly rows: Box;
  readonly qr: Box;
  readonly captionAt: number;
  readonly identifierAt: number;
  readonly seal: Box;
}

const LONG = 297;
const SHORT = 210;
const FRAME_INSET = 9;
const BAND = 5.2;
/** From the border's outer edge to the text. */
const TEXT_INSET = 17;

export function pageGeometry(layout: Layout): PageGeometry {
  const portrait = layout.page === "A4-portrait";
  const [width, height] = portrait ? [SHORT, LONG] : [LONG, SHORT];
  const head = portrait ? PORTRAIT_HEAD : LANDSCAPE_HEAD;
  const footTop = Math.min(layout.qr.y, layout.seal.y) - 5;
  const side = FRAME_INSET + TEXT_INSET;
  return {
    width: mm(width),
    height: mm(height),
    frame: box(FRAME_INSET, FRAME_INSET, width - 2 * FRAME_INSET, height - 2 * FRAME_INSET),
    band: mm(BAND),
    titleAt: mm(head.title),
    titleSize: head.titleSize,
    subtitleAt: mm(head.subtitle),
    dividerAt: mm(head.divider),
    rows: box(side, head.rows, width - 2 * side, footTop - head.rows),
    qr: square(layout.qr),
    captionAt: mm(layout.qr.y + layout.qr.size + 6),
    identifierAt: mm(layout.qr.y + layout.qr.size + 10.5),
    seal: square(layout.seal),
  };
}

const PORTRAIT_HEAD = { title: 46, titleSize: 34, subtitle: 55, divider: 61, rows: 68 };
const LANDSCAPE_HEAD = { title: 33, titleSize: 31, subtitle: 40.5, divider: 46, rows: 51 };

function box(x: number, y: number, width: number, height: number): Box {
  return { x: mm(x), y: mm(y), width: mm(width), height: mm(height) };
}

function square({ x, y, size }: LayoutSquare): Box {
  return box(x, y, size, size);
}
