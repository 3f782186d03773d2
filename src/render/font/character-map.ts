// SPDX-License-Identifier: Apache-2.0
import { TallyError } from "../../core/errors.js";

/** Which glyph draws a code point; 0 where the font has none. */
export interface CharacterMap {
  glyphOf(codePoint: number): number;
}

/**
 * Reads the `cmap` table (ISO/IEC 14496-22 section 5.2.1): the full-repertoire subtable of format 12 where there is one, else
 * the BMP subtable of format 4. Variation sequences (format 14) are left out: a certificate's text is NFC without selectors.
 */
export function readCharacterMap(cmap: DataView): CharacterMap {
  const subtable = (platform: number, encoding: number): number | undefined => {
    for (let i = 0; i < cmap.getUint16(2); i++) {
      const record = 4 + i * 8;
      if (cmap.getUint16(record) === platform && cmap.getUint16(record + 2) === encoding)
        return cmap.getUint32(record + 4);
    }
    return undefined;
  };
  const full = subtable(3, 10) ?? subtable(0, 4);
  const basic = subtable(3, 1) ?? subtable(0, 3);
  const glyphs = new GlyphTable();
  if (full !== undefined && cmap.getUint16(full) === 12) readFormat12(cmap, full, glyphs);
  else if (basic !== undefined && cmap.getUint16(basic) === 4) readFormat4(cmap, basic, glyphs);
  else
    throw new TallyError(
      "format.malformed",
      "the font has no Unicode cmap of format 4 or 12; choose another font file",
    );
  return glyphs;
}

/** Expanded once, so that a look-up is one array read: every value of every certificate goes through it. */
class GlyphTable implements CharacterMap {
  readonly #basic = new Uint16Array(0x10000);
  readonly #beyond = new Map<number, number>();

  set(codePoint: number, glyph: number): void {
    if (codePoint < 0x10000) this.#basic[codePoint] = glyph;
    else if (glyph !== 0) this.#beyond.set(codePoint, glyph);
  }

  glyphOf(codePoint: number): number {
    return codePoint < 0x10000 ? (this.#basic[codePoint] as number) : (this.#beyond.get(codePoint) ?? 0);
  }
}

function readFormat12(cmap: DataView, at: number, glyphs: GlyphTable): void {
  const groups = cmap.getUint32(at + 12);
  for (let i = 0; i < groups; i++) {
    const group = at + 16 + i * 12;
    const [first, last, glyph] = [cmap.getUint32(group), cmap.getUint32(group + 4), cmap.getUint32(group + 8)];
    if (last > 0x10ffff || last < first) throw new TallyError("format.malformed", "the font's cmap has a broken group");
    for (let codePoint = first; codePoint <= last; codePoint++) glyphs.set(codePoint, glyph + codePoint - first);
  }
}

function readFormat4(cmap: DataView, at: number, glyphs: GlyphTable): void {
  const segments = cmap.getUint16(at + 6) / 2;
  const ends = at + 14;
  const starts = ends + segments * 2 + 2;
  const deltas = starts + segments * 2;
  const offsets = deltas + segments * 2;
  for (let i = 0; i < segments; i++) {
    const [start, end] = [cmap.getUint16(starts + i * 2), cmap.getUint16(ends + i * 2)];
    const delta = cmap.getUint16(deltas + i * 2);
    const offset = cmap.getUint16(offsets + i * 2);
    for (let codePoint = start; codePoint <= end && codePoint !== 0xffff; codePoint++) {
      if (offset === 0) glyphs.set(codePoint, (codePoint + delta) & 0xffff);
      else {
        const glyph = cmap.getUint16(offsets + i * 2 + offset + (codePoint - start) * 2);
        glyphs.set(codePoint, glyph === 0 ? 0 : (glyph + delta) & 0xffff);
      }
    }
  }
}
