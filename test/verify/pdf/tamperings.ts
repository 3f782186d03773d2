// SPDX-License-Identifier: Apache-2.0
import { deflateSync, inflateSync } from "node:zlib";
import type { SealableFile } from "../../../src/core/seal/sealable-file.js";
import { type Body, partsOf, pdfOf, stream } from "./pdf-text.js";
import { withEntries } from "./sealed-pdf.js";

/** Changes the objects of a file in place, object 1 being the first. */
export type Change = (objects: Body[]) => void;

export interface Tampering {
  readonly what: string;
  readonly change: Change;
  /** Why it is refused when nothing else is wrong: the file read strictly, or what it shows. */
  readonly reason: "format.pdf-refused" | "content.differs";
  /** Changes what only a sealed file has. */
  readonly needsSeal?: true;
}

/** What can be done to a licence, each by somebody who knows our files well. */
export const TAMPERINGS: readonly Tampering[] = [
  { what: "an extra attachment", change: attach("extra.json"), reason: "format.pdf-refused" },
  { what: "an attachment that only the file specification names", change: hide, reason: "format.pdf-refused" },
  {
    what: "JavaScript on opening",
    change: entry(/\/Type\/Catalog/, "/OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>"),
    reason: "format.pdf-refused",
  },
  {
    what: "JavaScript on closing",
    change: entry(/\/Type\/Catalog/, "/AA<</WC<</S/JavaScript/JS(x)>>>>"),
    reason: "format.pdf-refused",
  },
  {
    what: "JavaScript in the name tree",
    change: replace(/\/Type\/Catalog/, "/Names<<", "/Names<</JavaScript<</Names[(x)<</S/JavaScript/JS(x)>>]>>"),
    reason: "format.pdf-refused",
  },
  { what: "an annotation laid over the page", change: annotate, reason: "format.pdf-refused" },
  { what: "a second signature field", change: secondSignature, reason: "format.pdf-refused", needsSeal: true },
  { what: "a white box over the values", change: draw("1 1 1 rg 60 60 300 300 re f"), reason: "content.differs" },
  {
    what: "a white box on the last page",
    change: draw("1 1 1 rg 60 60 300 300 re f", -1),
    reason: "content.differs",
  },
  { what: "a line more", change: draw("0 0 0 rg 60 90 90 1 re f"), reason: "content.differs" },
  { what: "a picture laid over the values", change: drawPicture, reason: "content.differs" },
  { what: "a page of which only a part is shown", change: crop, reason: "content.differs" },
  { what: "two characters of a value in each other's place", change: swapCharacters, reason: "content.differs" },
  { what: "a font that shows another figure", change: replaceFigure, reason: "content.differs" },
  { what: "a font whose figures are found in other places", change: replaceMap, reason: "content.differs" },
  { what: "the fonts of labels and values in each other's place", change: swapFonts, reason: "content.differs" },
  { what: "characters on top of each other", change: replaceWidths, reason: "content.differs" },
  { what: "text that copies as something else", change: replaceText, reason: "content.differs" },
  { what: "a picture read aloud as something else", change: replaceAlternative, reason: "content.differs" },
  { what: "a seal's picture that is another", change: drawInSeal, reason: "content.differs", needsSeal: true },
  { what: "the seal moved", change: moveSeal, reason: "content.differs", needsSeal: true },
];

/** A file without a seal with its objects changed. */
export function rewritten(file: Uint8Array, change: Change): Uint8Array {
  const { bodies, trailer } = partsOf(file);
  const objects: Body[] = [...bodies];
  change(objects);
  return pdfOf({ objects, trailer });
}

/** With an incremental update behind its end, as PDF has it, that replaces object 1. */
export function updated(file: Uint8Array): Uint8Array {
  const table = Buffer.from(file).lastIndexOf("xref\n0 ");
  const body = "1 0 obj\n<<>>\nendobj\n";
  const entry = `${String(file.length).padStart(10, "0")} 00000 n `;
  const update = `${body}xref\n1 1\n${entry}\ntrailer\n<</Size 60/Root 1 0 R/Prev ${table}>>\nstartxref\n${file.length + body.length}\n%%EOF\n`;
  return new Uint8Array(Buffer.concat([file, Buffer.from(update, "latin1")]));
}

