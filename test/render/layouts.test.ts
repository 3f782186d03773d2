// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { fromBase64Url } from "../../src/core/base64.js";
import { readCertificate } from "../../src/core/certificate-reader.js";
import { qrText } from "../../src/core/digits.js";
import { compileNumberRule } from "../../src/core/number-rule.js";
import { portableCrypto } from "../../src/core/portable-crypto.js";
import { fieldsOfSeveralLines } from "../../src/core/several-lines.js";
import { compileFaceValidator } from "../../src/domain/catalogue/face-validator.js";
import { createRenderer } from "../../src/render/index.js";
import { pageGeometry } from "../../src/render/layout/page-geometry.js";
import { SHEET_SIZES } from "../../src/render/layout/type-sizes.js";
import { sampleSubject } from "../../src/render/sample/sample-subject.js";
import { samePdfContent } from "../../src/verify/pdf/compare.js";
import { readLicencePdf } from "../../src/verify/pdf/read-licence-pdf.js";
import { changed, SAMPLE_CERTIFICATE } from "../core/sample.js";
import { HOST } from "./fixture.js";
import { LAYOUTS, licenceOf, longLicenceOf } from "./layouts.js";
import { metadataOf } from "./metadata.js";
import { crop, ink, pageCount, rasterise, textOf } from "./raster.js";
import { withStream } from "./rewrite.js";

const renderer = createRenderer({ verifyHost: HOST });
const read = (pdf: Uint8Array) => readLicencePdf(pdf, portableCrypto);
const latin1 = (bytes: Uint8Array) => Buffer.from(bytes).toString("latin1");

