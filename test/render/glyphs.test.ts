// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { expect } from "chai";
import { PDFDocument } from "pdf-lib";
import { loadFonts } from "../../src/render/font/font-library.js";
import { addFont } from "../../src/render/font/font-objects.js";
import { FontSubset } from "../../src/render/font/font-subset.js";
import { TrueTypeFont } from "../../src/render/font/true-type-font.js";
import { PdfWriter } from "../../src/render/pdf/pdf-writer.js";
import { ref } from "../../src/render/pdf/syntax.js";
import { crop, ink, rasterise, textOf } from "./raster.js";
import { tinyFont } from "./tiny-font.js";

const RARE = ["喆", "堃", "䶮", "𬭎", "㛃", "龘"];
const SIZE = 40;

/** A bare page, so that nothing but the font is tested: one line of text, 40 points, 20 points from the left. */
function linePage(font: TrueTypeFont, text: string): Uint8Array {
  const writer = new PdfWriter();
  const subset = new FontSubset(font);
  const shown = subset.encode(text);
  const reference = addFont(writer, subset, "TESTAA", 5);
  const content = writer.addDeflated("", `BT /F ${SIZE} Tf 20 30 Td <${shown}> Tj ET`, 5);
  const page = writer.add(
    `<</Type/Page/Parent ${ref(writer.upcoming(1))}/MediaBox[0 0 400 100]/Resources<</Font<</F ${ref(reference)}>>>>/Contents ${ref(content)}>>`,
  );
  const pages = writer.add(`<</Type/Pages/Kids[${ref(page)}]/Count 1>>`);
  const root = writer.add(`<</Type/Catalog/Pages ${ref(pages)}>>`);
  const info = writer.add("<<>>");
  const id = "0".repeat(32);
  return writer.finish({ root, info, id: [id, id] });
}

/** The same page with the whole font file embedded by pdf-lib and fontkit. */
async function referencePage(text: string): Promise<Uint8Array> {
  const fontkit = createRequire(import.meta.url)("fontkit");
  const file = "@expo-google-fonts/noto-serif-sc/400Regular/NotoSerifSC_400Regular.ttf";
  const bytes = readFileSync(createRequire(import.meta.url).resolve(file));
  const document = await PDFDocument.create();
  document.registerFontkit(fontkit);
  const font = await document.embedFont(bytes, { subset: false });
  const page = document.addPage([400, 100]);
  page.drawText(text, { x: 20, y: 30, size: SIZE, font });
  return document.save();
}

describe("the font subsetter", () => {
  const font = () => loadFonts().value.fonts[0]!;

  it("draws rare characters exactly as a page with the whole font does", async () => {
    const text = RARE.join("");
    const [ours, reference] = [
      await rasterise(linePage(font(), text), 200),
      await rasterise(await referencePage(text), 200),
    ];
    expect([ours.width, ours.height]).to.deep.equal([reference.width, reference.height]);
    const different = ours.grey.filter((value, i) => Math.abs(value - reference.grey[i]!) > 16).length;
    expect(different).to.equal(0);
    expect(ink(ours)).to.be.greaterThan(0.05);
  });

  it("draws every rare character differently, and none as the missing glyph", async () => {
    const pictures = new Set<string>();
    const notdef = await rasterise(linePage(font(), "\u{10fffd}"), 100);
    pictures.add(Buffer.from(notdef.grey).toString("base64"));
    for (const character of RARE) {
      const picture = await rasterise(linePage(font(), character), 100);
      expect(ink(picture), character).to.be.greaterThan(0.004);
      pictures.add(Buffer.from(picture.grey).toString("base64"));
    }
    expect(pictures.size).to.equal(RARE.length + 1);
  });

  it("gives back the text that went in, two characters that share a glyph included", async () => {
    const [plain, compatible] = ["\u{529b}", "\u{f98a}"];
    expect(font().glyphOf(0x529b)).to.equal(font().glyphOf(0xf98a));
    expect(await textOf(linePage(font(), plain))).to.contain(plain);
    expect(await textOf(linePage(font(), compatible))).to.contain(compatible);
    const both = `${compatible}${RARE.join("")}${plain}`;
    expect((await textOf(linePage(font(), both))).trim()).to.equal(both);
  });

  it("keeps text right when many documents use one font", async () => {
    for (const text of ["力", "\u{f98a}", "力", RARE.join("")])
      expect((await textOf(linePage(font(), text))).trim()).to.equal(text);
  });

  it("keeps the file small", () => {
    expect(linePage(font(), RARE.join("")).length).to.be.lessThan(8_000);
  });

  it("refuses characters once it is frozen", () => {
    const subset = new FontSubset(font());
    subset.encode("喆");
    subset.freeze();
    expect(subset.encode("喆")).to.equal("0001");
    expect(() => subset.encode("堃")).to.throw(RangeError, "U+5803");
  });

  for (const cmap of [4, 12] as const) {
    const tiny = () => new TrueTypeFont("Tiny", tinyFont({ square: "A", twoSquares: "B", cmap }));

    it(`reads a character map of format ${cmap}`, () => {
      expect([..."AB@Z"].map((c) => tiny().glyphOf(c.codePointAt(0)!))).to.deep.equal([1, 3, 0, 0]);
    });

    it(`takes the components of a composite glyph along (format ${cmap})`, async () => {
      // Two squares of 16 points each, 2 points in from the left, 4 apart, 2 above the baseline.
      const page = await rasterise(linePage(tiny(), "B"), 72);
      const darkness = (x: number) => page.grey[60 * page.width + x]!;
      expect([24, 30, 44, 50].map(darkness)).to.deep.equal([0, 0, 0, 0]);
      expect([15, 40, 62].map(darkness)).to.deep.equal([255, 255, 255]);
    });
  }

  it("refuses files that are not TrueType, by name", () => {
    const refuse = (bytes: Uint8Array) => expect(() => new TrueTypeFont("X", bytes)).to.throw("font X");
    refuse(new Uint8Array(0));
    refuse(new TextEncoder().encode("OTTO and so on"));
    refuse(tinyFont({ square: "A", twoSquares: "B", cmap: 4 }).subarray(0, 300));
  });

  it("sees ink where the page has ink", async () => {
    const page = await rasterise(linePage(font(), "龘"), 72);
    const at = (x: number) => ink(crop(page, 72, (x / 72) * 25.4, 10, 12, 16));
    expect(at(22)).to.be.greaterThan(0.2);
    expect(at(200)).to.equal(0);
  });
});
