// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { nodeCrypto } from "../../src/adapters/node-crypto/index.js";
import { canonicalBytes } from "../../src/core/canonical-json.js";
import { toHex } from "../../src/core/hex.js";
import { readJpeg } from "../../src/core/photo/read-jpeg.js";
import { typeDigest } from "../../src/core/type-reader.js";
import { SAMPLE_PHOTO } from "../../src/render/sample/sample-photo.js";
import { photoText, picture, SAMPLE_PICTURE, withSegment } from "../core/photo/pictures.js";
import { answers, checkOf, notGenuine } from "./expectations.js";
import { type Issued, photoPermit } from "./fixture.js";
import { type Body, partsOf, pdfOf, stream } from "./pdf/pdf-text.js";
import { makeSealedWorld, type SealedWorld } from "./sealed-world.js";

const FACE = { businessAddress: "示例市虎符路1号", onlineBusiness: true, manager: "喆堃", remark: null };
/** Of the same size, so that only the picture itself tells. */
const OTHER_PICTURE = (() => {
  const copy = new Uint8Array(SAMPLE_PICTURE);
  copy[copy.length - 40]! ^= 0x04;
  expect(readJpeg(copy)).to.have.property("picture");
  return copy;
})();

describe("verifyCertificate, of a licence with a photo,", () => {
  const type = photoPermit();
  let world: SealedWorld;
  let issued: Issued;
  before(() => {
    world = makeSealedWorld();
    world.registry.publishType(type.typeCode, type.version, toHex(typeDigest(nodeCrypto, type)));
    issued = world.issueAnchored({ type, face: { ...FACE, photo: SAMPLE_PHOTO } });
  });
  const drawn = ({ certificate, evidence } = issued) => world.renderer.render({ certificate, evidence, type });
  const sealed = () => {
    const { certificate, evidence } = issued;
    const file = world.renderer.renderSealed({ certificate, evidence, type, seal: world.statement() });
    return world.filled(file, world.office.sealed);
  };

  it("finds it valid, what is printed compared: as JSON, drawn, and sealed", async () => {
    expect((await world.verify(world.documentOf(issued, type) as never)).verdict).to.equal("valid");
    for (const file of [drawn(), sealed()]) {
      const report = await world.verify(file);
      expect(report.verdict, String(report.reason)).to.equal("valid");
      expect(checkOf(report, "content")).to.deep.equal({ check: "content", outcome: "pass" });
      expect(report.document.face.at(-1)).to.deep.include({ field: "photo", value: SAMPLE_PHOTO });
    }
  });

  it("finds it valid without a photo, which the type does not require", async () => {
    const without = world.issueAnchored({ type, face: FACE });
    expect((await world.verify(drawn(without))).verdict).to.equal("valid");
  });

  it("tells a photo that was swapped in the file alone", async () => {
    for (const bytes of [OTHER_PICTURE, picturesOf("optimised-420")]) {
      const forged = withPhoto(drawn(), bytes);
      expect(answers(await world.verify(forged))).to.deep.equal(notGenuine("content.differs"));
    }
  });

  it("tells a photo that was swapped in the certificate, and one in both places", async () => {
    const altered = { ...issued.certificate.credentialSubject.face, photo: photoText(OTHER_PICTURE) };
    const credentialSubject = { ...issued.certificate.credentialSubject, face: altered };
    const certificate = { ...issued.certificate, credentialSubject };
    expect((await world.verify(world.documentOf({ ...issued, certificate }, type) as never)).verdict).to.equal(
      "not-genuine",
    );
    const both = drawn({ ...issued, certificate });
    expect((await world.verify(both)).verdict).to.equal("not-genuine");
  });

  it("tells a sealed file whose photo was swapped", async () => {
    const report = await world.verify(withPhoto(sealed(), OTHER_PICTURE));
    expect(report.verdict).to.equal("not-genuine");
  });

  for (const [what, change, why] of [
    ["hidden EXIF", (body) => rewritten(body, withSegment(SAMPLE_PICTURE, 0xe1, "Exif\0\0hidden")), "holds more than"],
    ["bytes behind its end", (body) => rewritten(body, Buffer.concat([SAMPLE_PICTURE, Uint8Array.of(0)])), "goes on"],
    ["half of its picture", (body) => rewritten(body, SAMPLE_PICTURE.subarray(0, 3_000)), "cut off"],
    ["another size than it says", (body) => replaced(body, "/Width 358", "/Width 357"), "another size"],
    ["colours that it does not have", (body) => replaced(body, "/DeviceRGB", "/DeviceGray"), "other colours"],
    ["16 bits", (body) => replaced(body, "/BitsPerComponent 8", "/BitsPerComponent 16"), "BitsPerComponent is not 8"],
    ["colours turned over", (body) => replaced(body, "/Filter", "/Decode[1 0 1 0 1 0]/Filter"), "the key /Decode"],
    ["a mask", (body) => replaced(body, "/Filter", "/SMask 1 0 R/Filter"), "the key /SMask"],
    ["two filters", (body) => replaced(body, "/Filter/DCTDecode", "/Filter[/DCTDecode]"), "several filters"],
    ["another filter", (body) => replaced(body, "/DCTDecode", "/JPXDecode"), "a stream filter"],
    ["its bytes unfiltered", (body) => replaced(body, "/Filter/DCTDecode", ""), null],
  ] satisfies readonly (readonly [string, (body: Body) => Body, string | null])[])
    it(`refuses a photo with ${what}`, async () => {
      const report = await world.verify(withObject(drawn(), IS_PHOTO, change));
      expect(answers(report)).to.deep.equal(notGenuine(why === null ? "content.differs" : "format.pdf-refused"));
      if (why !== null) expect(report.checks[0]).to.have.property("detail").that.contains(why);
    });

  it("refuses the photo's filter anywhere else", async () => {
    const asContent = withObject(drawn(), /^<<\/Type\/XObject\/Subtype\/Image.*BitsPerComponent 1\//s, (body) =>
      replaced(body, "/ColorSpace", "/Filter/DCTDecode/ColorSpace"),
    );
    expect(answers(await world.verify(asContent))).to.deep.equal(notGenuine("format.pdf-refused"));
  });

  it("refuses a photo in a field that the type has for texts, and a text in the photo's", async () => {
    for (const [face, field] of [
      [{ ...FACE, remark: SAMPLE_PHOTO }, "remark"],
      [{ ...FACE, photo: "喆堃" }, "photo"],
    ] as const) {
      const odd = world.issueAnchored({ type, face });
      const report = await world.verify(canonicalBytes(world.documentOf(odd, type)));
      expect(answers(report)).to.deep.equal(notGenuine("type.fields-invalid"));
      expect(report.checks[1]).to.include({ detail: `/face/${field}` });
    }
  });
});