/** The file with its objects changed, its byte range right again, and the value of its signature as it was. */
export function rebuilt(file: Uint8Array, change: Change): SealableFile {
  const bytes = Buffer.from(rewritten(file, change));
  const { start, end } = placeOf(bytes);
  const range = bytes.indexOf("/ByteRange[") + "/ByteRange[".length;
  bytes.write(`0 ${start} ${end} ${bytes.length - end}`.padEnd(26), range, "latin1");
  return { bytes: new Uint8Array(bytes), contents: { start, end } };
}

export function placeOf(file: Uint8Array): { readonly start: number; readonly end: number } {
  const bytes = Buffer.from(file);
  const start = bytes.indexOf("/Contents<", bytes.indexOf("/ByteRange[")) + "/Contents".length;
  return { start, end: bytes.indexOf(">", start) + 1 };
}

const textOf = (body: Body) => (typeof body === "string" ? body : body.toString("latin1"));

function numberOf(objects: readonly Body[], wanted: RegExp): number {
  const at = objects.findIndex((body) => wanted.test(textOf(body)));
  if (at < 0) throw new Error(`no object is ${wanted}`);
  return at + 1;
}

function entry(of: RegExp, entries: string): Change {
  return (objects) => {
    const number = numberOf(objects, of);
    objects[number - 1] = withEntries(objects[number - 1]!, entries);
  };
}

function replace(of: RegExp, from: string | RegExp, to: string): Change {
  return (objects) => replaceIn(objects, numberOf(objects, of), from, to);
}

function replaceIn(objects: Body[], number: number, from: string | RegExp, to: string): void {
  const changed = textOf(objects[number - 1]!).replace(from, to);
  if (changed === textOf(objects[number - 1]!)) throw new Error(`${from} is not there`);
  objects[number - 1] = Buffer.from(changed, "latin1");
}

function attach(name: string): Change {
  return (objects) => {
    const specification = objects.length + 1;
    objects.push(
      `<</Type/Filespec/F(${name})/UF(${name})/AFRelationship/Data/EF<</F ${specification + 1} 0 R>>>>`,
      stream("/Type/EmbeddedFile", "{}"),
    );
    replace(/\/Type\/Catalog/, "(type.json)", `(${name})${specification} 0 R(type.json)`)(objects);
  };
}

/** In the name tree of one reader only. */
function hide(objects: Body[]): void {
  objects.push(stream("/Type/EmbeddedFile", "{}"));
  replace(/\/Type\/Filespec.*certificate\.json/s, /\/UF (\d+) 0 R/, `/UF ${objects.length} 0 R`)(objects);
}

function annotate(objects: Body[]): void {
  objects.push("<</Type/Annot/Subtype/FreeText/Rect[100 300 400 600]/Contents(x)/F 4>>");
  const page = pagesOf(objects)[0]!;
  const text = textOf(objects[page - 1]!);
  objects[page - 1] = text.includes("/Annots[")
    ? text.replace(/\/Annots\[(\d+ 0 R)\]/, `/Annots[$1 ${objects.length} 0 R]`)
    : withEntries(text, `/Annots[${objects.length} 0 R]`);
}

function secondSignature(objects: Body[]): void {
  const field = textOf(objects[numberOf(objects, /\/FT\/Sig/) - 1]!);
  objects.push(field.replace("AgencySeal", "Signature2"));
  replace(/\/Type\/Catalog/, /\/Fields\[(\d+ 0 R)\]/, `/Fields[$1 ${objects.length} 0 R]`)(objects);
}

