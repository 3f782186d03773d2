// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { readJpeg } from "../../src/core/photo/read-jpeg.js";
import { portableCrypto } from "../../src/core/portable-crypto.js";
import type { LayoutPhoto, TypeDefinition } from "../../src/core/type-definition.js";
import { createRenderer } from "../../src/render/index.js";
import { sampleSubject } from "../../src/render/sample/sample-subject.js";
import { readLicencePdf } from "../../src/verify/pdf/read-licence-pdf.js";
import { PdfName, PdfStream } from "../../src/verify/pdf/values.js";
import { photoText, picture, SAMPLE_PICTURE } from "../core/photo/pictures.js";
import { HOST } from "./fixture.js";
import { LAYOUTS, licenceOf } from "./layouts.js";
import { crop, ink, rasterise } from "./raster.js";
import { STATEMENT } from "./sealed-licence.js";

const renderer = createRenderer({ verifyHost: HOST });
const TYPE = LAYOUTS.get("road-transport-qualification")!;
const BOX = TYPE.layout.photo!;
const DPI = 150;

const withFace = (face: Readonly<Record<string, unknown>>) =>
  licenceOf(TYPE, { face: { ...sampleSubject(TYPE).subject.face, ...face } as never });
const withBox = (box: Partial<LayoutPhoto>): TypeDefinition => ({
  ...TYPE,
  layout: { ...TYPE.layout, photo: { ...BOX, ...box } },
});

/** The pictures of a file that are JPEG. */
function photosIn(pdf: Uint8Array): PdfStream[] {
  return [...readLicencePdf(pdf, portableCrypto).objects.values()].filter((object): object is PdfStream => {
    const filter = object instanceof PdfStream && object.dictionary.get("Filter");
    return filter instanceof PdfName && filter.name === "DCTDecode";
  });
}

const bareOf = (name: string): Uint8Array => {
  const read = readJpeg(picture(name));
  if ("problem" in read) throw new Error(read.problem);
  return read.picture.bare;
};

describe("a licence with a photo", () => {
  it("has the picture in it once, byte for byte as it was signed: drawn, sealed and as a sample", () => {
    const input = licenceOf(TYPE);
    const files = [renderer.render(input), renderer.renderSealed({ ...input, seal: STATEMENT }).bytes];
    for (const pdf of [...files, renderer.preview(TYPE)]) {
      const [photo, ...others] = photosIn(pdf);
      expect(others).to.deep.equal([]);
      expect(Buffer.from(photo!.data).equals(SAMPLE_PICTURE)).to.equal(true);
    }
  });

  it("shows it in its place, the whole of it, in its proportions", async () => {
    const page = await rasterise(renderer.render(licenceOf(TYPE)), DPI);
    // Pale paper at the shoulders' height outside, the dark coat in the middle of the lower edge.
    expect(ink(crop(page, DPI, BOX.x + 10, BOX.y + BOX.height - 5, BOX.width - 20, 3))).to.be.greaterThan(0.95);
    expect(ink(crop(page, DPI, BOX.x + 1, BOX.y + 1, BOX.width - 2, 4))).to.equal(0);
    const wide = withBox({ x: 40, width: 70 });
    const [left, middle] = [BOX.x - 10, BOX.x + 15];
    const broad = await rasterise(renderer.render({ ...licenceOf(wide) }), DPI);
    expect(ink(crop(broad, DPI, middle, BOX.y + BOX.height - 5, 5, 3))).to.be.greaterThan(0.95);
    expect(ink(crop(broad, DPI, left, BOX.y + BOX.height - 5, 5, 3))).to.equal(0);
  });

  for (const name of ["progressive", "grey-with-restarts"])
    it(`shows a picture of another kind: ${name}`, async () => {
      const pdf = renderer.render(withFace({ photo: photoText(bareOf(name)) }));
      expect(photosIn(pdf)).to.have.length(1);
      const page = await rasterise(pdf, DPI);
      expect(ink(crop(page, DPI, BOX.x + 10, BOX.y + BOX.height - 5, BOX.width - 20, 3))).to.be.greaterThan(0.95);
      expect(ink(crop(page, DPI, BOX.x + 1, BOX.y + 1, BOX.width - 2, 4))).to.equal(0);
    });

  it("is read aloud as a figure, after the title", () => {
    const text = Buffer.from(renderer.render(licenceOf(TYPE))).toString("latin1");
    const words = Buffer.from("持证人照片。Photo of the holder.", "utf16le").swap16().toString("hex");
    const figure = text.indexOf(`/S/Figure`);
    expect(text.toLowerCase()).to.contain(words);
    expect(figure).to.be.greaterThan(text.indexOf("/S/H1")).and.lessThan(text.indexOf("/S/Table"));
  });

  it("has no picture where the certificate has none", () => {
    expect(photosIn(renderer.render(withFace({ photo: undefined })))).to.deep.equal([]);
  });

  it("is not printed with something else in the photo's field, and says so by name", () => {
    for (const photo of ["张三", null, photoText(picture("with-location"))]) {
      const { certificate } = withFace({ photo });
      const problems = renderer.checkRenderable(certificate.credentialSubject, certificate, TYPE);
      expect(problems.map(({ field }) => field)).to.deep.equal(["/face/photo"]);
      expect(() => renderer.render(withFace({ photo }))).to.throw("/face/photo");
    }
  });
});

describe("the box of a photo", () => {
  for (const [what, box, message] of [
    ["over the heading", { y: 40 }, "the heading"],
    ["over the rows", { x: 170 }, "the rows"],
    ["over the code", { x: 24, y: 110 }, "the qr"],
    ["over the border", { x: 4 }, "inside the border"],
    ["off the page", { y: 190 }, "inside the border"],
    ["over the fold", { x: 130 }, "inside the border"],
    ["over the mark of a pending file", { x: 100, y: 20, height: 8 }, "not anchored yet"],
    ["under the seal, where the agency's name goes", { x: 100, y: 160, width: 14, height: 17 }, "issuing agency"],
    ["over the identifier", { x: 24, y: 184, width: 12, height: 9 }, "the identifier"],
    ["over the page number", { x: 205, y: 184, width: 12, height: 9 }, "the page number"],
  ] as const)
    it(`may not stand ${what}`, () => {
      const problems = renderer.checkLayout(withBox(box)).filter(({ field }) => field === "/layout/photo");
      expect(problems.map((problem) => problem.message).join("; ")).to.contain(message);
    });
});
