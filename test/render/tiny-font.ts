// SPDX-License-Identifier: Apache-2.0

/** Characters of the tiny font: a full square, and a composite of two half-size squares side by side. */
export interface TinyFontOptions {
  readonly square: string;
  readonly twoSquares: string;
  readonly cmap: 4 | 12;
}

/** A TrueType font of four glyphs, made from nothing, so that tests own every byte: .notdef, square, half square, composite. */
export function tinyFont({ square, twoSquares, cmap }: TinyFontOptions): Uint8Array {
  const outlines = [new Uint8Array(0), box(50, 950), box(50, 450), composite(2, [0, 500])];
  const loca: number[] = [0];
  for (const outline of outlines) loca.push(loca.at(-1)! + outline.length);
  const tables: Record<string, Uint8Array> = {
    cmap: cmap === 4 ? format4([square, 1], [twoSquares, 3]) : format12([square, 1], [twoSquares, 3]),
    glyf: concat(outlines),
    head: head(),
    hhea: u16(1, 0, 900, 0x10000 - 100, 0, 1000, 0, 0, 1000, 1, 0, 0, 0, 0, 0, 0, 0, outlines.length),
    hmtx: u16(...outlines.flatMap(() => [1000, 50])),
    loca: u32(...loca),
    maxp: concat([u32(0x00010000), u16(outlines.length, 8, 2, 8, 2, 1, 0, 0, 0, 0, 0, 0, 2, 1)]),
  };
  const names = Object.keys(tables).sort();
  const files: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let at = 12 + names.length * 16;
  for (const name of names) {
    const table = tables[name]!;
    directory.push(new TextEncoder().encode(name), u32(0, at, table.length));
    const padded = new Uint8Array((table.length + 3) & ~3);
    padded.set(table);
    files.push(padded);
    at += padded.length;
  }
  return concat([u32(0x00010000), u16(names.length, 0, 0, 0), ...directory, ...files]);
}

function box(from: number, to: number): Uint8Array {
  const side = to - from;
  const minus = 0x10000 - side;
  const header = u16(1, from, from, to, to, 3, 0);
  // Four on-curve points with full deltas: clockwise from the lower left corner.
  const body = concat([Uint8Array.of(1, 1, 1, 1), u16(from, 0, side, 0), u16(from, side, 0, minus)]);
  return concat([header, body]);
}

/** The same glyph at several horizontal offsets. */
function composite(glyph: number, offsets: readonly number[]): Uint8Array {
  const records = offsets.map((offset, i) => u16(0x0003 | (i < offsets.length - 1 ? 0x0020 : 0), glyph, offset, 0));
  return concat([u16(0xffff, 50, 50, 950, 450), ...records]);
}

function format4(...pairs: [string, number][]): Uint8Array {
  const sorted = pairs.map(([c, glyph]) => ({ code: c.codePointAt(0)!, glyph })).sort((a, b) => a.code - b.code);
  const codes = [...sorted.map(({ code }) => code), 0xffff];
  const deltas = [...sorted.map(({ code, glyph }) => (glyph - code) & 0xffff), 1];
  const n = codes.length;
  const subtable = u16(4, 16 + n * 8, 0, n * 2, 0, 0, 0, ...codes, 0, ...codes, ...deltas, ...codes.map(() => 0));
  return concat([u16(0, 1, 3, 1), u32(12), subtable]);
}

function format12(...pairs: [string, number][]): Uint8Array {
  const groups = pairs.map(([c, glyph]) => [c.codePointAt(0)!, c.codePointAt(0)!, glyph]).sort((a, b) => a[0]! - b[0]!);
  return concat([
    u16(0, 1, 3, 10),
    u32(12),
    u16(12, 0),
    u32(16 + groups.length * 12, 0, groups.length, ...groups.flat()),
  ]);
}

function head(): Uint8Array {
  return concat([
    u32(0x00010000, 0x00010000, 0, 0x5f0f3cf5),
    u16(0, 1000),
    u32(0, 0, 0, 0),
    u16(0, 0, 1000, 1000, 0, 8, 2, 1, 0),
  ]);
}

function u16(...values: number[]): Uint8Array {
  const bytes = new Uint8Array(values.length * 2);
  values.forEach((value, i) => {
    new DataView(bytes.buffer).setUint16(i * 2, value);
  });
  return bytes;
}

function u32(...values: number[]): Uint8Array {
  const bytes = new Uint8Array(values.length * 4);
  values.forEach((value, i) => {
    new DataView(bytes.buffer).setUint32(i * 4, value);
  });
  return bytes;
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}