/** After everything else on the first page, or on the one at `index`. */
function draw(operators: string, index = 0): Change {
  return (objects) => {
    const number = contentsOf(objects, pagesOf(objects).at(index)!);
    objects[number - 1] = restreamed(objects[number - 1]!, (data) =>
      Buffer.concat([data, Buffer.from(`\nq ${operators} Q\n`)]),
    );
  };
}

function drawPicture(objects: Body[]): void {
  objects.push(
    stream("/Type/XObject/Subtype/Image/Width 1/Height 1/BitsPerComponent 1/ColorSpace/DeviceGray", "\xff", false),
  );
  const page = pagesOf(objects)[0]!;
  objects[page - 1] = textOf(objects[page - 1]!).replace("/XObject<<", `/XObject<</More ${objects.length} 0 R`);
  draw("200 0 0 90 60 90 cm /More Do")(objects);
}

function crop(objects: Body[]): void {
  const page = pagesOf(objects).at(-1)!;
  objects[page - 1] = withEntries(objects[page - 1]!, "/CropBox[0 60 200 140]");
}

function swapCharacters(objects: Body[]): void {
  const number = contentsOf(objects, pagesOf(objects)[0]!);
  objects[number - 1] = restreamed(objects[number - 1]!, (data) =>
    Buffer.from(
      data.toString("latin1").replace(/(\/V0 [^<]*<(?:[0-9a-f]{4})*?)([0-9a-f]{4})(?!\2)([0-9a-f]{4})/, "$1$3$2"),
      "latin1",
    ),
  );
}

function drawInSeal(objects: Body[]): void {
  const field = textOf(objects[numberOf(objects, /\/FT\/Sig/) - 1]!);
  const number = Number(/\/AP<<\/N (\d+) 0 R/.exec(field)![1]);
  objects[number - 1] = restreamed(objects[number - 1]!, (data) =>
    Buffer.concat([data, Buffer.from("\n1 0 0 rg 0 0 9 9 re f\n")]),
  );
}

