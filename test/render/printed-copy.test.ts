// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { fromBase64Url } from "../../src/core/base64.js";
import { qrText } from "../../src/core/digits.js";
import type { TallyError } from "../../src/core/errors.js";
import { portableCrypto } from "../../src/core/portable-crypto.js";
import { createRenderer } from "../../src/render/index.js";
import { readLicencePdf, verifyCertificate } from "../../src/verify/index.js";
import { makeWorld } from "../verify/fixture.js";
import { HOST } from "./fixture.js";
import { LAYOUTS, licenceOf, longLicenceOf } from "./layouts.js";
import { metadataOf } from "./metadata.js";
import { crop, ink, pageCount, rasterise, readQrCodes, textOf } from "./raster.js";

const renderer = createRenderer({ verifyHost: HOST });
const PLACE = "合肥市政务服务中心一楼自助终端三号机（示例街道一百二十三号综合窗口东侧第九）四";
const printing = { time: "2026-11-22T02:05:00Z", place: PLACE };

for (const [name, type] of LAYOUTS)
  describe(`a printed copy of ${name}`, () => {
    const input = longLicenceOf(type);
    const pdf = renderer.renderPrintedCopy({ ...input, printing });

    it("says on every page that it is one, when and where it was printed, and what the licence says", async () => {
      const pages = await pageCount(pdf);
      expect(pages).to.equal(await pageCount(renderer.render(input)));
      for (let page = 0; page < pages; page++) {
        const text = await textOf(pdf, page);
        expect(text.match(/打印件\s*PRINTED COPY/g), `page ${page + 1}`).to.have.length(
          type.layout.fold && page === 0 ? 3 : 2,
        );
        expect(text).to.contain("2026-11-22 10:05 (UTC+8)").and.contain(PLACE);
        expect(text.replace(/\s/g, "")).to.contain(type.layout.title.zh.replace(/\s/g, ""));
      }
      const licence = await textOf(renderer.render(input));
      const values = licence.split("\n").filter((line) => line.length > 12 && !line.includes("样本"));
      const copy = await textOf(pdf);
      for (const line of values.slice(0, 5)) expect(copy).to.contain(line.trim());
    });

    it("has the licence's own code, read from the page at 300 dpi", async () => {
      const expected = qrText(HOST, fromBase64Url(input.evidence.token));
      const page = await rasterise(pdf, 300);
      const { qr } = type.layout;
      const plate = crop(page, 300, qr.x - 6, qr.y - 6, qr.size + 12, qr.size + 12);
      expect(await readQrCodes(plate)).to.deep.equal([expected]);
    });

    it("leaves the edge of the paper free", async () => {
      const { width, height, grey } = await rasterise(pdf, 100);
      const edge = { width, height: 4, grey: grey.slice(0, 4 * width) };
      expect(height).to.be.greaterThan(4);
      expect(ink(edge)).to.equal(0);
    });

    it("is one of our files without the record or metadata of a licence, and the same bytes for the same print", () => {
      expect(readLicencePdf(pdf, portableCrypto).attachments.map((each) => each.name)).to.deep.equal(["type.json"]);
      expect(metadataOf(pdf)).not.to.contain("zz:ZZBS");
      expect(readLicencePdf(pdf, portableCrypto).seal).to.equal(null);
      expect(Buffer.from(renderer.renderPrintedCopy({ ...input, printing })).equals(pdf)).to.equal(true);
    });
  });

describe("a printed copy", () => {
  const world = makeWorld();
  const [type] = [...LAYOUTS.values()] as [typeof world.type];
  const input = licenceOf(type);
  const pdf = renderer.renderPrintedCopy({ ...input, printing });
  const verify = (bytes: Uint8Array) =>
    verifyCertificate({ bytes }, { trust: world.trust, registry: world.registry, now: world.now() });

  it("is never taken for the licence's file, nor for a forgery: format.printed-copy", async () => {
    const report = await verify(pdf);
    expect(report).to.include({ verdict: "undecided", authenticity: "undecided", reason: "format.printed-copy" });
    expect(report.document).to.include({ form: "pdf", certificateIdentifier: null });
  });

  it("that calls itself otherwise is no licence: format.attachment-missing", async () => {
    const text = Buffer.from(pdf)
      .toString("latin1")
      .replace("(tigertally-printed-copy/1)", "(tigertally-printed_copy/1)");
    expect(await verify(Buffer.from(text, "latin1"))).to.include({
      ...{ verdict: "not-genuine", reason: "format.attachment-missing" },
    });
  });

  it("is not drawn before the licence is anchored, nor for a place that cannot be set", () => {
    const refusal = (draw: () => unknown): Pick<TallyError, "code" | "field"> => {
      try {
        draw();
      } catch (error) {
        const { code, field } = error as TallyError;
        return { code, field };
      }
      throw new Error("it was drawn");
    };
    const { token, version } = input.evidence;
    expect(
      refusal(() => renderer.renderPrintedCopy({ ...input, evidence: { token, version }, printing })),
    ).to.deep.equal({
      ...{ code: "certificate.not-renderable", field: "evidence" },
    });
    for (const place of ["\u{10ffff}", "عمّان", "a\u202eb"])
      expect(refusal(() => renderer.renderPrintedCopy({ ...input, printing: { ...printing, place } }))).to.deep.equal({
        ...{ code: "certificate.not-renderable", field: "place" },
      });
  });
});
