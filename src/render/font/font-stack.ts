// SPDX-License-Identifier: Apache-2.0
import type { TrueTypeFont } from "./true-type-font.js";
import { isSettable } from "./unsettable.js";

/** A piece of text that one font of the stack draws. */
export interface Run {
  readonly font: number;
  readonly text: string;
}

/** A font and its fallbacks, in order of preference. */
export class FontStack {
  /** Width by code point in thousandths of the em: UNKNOWN until asked, MISSING when no font has the glyph. */
  readonly #basicWidths = new Int16Array(0x10000).fill(UNKNOWN);

  constructor(readonly fonts: readonly TrueTypeFont[]) {}

  /** Index of the first font that has the character, or -1. */
  fontFor(codePoint: number): number {
    return this.fonts.findIndex((font) => font.glyphOf(codePoint) !== 0);
  }

  /** Width in thousandths of the em, or null when no font has the character or none can set it right. */
  widthOf(codePoint: number): number | null {
    let width = codePoint < 0x10000 ? (this.#basicWidths[codePoint] as number) : UNKNOWN;
    if (width === UNKNOWN) {
      width = this.#measure(codePoint);
      if (codePoint < 0x10000) this.#basicWidths[codePoint] = width;
    }
    return width === MISSING ? null : width;
  }

  /** Width of a text in thousandths of the em; characters without a glyph count nothing. */
  textWidth(text: string): number {
    let width = 0;
    for (let i = 0; i < text.length; i++) {
      const codePoint = text.codePointAt(i) as number;
      if (codePoint > 0xffff) i++;
      width += this.widthOf(codePoint) ?? 0;
    }
    return width;
  }

  /** The distinct characters of `text` that no font can draw. */
  missing(text: string): readonly string[] {
    if (this.#hasAll(text)) return NONE;
    const missing = new Set<string>();
    for (const character of text) if (this.widthOf(character.codePointAt(0) as number) === null) missing.add(character);
    return [...missing];
  }

  /** Cuts a text where the font changes. Mostly one run: the first font has nearly everything. */
  runs(text: string): Run[] {
    const [first] = this.fonts;
    if (this.fonts.length === 1 || hasAll(first as TrueTypeFont, text)) return [{ font: 0, text }];
    const runs: { font: number; text: string }[] = [];
    for (const character of text) {
      const font = Math.max(0, this.fontFor(character.codePointAt(0) as number));
      const last = runs.at(-1);
      if (last?.font === font) last.text += character;
      else runs.push({ font, text: character });
    }
    return runs;
  }

  /** Nearly every text is asked about, and nearly none lacks anything. */
  #hasAll(text: string): boolean {
    for (let i = 0; i < text.length; i++) {
      const codePoint = text.codePointAt(i) as number;
      if (codePoint > 0xffff) i++;
      if (this.widthOf(codePoint) === null) return false;
    }
    return true;
  }

  #measure(codePoint: number): number {
    const font = isSettable(codePoint) ? this.fonts[this.fontFor(codePoint)] : undefined;
    return font ? Math.round((font.advanceOf(font.glyphOf(codePoint)) * 1000) / font.unitsPerEm) : MISSING;
  }
}

const NONE: readonly string[] = [];
const UNKNOWN = -1;
const MISSING = -2;

function hasAll(font: TrueTypeFont, text: string): boolean {
  for (const character of text) if (font.glyphOf(character.codePointAt(0) as number) === 0) return false;
  return true;
}
