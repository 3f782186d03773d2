// SPDX-License-Identifier: Apache-2.0
import type { Glyph, TrueTypeFont } from "./true-type-font.js";

/**
 * Writes a TrueType file that holds `glyphs` in the given order (glyph i of the file is `glyphs[i]` of the font), followed by
 * the components that composite glyphs name, renumbered. No cmap: PDF addresses the glyphs by number.
 */
export function writeTrueType(font: TrueTypeFont, glyphs: readonly number[]): Uint8Array {
  const outlines = collectOutlines(font, glyphs);
  const count = outlines.length;
  const glyf = new Uint8Array(outlines.reduce((sum, { bytes }) => sum + padded(bytes.length), 0));
  // Halves of offsets in two bytes where they go in: every outline begins at an even one.
  const isShort = glyf.length <= 2 * 0xffff;
  const loca = new DataView(new ArrayBuffer((count + 1) * (isShort ? 2 : 4)));
  const setOffset = (i: number, offset: number): void =>
    isShort ? loca.setUint16(i * 2, offset / 2) : loca.setUint32(i * 4, offset);
  const hmtx = new DataView(new ArrayBuffer(count * 4));
  let at = 0;
  outlines.forEach(({ glyph, bytes }, i) => {
    setOffset(i, at);
    glyf.set(bytes, at);
    at += padded(bytes.length);
    hmtx.setUint16(i * 4, glyph.advance);
    hmtx.setInt16(i * 4 + 2, glyph.leftSideBearing);
  });
  setOffset(count, at);
  const tables: [string, Uint8Array][] = [
    ["glyf", glyf],
    [
      "head",
      patched(font, "head", (head) => {
        head.setUint32(8, 0); // checkSumAdjustment, filled in last
        head.setInt16(50, isShort ? 0 : 1); // the kind of offsets in loca
      }),
    ],
    ["hhea", patched(font, "hhea", (hhea) => hhea.setUint16(34, count))],
    ["hmtx", bytesOf(hmtx)],
    ["loca", bytesOf(loca)],
    ["maxp", patched(font, "maxp", (maxp) => maxp.setUint16(4, count))],
  ];
  // Hinting programs travel along where the font has them: its glyphs may call them.
  for (const tag of ["cvt ", "fpgm", "prep"]) {
    const table = font.table(tag);
    if (table) tables.push([tag, table]);
  }
  return assemble(tables.sort(([a], [b]) => (a < b ? -1 : 1)));
}

interface Outline {
  readonly glyph: Glyph;
  readonly bytes: Uint8Array;
}

function collectOutlines(font: TrueTypeFont, glyphs: readonly number[]): Outline[] {
  const numbers = [...glyphs];
  const renumbered = new Map<number, number>();
  const outlines: Outline[] = [];
  // `numbers` grows while it is walked: components may themselves be composite.
  for (let i = 0; i < numbers.length; i++) {
    const glyph = font.glyph(numbers[i] as number);
    let bytes = glyph.outline;
    if (glyph.components.length > 0) {
      bytes = bytes.slice();
      const view = new DataView(bytes.buffer);
      for (const { at, glyph: component } of glyph.components) {
        let number = renumbered.get(component);
        if (number === undefined) {
          number = numbers.push(component) - 1;
          renumbered.set(component, number);
        }
        view.setUint16(at, number);
      }
    }
    outlines.push({ glyph, bytes });
  }
  return outlines;
}

function patched(font: TrueTypeFont, tag: string, patch: (table: DataView) => void): Uint8Array {
  const copy = (font.table(tag) as Uint8Array).slice();
  patch(new DataView(copy.buffer));
  return copy;
}

/** The table directory, the tables on 4-byte boundaries, and the checksums (ISO/IEC 14496-22 section 4.5). */
function assemble(tables: readonly [string, Uint8Array][]): Uint8Array {
  const directory = 12 + tables.length * 16;
  const file = new Uint8Array(tables.reduce((sum, [, table]) => sum + padded(table.length), directory));
  const view = new DataView(file.buffer);
  const power = 31 - Math.clz32(tables.length);
  view.setUint32(0, 0x00010000);
  view.setUint16(4, tables.length);
  view.setUint16(6, 16 << power);
  view.setUint16(8, power);
  view.setUint16(10, tables.length * 16 - (16 << power));
  let at = directory;
  let head = 0;
  tables.forEach(([tag, table], i) => {
    file.set(table, at);
    if (tag === "head") head = at;
    const record = 12 + i * 16;
    for (let c = 0; c < 4; c++) file[record + c] = tag.charCodeAt(c);
    view.setUint32(record + 4, checksum(view, at, at + padded(table.length)));
    view.setUint32(record + 8, at);
    view.setUint32(record + 12, table.length);
    at += padded(table.length);
  });
  view.setUint32(head + 8, (0xb1b0afba - checksum(view, 0, file.length)) >>> 0);
  return file;
}

function checksum(view: DataView, from: number, to: number): number {
  let sum = 0;
  for (let at = from; at < to; at += 4) sum = (sum + view.getInt32(at)) | 0;
  return sum >>> 0;
}

const padded = (length: number): number => (length + 3) & ~3;
const bytesOf = (view: DataView): Uint8Array => new Uint8Array(view.buffer);