const IS_PHOTO = /\/Filter\/DCTDecode/;

const picturesOf = (name: string): Uint8Array => {
  const read = readJpeg(picture(name));
  return "picture" in read ? read.picture.bare : new Uint8Array();
};

function withObject(pdf: Uint8Array, which: RegExp, change: (body: Body) => Body): Uint8Array {
  const { bodies, trailer } = partsOf(pdf);
  const at = bodies.findIndex((body) => which.test(body.toString("latin1")));
  return pdfOf({ objects: bodies.map((body, i) => (i === at ? change(body) : body)), trailer });
}

/** Another picture, with the size that it has. */
function withPhoto(pdf: Uint8Array, bytes: Uint8Array): Uint8Array {
  const read = readJpeg(bytes);
  if ("problem" in read) throw new Error(read.problem);
  const { width, height } = read.picture;
  return withObject(pdf, IS_PHOTO, () => rewritten(Buffer.from(entries(width, height)), bytes));
}

const entries = (width: number, height: number): string =>
  `<</Type/XObject/Subtype/Image/Width ${width}/Height ${height}/BitsPerComponent 8/ColorSpace/DeviceRGB/Filter/DCTDecode/Length 1>>`;

function rewritten(body: Body, bytes: Uint8Array): Buffer {
  const dictionary = /^<<(.*?)\/Length \d+>>/s.exec(Buffer.from(body as Buffer).toString("latin1"))![1]!;
  return stream(dictionary, bytes, false);
}

function replaced(body: Body, from: string, to: string): Buffer {
  const text = Buffer.from(body as Buffer).toString("latin1");
  expect(text).to.contain(from);
  return Buffer.from(text.replace(from, to), "latin1");
}
