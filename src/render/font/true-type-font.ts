// SPDX-License-Identifier: Apache-2.0
import { TallyError } from "../../core/errors.js";
import { type CharacterMap, readCharacterMap } from "./character-map.js";

/** One glyph of a font: its outline as stored, its horizontal metrics, and where it names other glyphs. */
export interface Glyph {
  readonly outline: Uint8Array;
  readonly advance: number;
  readonly leftSideBearing: number;
  /** For a composite glyph: each component's number and the offset in `outline` where that number stands. */
  readonly components: readonly { readonly at: number; readonly glyph: number }[];
}

/** Measures a PDF font descriptor wants, in thousandths of the font size. */
export interface FontMeasures {
  readonly box: readonly [number, number, number, number];
  readonly ascent: number;
  readonly descent: number;
  readonly capHeight: number;
}

/** Cached glyphs per font; outlines are views into the font's bytes, so an entry is small. */
const GLYPH_CACHE_LIMIT = 8192;

/** A static TrueType font (`glyf` outlines) held in memory. Parsed once, shared by every document. */
export class TrueTypeFont {
  readonly unitsPerEm: number;
  readonly measures: FontMeasures;
  readonly #bytes: Uint8Array;
  readonly #tables: ReadonlyMap<string, DataView>;
  readonly #characters: CharacterMap;
  readonly #glyphs = new Map<number, Glyph>();
  readonly #advances: Uint16Array;
  readonly #longOffsets: boolean;
  readonly #fullMetrics: number;

  /** Throws `format.malformed` for a file that is not TrueType, a font collection and a font with CFF outlines. */
  constructor(
    /** Shown in the file as the font's PostScript name. */
    readonly name: string,
    bytes: Uint8Array,
  ) {
    this.#bytes = bytes;
    this.#tables = readTables(name, bytes);
    const head = this.#view("head");
    this.unitsPerEm = head.getUint16(18);
    this.#longOffsets = head.getInt16(50) === 1;
    this.#fullMetrics = this.#view("hhea").getUint16(34);
    this.#characters = readCharacterMap(this.#view("cmap"));
    this.measures = this.#readMeasures(head);
    this.#advances = this.#readAdvances();
  }

  /** 0 when the font cannot draw it. */
  glyphOf(codePoint: number): number {
    return this.#characters.glyphOf(codePoint);
  }

  /** In units of the em. */
  advanceOf(glyph: number): number {
    return this.#advances[glyph] as number;
  }

  glyph(number: number): Glyph {
    const cached = this.#glyphs.get(number);
    if (cached) return cached;
    if (this.#glyphs.size >= GLYPH_CACHE_LIMIT) this.#glyphs.clear();
    const glyph = this.#readGlyph(number);
    this.#glyphs.set(number, glyph);
    return glyph;
  }

  /** A table's bytes, or undefined when the font has no such table. */
  table(tag: string): Uint8Array | undefined {
    const view = this.#tables.get(tag);
    return view && new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  }

  #view(tag: string): DataView {
    const view = this.#tables.get(tag);
    if (!view)
      throw new TallyError("format.malformed", `font ${this.name} has no table ${tag}; choose a TrueType font file`);
    return view;
  }

  #readGlyph(number: number): Glyph {
    const loca = this.#view("loca");
    const offset = (i: number) => (this.#longOffsets ? loca.getUint32(i * 4) : loca.getUint16(i * 2) * 2);
    const glyf = this.#view("glyf");
    const start = glyf.byteOffset - this.#bytes.byteOffset;
    const outline = this.#bytes.subarray(start + offset(number), start + offset(number + 1));
    const hmtx = this.#view("hmtx");
    const full = this.#fullMetrics;
    return {
      outline,
      advance: this.advanceOf(number),
      leftSideBearing: hmtx.getInt16(number < full ? number * 4 + 2 : full * 4 + (number - full) * 2),
      components: componentsOf(outline),
    };
  }

  #readAdvances(): Uint16Array {
    const hmtx = this.#view("hmtx");
    const last = this.#fullMetrics - 1;
    return Uint16Array.from({ length: this.#view("maxp").getUint16(4) }, (_, glyph) =>
      hmtx.getUint16(Math.min(glyph, last) * 4),
    );
  }

  #readMeasures(head: DataView): FontMeasures {
    const thousandths = (units: number) => Math.round((units * 1000) / this.unitsPerEm);
    const hhea = this.#view("hhea");
    const os2 = this.#tables.get("OS/2");
    const ascent = thousandths(hhea.getInt16(4));
    return {
      box: [36, 38, 40, 42].map((at) => thousandths(head.getInt16(at))) as [number, number, number, number],
      ascent,
      descent: thousandths(hhea.getInt16(6)),
      // sCapHeight exists from version 2 of the table on.
      capHeight: os2 && os2.getUint16(0) >= 2 ? thousandths(os2.getInt16(88)) : ascent,
    };
  }
}

function readTables(name: string, bytes: Uint8Array): Map<string, DataView> {
  const file = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const version = bytes.length >= 12 ? file.getUint32(0) : 0;
  if (version !== 0x00010000 && version !== 0x74727565)
    throw new TallyError(
      "format.malformed",
      `font ${name} is not a TrueType file with glyf outlines (OTF/CFF and collections are not supported); choose a .ttf`,
    );
  const tables = new Map<string, DataView>();
  for (let i = 0; i < file.getUint16(4); i++) {
    const record = 12 + i * 16;
    const tag = String.fromCharCode(...bytes.subarray(record, record + 4));
    const [offset, length] = [file.getUint32(record + 8), file.getUint32(record + 12)];
    if (offset + length > bytes.length)
      throw new TallyError("format.malformed", `font ${name}: table ${tag} is cut off`);
    tables.set(tag, new DataView(bytes.buffer, bytes.byteOffset + offset, length));
  }
  return tables;
}

// Flags of a component record, ISO/IEC 14496-22 section 5.3.3.
const ARGUMENTS_ARE_WORDS = 0x0001;
const HAS_SCALE = 0x0008;
const MORE_COMPONENTS = 0x0020;
const HAS_X_AND_Y_SCALE = 0x0040;
const HAS_TWO_BY_TWO = 0x0080;

function componentsOf(outline: Uint8Array): Glyph["components"] {
  if (outline.length < 10) return [];
  const view = new DataView(outline.buffer, outline.byteOffset, outline.byteLength);
  if (view.getInt16(0) >= 0) return [];
  const components: { at: number; glyph: number }[] = [];
  let at = 10;
  for (;;) {
    const flags = view.getUint16(at);
    components.push({ at: at + 2, glyph: view.getUint16(at + 2) });
    at += 4 + (flags & ARGUMENTS_ARE_WORDS ? 4 : 2);
    at += flags & HAS_SCALE ? 2 : flags & HAS_X_AND_Y_SCALE ? 4 : flags & HAS_TWO_BY_TWO ? 8 : 0;
    if (!(flags & MORE_COMPONENTS)) return components;
  }
}