for (const [name, type] of LAYOUTS)
  describe(`the layout of ${name}`, () => {
    it("prints well, by the check that guards publishing", () => {
      expect(renderer.checkLayout(type)).to.deep.equal([]);
    });

    it("has sample values that keep the rules of the type", () => {
      const { subject } = sampleSubject(type);
      const [holder] = subject.certificateHolder;
      const rule = compileNumberRule(type.number);
      expect(rule(subject.certificateNumber, holder!.certificateHolderCode)).to.equal(null);
      expect(compileFaceValidator(type)(subject.face)).to.deep.equal([]);
      expect(sampleSubject(type)).to.deep.equal(sampleSubject(type));
    });

    it("takes line feeds where several lines are printed and nowhere else, and readers take what it takes", async () => {
      const { subject } = sampleSubject(type);
      const severalLines = fieldsOfSeveralLines(type.layout);
      const check = compileFaceValidator(type);
      let taken = 0;
      for (const { field } of type.fields.labels) {
        const schema = (
          type.fields.schema as { properties: Record<string, { type?: unknown; pattern?: string; format?: string }> }
        ).properties[field]!;
        if (![schema.type].flat().includes("string") || schema.pattern !== undefined || schema.format !== undefined)
          continue;
        const pointer = `/face/${field}`;
        const face = { ...subject.face, [field]: "甲甲甲\n乙乙乙" };
        const problems = check(face).map((problem) => problem.field);
        expect(problems, pointer).to.deep.equal(severalLines.has(pointer) ? [] : [pointer]);
        if (problems.length > 0) continue;
        taken++;
        const input = licenceOf(type, { face });
        expect(
          readCertificate(
            changed(SAMPLE_CERTIFICATE, (copy) => {
              copy.credentialSubject.face = face;
            }),
          ).credentialSubject.face,
        ).to.deep.equal(face);
        expect(await textOf(renderer.render(input))).to.match(/甲甲甲\s+乙乙乙/);
      }
      expect(taken > 0).to.equal(name !== "road-transport-qualification");
    });

    it("has no value behind the seal", async () => {
      const { seal, issuer } = pageGeometry(type.layout);
      if (issuer.align === "right") expect(issuer.x).to.be.at.most(seal.x);
      else expect(issuer.labelAt - SHEET_SIZES.zh).to.be.at.least(seal.y + seal.height);
      // Its square has the ground alone: as light in a licence as in one whose agency has no name to speak of.
      const square = async (issueDept: string) => {
        const page = await rasterise(renderer.render(licenceOf(type, { issueDept })), 100);
        const mm = (points: number) => (points * 25.4) / 72;
        return crop(page, 100, mm(seal.x), mm(seal.y), mm(seal.width), mm(seal.height)).grey;
      };
      expect(Buffer.compare(await square("样例市示范局"), await square("一"))).to.equal(0);
    });

    it("shows every value of a licence, read in the order of the rows", async () => {
      const pdf = renderer.render(licenceOf(type));
      const text = (await textOf(pdf)).replace(/\s/g, "");
      expect(text).to.contain(type.layout.title.zh).and.contain("样例市示范局").and.contain("第1页共");
      for (const { label } of type.layout.rows) expect(text).to.contain(label.zh.replace(/\s/g, ""));
    });

    it("sets nothing behind the words and the star of a seal", async () => {
      const { x, y, size } = type.layout.seal;
      const issueDept = "样例省示范自治州样例县市场监督管理局行政审批服务局";
      const page = await rasterise(renderer.render(licenceOf(type, { issueDept })), 100);
      const inner = size * 0.82;
      const margin = (size - inner) / 2;
      expect(ink(crop(page, 100, x + margin, y + margin, inner, inner))).to.equal(0);
    });

    it("has a page found to differ whose glyph, value or white box somebody changed", async () => {
      for (const input of [licenceOf(type), longLicenceOf(type)]) {
        const pdf = renderer.render(input);
        const genuine = read(pdf);
        const pages = await pageCount(pdf);
        expect(samePdfContent(read(renderer.render(input)), genuine)).to.equal(true);
        const pageStreams = contentStreams(pdf);
        expect(pageStreams).to.have.length(pages);
        for (const stream of pageStreams) {
          const covered = withStream(pdf, stream, (operators) => `${operators}1 1 1 rg 100 100 60 20 re f\n`);
          const swapped = withStream(pdf, stream, swapTwoCharacters);
          for (const forged of [covered, swapped]) expect(samePdfContent(read(forged), genuine)).to.equal(false);
        }
        for (const font of fontPrograms(pdf)) {
          const replaced = withStream(pdf, font, (program) => swapGlyphs(program));
          expect(samePdfContent(read(replaced), genuine)).to.equal(false);
        }
      }
    });
  });

describe("long names", () => {
  for (const [name, type] of LAYOUTS)
    it(`of two hundred characters are printed whole: ${name}`, async () => {
      const long = "合肥喆堃餐饮".repeat(34).slice(0, 200);
      const { subject } = sampleSubject(type);
      const [holder, ...others] = subject.certificateHolder;
      const pdf = renderer.render(
        licenceOf(type, { certificateHolder: [{ ...holder!, certificateHolder: long }, ...others] }),
      );
      const pages = await Promise.all(Array.from({ length: await pageCount(pdf) }, (_, page) => textOf(pdf, page)));
      const text = pages.join("").replace(/\s/g, "");
      // Nothing lost: a value that goes on has the notice and the next page's head between its parts.
      for (const character of "喆堃饮")
        expect(text.split(character).length, character).to.be.at.least(long.split(character).length);
    });
});

describe("a card", () => {
  const card = LAYOUTS.get("road-transport-certificate")!;

  it("has room for a scope of two lines, and goes on with more", async () => {
    const face = (businessScope: string) => ({ face: { ...sampleSubject(card).subject.face, businessScope } });
    const scope = "道路普通货物运输；货物专用运输（冷藏保鲜设备）；货物专用运输（集装箱）";
    expect(await pageCount(renderer.render(licenceOf(card, face(scope))))).to.equal(1);
    expect(await pageCount(renderer.render(licenceOf(card, face(scope.repeat(3)))))).to.equal(2);
  });
});

