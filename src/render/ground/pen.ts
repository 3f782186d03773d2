// SPDX-License-Identifier: Apache-2.0
import type { FontLibrary } from "../font/font-library.js";
import type { FontStack } from "../font/font-stack.js";
import type { FontSubset } from "../font/font-subset.js";
import type { Canvas } from "../pdf/canvas.js";

/** The fonts of what every licence of a type shows, collecting its characters. Resource names: T, L and B. */
export interface StaticFonts {
  readonly title: FontSubset;
  readonly label: FontSubset;
  readonly body: FontSubset;
}

type StaticFont = keyof StaticFonts;
type StackedFont = "title" | "label";

/** What `x` is of a line of text. */
type Alignment = "left" | "centre" | "right";
/** Part of a line's width that stands before its `x`. */
const BEFORE = { left: 0, centre: 0.5, right: 1 } as const satisfies Record<Alignment, number>;

/** Sets static text and remembers its characters in the subsets. */
export class Pen {
  constructor(
    readonly canvas: Canvas,
    private readonly fonts: FontLibrary,
    private readonly subsets: StaticFonts,
  ) {}

  encode(font: StaticFont, text: string): string {
    return this.subsets[font].encode(text);
  }

  widthOf(font: StackedFont, text: string, size: number): number {
    const stack: FontStack = this.fonts[font];
    return (stack.textWidth(text) * size) / 1000;
  }

  /** `x` is the middle. Returns the width it took. */
  centred(font: StackedFont, text: string, size: number, x: number, y: number, room: number, tracking: number): number {
    return this.aligned("centre", font, text, size, x, y, room, tracking);
  }

  left(font: StackedFont, text: string, size: number, x: number, y: number, room: number, tracking: number): number {
    return this.aligned("left", font, text, size, x, y, room, tracking);
  }

  /** Returns the width it took. `tracking` is the space between characters in parts of the size; shrinks to `room`. */
  aligned(
    align: Alignment,
    font: StackedFont,
    text: string,
    size: number,
    x: number,
    y: number,
    room: number,
    tracking: number,
  ): number {
    const { scale, width } = this.#shrunk(font, text, size, room, tracking);
    this.#set(font, text, size * scale, x - width * BEFORE[align], y, tracking);
    return width;
  }

  #shrunk(font: StackedFont, text: string, size: number, room: number, tracking: number) {
    const gaps = Array.from(text).length - 1;
    const natural = this.widthOf(font, text, size) + gaps * tracking * size;
    const scale = Math.min(1, room / natural);
    return { scale, width: natural * scale };
  }

  #set(font: StackedFont, text: string, size: number, x: number, y: number, tracking: number): void {
    this.canvas.text(font === "title" ? "T" : "L", size, x, y, this.encode(font, text), tracking * size);
  }
}