function moveSeal(objects: Body[]): void {
  replace(/\/FT\/Sig/, /\/Rect\[[\d.]+/, "/Rect[12")(objects);
}

/** The first figure of the values' font that has more outline than another shows that one; copying text gives what was there before. */
function replaceFigure(objects: Body[]): void {
  const { font, characters } = valueFont(objects);
  objects[font - 1] = restreamed(objects[font - 1]!, (data) => {
    const changed = Buffer.from(data);
    const tables = new Map(
      Array.from({ length: changed.readUInt16BE(4) }, (_, i) => {
        const at = 12 + 16 * i;
        return [changed.toString("latin1", at, at + 4), changed.readUInt32BE(at + 8)] as const;
      }),
    );
    const [loca, glyf, head] = ["loca", "glyf", "head"].map((name) => tables.get(name)!);
    const isLong = changed.readInt16BE(head! + 50) === 1;
    const offset = (glyph: number) =>
      isLong ? changed.readUInt32BE(loca! + 4 * glyph) : 2 * changed.readUInt16BE(loca! + 2 * glyph);
    const glyphs = [...characters].filter(([character]) => /[0-9]/.test(character)).map(([, glyph]) => glyph);
    const bySize = glyphs.map((glyph) => ({ from: glyf! + offset(glyph), to: glyf! + offset(glyph + 1) }));
    bySize.sort((one, other) => one.to - one.from - (other.to - other.from));
    const [small, large] = [bySize[0]!, bySize.at(-1)!];
    if (small.to - small.from >= large.to - large.from) throw new Error("no two figures differ in size");
    changed.copy(changed, large.from, small.from, small.to);
    return changed;
  });
}

/** The text that readers copy is another than the one that is drawn. */
function replaceText(objects: Body[]): void {
  const { toUnicode } = valueFont(objects);
  objects[toUnicode - 1] = restreamed(objects[toUnicode - 1]!, (data) =>
    Buffer.from(
      data.toString("latin1").replace(/<003([0-9])>/, (_, figure: string) => `<003${(Number(figure) + 1) % 10}>`),
      "latin1",
    ),
  );
}

/** Outlines and text stay what they were, and each character code leads to the outline of another. */
function replaceMap(objects: Body[]): void {
  const { cidFont, characters } = valueFont(objects);
  const glyphs = [...characters.values()];
  const map = Buffer.alloc(2 * (Math.max(...glyphs) + 1));
  for (const [i, glyph] of glyphs.entries()) map.writeUInt16BE(glyphs[(i + 1) % glyphs.length]!, 2 * glyph);
  objects.push(stream("", map));
  replaceIn(objects, cidFont, "/CIDToGIDMap/Identity", `/CIDToGIDMap ${objects.length} 0 R`);
}

function swapFonts(objects: Body[]): void {
  replaceIn(objects, pagesOf(objects)[0]!, /\/L (\d+ 0 R)(.*)\/V0 (\d+ 0 R)/, "/L $3$2/V0 $1");
}

function replaceWidths(objects: Body[]): void {
  const { cidFont } = valueFont(objects);
  replaceIn(objects, cidFont, /\/W ?\[(\d+)\[[\d.]+/, "/W [$1[0");
}

function replaceAlternative(objects: Body[]): void {
  replace(/\/S\/Figure/, /\/Alt<feff..../, "/Alt<feff8fd9")(objects);
}

/** Of the font in which the first page's values are set: its objects, and the glyph of each character. */
function valueFont(objects: readonly Body[]) {
  const numberIn = (object: number, pattern: RegExp) => Number(pattern.exec(textOf(objects[object - 1]!))![1]);
  const composite = numberIn(pagesOf(objects)[0]!, /\/V0 (\d+) 0 R/);
  const cidFont = numberIn(composite, /\/DescendantFonts\[(\d+) 0 R\]/);
  const toUnicode = numberIn(composite, /\/ToUnicode (\d+) 0 R/);
  const font = numberIn(numberIn(cidFont, /\/FontDescriptor (\d+) 0 R/), /\/FontFile2 (\d+) 0 R/);
  const characters = new Map<string, number>();
  const map = dataOf(objects[toUnicode - 1]!).toString("latin1");
  for (const [, cid, code] of map.matchAll(/<([0-9a-fA-F]{4})>\s*<([0-9a-fA-F]{4})>/g))
    characters.set(String.fromCharCode(Number.parseInt(code!, 16)), Number.parseInt(cid!, 16));
  return { font, cidFont, toUnicode, characters };
}

/** Numbers of the pages, in their order. */
function pagesOf(objects: readonly Body[]): readonly number[] {
  const [, kids] = /\/Kids\[([^\]]*)\]/.exec(textOf(objects[numberOf(objects, /\/Type\/Pages\b/) - 1]!))!;
  return [...kids!.matchAll(/(\d+) 0 R/g)].map(([, page]) => Number(page));
}

function contentsOf(objects: readonly Body[], page: number): number {
  return Number(/\/Contents (\d+) 0 R/.exec(textOf(objects[page - 1]!))![1]);
}

function dataOf(body: Body): Buffer {
  const bytes = Buffer.from(body as Buffer);
  const start = bytes.indexOf("\nstream\n") + "\nstream\n".length;
  const data = bytes.subarray(start, bytes.lastIndexOf("\nendstream"));
  return textOf(body).slice(0, start).includes("/FlateDecode") ? inflateSync(data) : data;
}

function restreamed(body: Body, change: (data: Buffer) => Buffer): Buffer {
  const dictionary = textOf(body).split("\nstream\n")[0]!;
  const before = dataOf(body);
  const data = change(before);
  if (data.equals(before)) throw new Error("nothing was changed");
  const packed = dictionary.includes("/FlateDecode") ? deflateSync(data) : data;
  return Buffer.concat([
    Buffer.from(`${dictionary.replace(/\/Length \d+/, `/Length ${packed.length}`)}\nstream\n`, "latin1"),
    packed,
    Buffer.from("\nendstream"),
  ]);
}
