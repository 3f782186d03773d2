// SPDX-License-Identifier: Apache-2.0
import { writeTrueType } from "./subset-file.js";
import { toUnicodeMap } from "./to-unicode.js";
import type { TrueTypeFont } from "./true-type-font.js";

/**
 * The glyphs one document uses of one font. A CID is allotted per **code point**, in order of first use, never per glyph:
 * two characters that share a glyph (力 and its compatibility twin U+F98A) keep their own entry, so text comes out of the file
 * exactly as it went in. CID equals the glyph number in the written font file.
 */
export class FontSubset {
  readonly #cids = new Map<number, number>();
  readonly #codePoints: number[] = [0];
  readonly #glyphs: number[] = [0];
  #frozen = false;

  constructor(readonly font: TrueTypeFont) {}

  get isEmpty(): boolean {
    return this.#cids.size === 0;
  }

  /** From now on a character that is not in the subset is a mistake of the program: the font file has been written. */
  freeze(): void {
    this.#frozen = true;
  }

  /** Two-byte CIDs as hex digits, without the angle brackets. The caller has made sure that the font has every glyph. */
  encode(text: string): string {
    let hex = "";
    for (let i = 0; i < text.length; i++) {
      const codePoint = text.codePointAt(i) as number;
      if (codePoint > 0xffff) i++;
      hex += HEX[this.#cidOf(codePoint)];
    }
    return hex;
  }

  /** Width of a text in thousandths of the em. */
  widthOf(text: string): number {
    let width = 0;
    for (const character of text) width += this.font.advanceOf(this.font.glyphOf(character.codePointAt(0) as number));
    return (width * 1000) / this.font.unitsPerEm;
  }

  #cidOf(codePoint: number): number {
    const known = this.#cids.get(codePoint);
    if (known !== undefined) return known;
    if (this.#frozen)
      throw new RangeError(`U+${codePoint.toString(16)} is not in the finished subset of ${this.font.name}`);
    const cid = this.#codePoints.length;
    this.#cids.set(codePoint, cid);
    this.#codePoints.push(codePoint);
    this.#glyphs.push(this.font.glyphOf(codePoint));
    return cid;
  }

  /** The font program: a TrueType file with just these glyphs and the components they name. */
  file(): Uint8Array {
    return writeTrueType(this.font, this.#glyphs);
  }

  /** The ToUnicode CMap (ISO 32000-1 section 9.10.3). */
  toUnicode(): string {
    return toUnicodeMap(this.#codePoints);
  }

  /** The W array of the CIDFont, thousandths of the em: what differs from `DEFAULT_WIDTH`, as most Chinese characters do not. */
  widths(): string {
    const scale = 1000 / this.font.unitsPerEm;
    let array = "[";
    let isOpen = false;
    for (let cid = 1; cid < this.#glyphs.length; cid++) {
      const width = Math.round(this.font.advanceOf(this.#glyphs[cid] as number) * scale * 1000) / 1000;
      if (width === DEFAULT_WIDTH) {
        if (isOpen) array += "]";
        isOpen = false;
      } else {
        array += isOpen ? ` ${width}` : `${cid}[${width}`;
        isOpen = true;
      }
    }
    return `${array}${isOpen ? "]" : ""}]`;
  }
}

/** Width of a full-width character, the DW of a CIDFont. */
export const DEFAULT_WIDTH = 1000;

/** Four hex digits for the CIDs a page can reach; `encode` is the hottest loop of a document. */
const HEX = Array.from({ length: 0x2000 }, (_, cid) => cid.toString(16).padStart(4, "0"));
