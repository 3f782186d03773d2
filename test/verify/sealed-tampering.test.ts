// SPDX-License-Identifier: Apache-2.0
import { deflateSync, inflateSync } from "node:zlib";
import { expect } from "chai";
import type { SealableFile } from "../../src/core/seal/sealable-file.js";
import { answers, notGenuine } from "./expectations.js";
import type { Issued } from "./fixture.js";
import { type Body, partsOf, pdfOf, stream } from "./pdf/pdf-text.js";
import { withEntries } from "./pdf/sealed-pdf.js";
import { makeSealedWorld, type SealedWorld } from "./sealed-world.js";

/**
 * What can be done to a sealed file, each once by somebody who leaves the seal as it was, and once by somebody who has the agency's seal key and seals
 * what he made. Of the former the seal tells, of the latter the reader and the comparison with the signed record.
 */
describe("a sealed PDF that was tampered with", () => {
  let world: SealedWorld;
  let issued: Issued;
  before(() => {
    world = makeSealedWorld();
    issued = world.issueAnchored();
  });

  for (const [what, change, withKey] of [
    ["an extra attachment", attach("extra.json"), "format.pdf-refused"],
    ["an attachment that only the file specification names", hide, "format.pdf-refused"],
    [
      "JavaScript on opening",
      entry(/\/Type\/Catalog/, "/OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>"),
      "format.pdf-refused",
    ],
    [
      "JavaScript in the name tree",
      entry(/\/Type\/Catalog/, "/AA<</WC<</S/JavaScript/JS(x)>>>>"),
      "format.pdf-refused",
    ],
    ["an annotation laid over the page", annotate, "format.pdf-refused"],
    ["a second signature field", secondSignature, "format.pdf-refused"],
    ["a white box over the values", draw("1 1 1 rg 100 300 300 300 re f"), "content.differs"],
    ["a line more", draw("0 0 0 rg 100 300 300 1 re f"), "content.differs"],
    ["a font that shows another figure", replaceFigure, "content.differs"],
    ["text that copies as something else", replaceText, "content.differs"],
    ["a seal's picture that is another", drawInSeal, "content.differs"],
    ["the seal moved", moveSeal, "content.differs"],
  ] satisfies readonly (readonly [string, Change, string])[]) {
    it(`with ${what} is refused, the seal left as it was`, async () => {
      const sealed = await world.sealed(issued);
      const changed = rebuilt(sealed, change);
      const { verdict, reason } = await world.verify(changed.bytes);
      expect(verdict).to.equal("not-genuine");
      expect(reason).to.be.oneOf(["seal.altered", withKey]);
      if (withKey === "content.differs") expect(reason).to.equal("seal.altered");
    });

    it(`with ${what} is refused, sealed anew with the agency's own key`, async () => {
      const changed = rebuilt(world.toSeal(issued).bytes, change);
      expect(answers(await world.verify(world.filled(changed, world.office.sealed)))).to.deep.equal(
        notGenuine(withKey),
      );
    });
  }

  it("is valid when it was only put together again", async () => {
    const same = rebuilt(world.toSeal(issued).bytes, () => {});
    expect((await world.verify(world.filled(same, world.office.sealed))).verdict).to.equal("valid");
  });

  it("with an incremental update is refused", async () => {
    const sealed = Buffer.from(await world.sealed(issued));
    const table = sealed.lastIndexOf("xref\n0 ");
    const update = `1 0 obj\n<<>>\nendobj\nxref\n1 1\n${String(sealed.length).padStart(10, "0")} 00000 n \ntrailer\n<</Size 60/Root 1 0 R/Prev ${table}>>\nstartxref\n${sealed.length + 22}\n%%EOF\n`;
    for (const more of [update, "\n", "%%EOF\n", sealed.toString("latin1")])
      expect(
        answers(await world.verify(new Uint8Array(Buffer.concat([sealed, Buffer.from(more, "latin1")])))),
      ).to.deep.equal(notGenuine("format.pdf-refused"));
  });

  it("with the seal of another licence of the same agency is refused", async () => {
    const [one, other] = [await world.sealed(issued), await world.sealed(world.issueAnchored())];
    const [from, to] = [placeOf(other), placeOf(one)];
    const swapped = Buffer.from(one);
    Buffer.from(other).copy(swapped, to.start, from.start, from.end);
    expect(answers(await world.verify(new Uint8Array(swapped)))).to.deep.equal(notGenuine("seal.altered"));
  });

  it("whose seal states another name, reason or time is refused", async () => {
    const text = Buffer.from(await world.sealed(issued)).toString("latin1");
    for (const [from, to] of [
      [/\/M\(D:20/, "/M(D:19"],
      [/\/Reason<feff7535/, "/Reason<feff7536"],
      [/\/Code\(3/, "/Code(4"],
      [/\/Star true/, "/Star null"],
    ] as const) {
      const changed = text.replace(from, to);
      expect(changed).not.to.equal(text);
      expect((await world.verify(new Uint8Array(Buffer.from(changed, "latin1")))).verdict).to.equal("not-genuine");
    }
  });
});

type Change = (objects: Body[]) => void;

/** The file with its objects changed, its byte range right again, and the value of its signature as it was. */
function rebuilt(file: Uint8Array, change: Change): SealableFile {
  const { bodies, trailer } = partsOf(file);
  const objects: Body[] = [...bodies];
  change(objects);
  const bytes = Buffer.from(pdfOf({ objects, trailer }));
  const { start, end } = placeOf(bytes);
  const range = bytes.indexOf("/ByteRange[") + "/ByteRange[".length;
  bytes.write(`0 ${start} ${end} ${bytes.length - end}`.padEnd(26), range, "latin1");
  return { bytes: new Uint8Array(bytes), contents: { start, end } };
}

function placeOf(file: Uint8Array): { readonly start: number; readonly end: number } {
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
  return (objects) => {
    const number = numberOf(objects, of);
    const changed = textOf(objects[number - 1]!).replace(from, to);
    if (changed === textOf(objects[number - 1]!)) throw new Error(`${from} is not there`);
    objects[number - 1] = Buffer.from(changed, "latin1");
  };
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
  replace(/\/Type\/Page\b(?!s)/, /\/Annots\[(\d+ 0 R)\]/, `/Annots[$1 ${objects.length} 0 R]`)(objects);
}

function secondSignature(objects: Body[]): void {
  const field = textOf(objects[numberOf(objects, /\/FT\/Sig/) - 1]!);
  objects.push(field.replace("AgencySeal", "Signature2"));
  replace(/\/Type\/Catalog/, /\/Fields\[(\d+ 0 R)\]/, `/Fields[$1 ${objects.length} 0 R]`)(objects);
}

/** After everything that the page draws. */
function draw(operators: string): Change {
  return (objects) => {
    const page = textOf(objects[numberOf(objects, /\/Type\/Page\b(?!s)/) - 1]!);
    const number = Number(/\/Contents (\d+) 0 R/.exec(page)![1]);
    objects[number - 1] = restreamed(objects[number - 1]!, (data) =>
      Buffer.concat([data, Buffer.from(`\nq ${operators} Q\n`)]),
    );
  };
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

/** The font file and the map to text of the font in which figures are set, and the glyph of each character. */
function valueFont(objects: readonly Body[]) {
  for (const body of objects) {
    const match = /\/Subtype\/Type0.*?\/DescendantFonts\[(\d+) 0 R\].*?\/ToUnicode (\d+) 0 R/s.exec(textOf(body));
    if (!match) continue;
    const [descendant, toUnicode] = [Number(match[1]), Number(match[2])];
    const characters = new Map<string, number>();
    const map = dataOf(objects[toUnicode - 1]!).toString("latin1");
    for (const [, cid, code] of map.matchAll(/<([0-9a-fA-F]{4})>\s*<([0-9a-fA-F]{4})>/g))
      characters.set(String.fromCharCode(Number.parseInt(code!, 16)), Number.parseInt(cid!, 16));
    if ([..."0123456789"].filter((figure) => characters.has(figure)).length < 4) continue;
    const descriptor = Number(/\/FontDescriptor (\d+) 0 R/.exec(textOf(objects[descendant - 1]!))![1]);
    const font = Number(/\/FontFile2 (\d+) 0 R/.exec(textOf(objects[descriptor - 1]!))![1]);
    return { font, toUnicode, characters };
  }
  throw new Error("no font has figures");
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