describe("layouts of several pages", () => {
  for (const [name, type] of LAYOUTS) {
    const flows = type.layout.rows.some(({ flow, columns }) => flow === true || columns !== undefined);
    if (!flows) continue;
    it(`goes on: ${name}`, async () => {
      const pdf = renderer.render(longLicenceOf(type));
      const pages = await pageCount(pdf);
      expect(pages).to.be.greaterThan(1);
      for (let page = 0; page < pages; page++)
        expect((await textOf(pdf, page)).replace(/\s/g, "")).to.contain(`第${page + 1}页共${pages}页`);
    });
  }
});

describe("a sample", () => {
  for (const [name, type] of LAYOUTS)
    it(`is marked on every page and is no licence: ${name}`, async () => {
      const pdf = renderer.preview(type);
      const file = read(pdf);
      expect(file.attachments.map((each) => each.name)).to.deep.equal(["type.json"]);
      expect(file.producer).to.match(/^tigertally-sample\//);
      for (let page = 0; page < (await pageCount(pdf)); page++)
        expect((await textOf(pdf, page)).replace(/\s/g, "")).to.contain("样本SAMPLE");
      expect(latin1(renderer.preview(type))).to.equal(latin1(pdf));
      expect(metadataOf(pdf)).to.contain("样本 SAMPLE").and.not.contain("<zz:ZZBS>");
    });
});

describe("the code of a card", () => {
  it("is refused when a token is too long for its printed size", () => {
    const card = LAYOUTS.get("road-transport-certificate")!;
    const { certificate, evidence } = licenceOf(card);
    const token = Buffer.alloc(400, 7).toString("base64url");
    expect(() => renderer.render({ certificate, evidence: { ...evidence, token }, type: card })).to.throw(
      "printed size",
    );
    expect(qrText(HOST, fromBase64Url(evidence.token))).to.contain(HOST);
  });

  it("may be no smaller than its modules allow", () => {
    const card = LAYOUTS.get("road-transport-certificate")!;
    const layout = { ...card.layout, qr: { ...card.layout.qr, size: 26 } };
    const [problem] = renderer.checkLayout({ ...card, layout });
    expect(problem).to.include({ field: "/layout/qr/size" });
    expect(problem!.message).to.match(/at least \d\d/);
  });
});

/** Numbers of the objects that hold what pages draw. */
function contentStreams(pdf: Uint8Array): number[] {
  return [...latin1(pdf).matchAll(/\/Contents (\d+) 0 R/g)].map(([, object]) => Number(object));
}

function fontPrograms(pdf: Uint8Array): number[] {
  return [...latin1(pdf).matchAll(/\/FontFile2 (\d+) 0 R/g)].map(([, object]) => Number(object));
}

/** The first text of a value whose two first characters differ, the other way round. */
function swapTwoCharacters(operators: string): string {
  const swapped = operators.replace(
    /(\/V0 [^<]*<(?:[0-9a-f]{4})*?)([0-9a-f]{4})(?!\2)([0-9a-f]{4})/,
    (_, before: string, a: string, b: string) => before + b + a,
  );
  expect(swapped).not.to.equal(operators);
  return swapped;
}

/** Swaps the places of two outlines: an 8 that shows as a 3. */
function swapGlyphs(program: string): string {
  const bytes = Buffer.from(program, "latin1");
  const tables = bytes.readUInt16BE(4);
  for (let i = 0; i < tables; i++) {
    const record = 12 + i * 16;
    if (bytes.toString("latin1", record, record + 4) !== "loca") continue;
    const loca = bytes.readUInt32BE(record + 8);
    // Short offsets: the font of one licence is small.
    const [second, third] = [bytes.readUInt16BE(loca + 4), bytes.readUInt16BE(loca + 6)];
    bytes.writeUInt16BE(third, loca + 4);
    bytes.writeUInt16BE(second, loca + 6);
  }
  return bytes.toString("latin1");
}
