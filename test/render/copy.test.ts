// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { fromBase64Url } from "../../src/core/base64.js";
import { canonicalBytes } from "../../src/core/canonical-json.js";
import { HOLDERS_CAUSE } from "../../src/core/copy/copy-texts.js";
import { qrText } from "../../src/core/digits.js";
import type { TallyError } from "../../src/core/errors.js";
import { portableCrypto } from "../../src/core/portable-crypto.js";
import { createRenderer, SEAL_ROOM } from "../../src/render/index.js";
import { readLicencePdf } from "../../src/verify/index.js";
import { anchoredCopyOf, copyOf } from "./copies.js";
import { HOST } from "./fixture.js";
import { LAYOUTS, licenceOf, longLicenceOf } from "./layouts.js";
import { metadataOf } from "./metadata.js";
import { crop, ink, pageCount, rasterise, readQrCodes, textOf } from "./raster.js";

const renderer = createRenderer({ verifyHost: HOST });
const bare = (text: string) => text.replace(/\s/g, "");
const times = (text: string, part: string) => text.split(part).length - 1;

for (const [name, type] of LAYOUTS)
  describe(`a reader's copy of ${name}`, () => {
    const licence = longLicenceOf(type);
    const input = copyOf(licence);
    const { statement, evidence } = input.copy;
    const pdf = renderer.renderCopy(input);

    it("says on every page for whom, for which matter and until when it is, above the page and across it", async () => {
      const pages = await pageCount(pdf);
      expect(pages).to.equal(await pageCount(renderer.render(licence)));
      for (let page = 0; page < pages; page++) {
        const text = bare(await textOf(pdf, page));
        expect(times(text, "加注件COPY"), `page ${page + 1}`).to.equal(type.layout.fold && page === 0 ? 3 : 2);
        expect(text).to.contain(`使用方For「${statement.user}」`).and.contain(`事项Matter「${statement.matter}」`);
        expect(text).to.contain("有效期至Until2026-12-2223:59:59制作Made2026-11-2309:30:00(UTC+8)");
        expect(text).to.contain(bare(type.layout.title.zh));
        // Once above the page, once across each half, there over several lines.
        expect(times(text, statement.user.slice(0, 4))).to.equal(times(text, "加注件COPY"));
      }
      expect(bare(await textOf(pdf))).not.to.contain("持证主体申请制作");
      const copied = await textOf(pdf);
      const values = (await textOf(renderer.render(licence))).split("\n").filter((line) => line.length > 12);
      for (const line of values.slice(0, 5)) expect(copied).to.contain(line.trim());
    });

    it("says on every page that the holder asked for it, where he did, in place of the bare making", async () => {
      const asked = renderer.renderCopy(copyOf(licence, { certificateCopyCause: HOLDERS_CAUSE }));
      for (let page = 0; page < (await pageCount(asked)); page++)
        expect(bare(await textOf(asked, page))).to.contain(
          "有效期至Until2026-12-2223:59:59应持证主体申请制作Madeatholder'srequest2026-11-2309:30:00(UTC+8)",
        );
    });

    it("has its own code, read at 300 dpi from the page under the tallest mark", async () => {
      const tallest = copyOf(licence, type.layout.page.startsWith("card") ? { user: "甲".repeat(100) } : TALLEST);
      const expected = qrText(HOST, fromBase64Url(tallest.copy.evidence.token));
      expect(await readQrCodes(await rasterise(renderer.renderCopy(tallest), 300))).to.deep.equal([expected]);
    });

    it("leaves the edge of the paper free", async () => {
      const page = await rasterise(pdf, 100);
      const { width, height } = page;
      const wide = (width / 100) * 25.4;
      expect(ink(crop(page, 100, 0, 0, wide, 1))).to.equal(0);
      expect(ink(crop(page, 100, 0, 0, 2.5, (height / 100) * 25.4))).to.equal(0);
    });

    it("carries licence and copy, and is the same bytes for the same copy", () => {
      const { attachments, seal } = readLicencePdf(pdf, portableCrypto);
      expect(attachments.map((each) => each.name)).to.deep.equal([
        ...["certificate.json", "copy-evidence.json", "copy.json", "type.json"],
      ]);
      const content = new Map(attachments.map((each) => [each.name, Buffer.from(each.bytes)]));
      for (const [file, value] of Object.entries({
        "certificate.json": input.certificate,
        "copy-evidence.json": evidence,
        "copy.json": statement,
        "type.json": type,
      }))
        expect(content.get(file)?.equals(canonicalBytes(value)), file).to.equal(true);
      // Whoever has the licence's token and place in its batch can make the licence's file.
      expect(Buffer.from(pdf).includes(licence.evidence.token)).to.equal(false);
      expect(seal).to.equal(null);
      expect(metadataOf(pdf))
        .to.contain("<zz:JZJYXQJZSJ>2026-12-22T23:59:59+08:00</zz:JZJYXQJZSJ>")
        .and.contain("zz:ZZBS");
      expect(metadataOf(renderer.render(licence))).not.to.contain("JZJ");
      const again = createRenderer({ verifyHost: HOST }).renderCopy(structuredClone(input));
      expect(Buffer.from(again).equals(pdf)).to.equal(true);
    });
  });

const TALLEST = { user: "龘".repeat(200), matter: "变".repeat(200) };

describe("a reader's copy", () => {
  const type = LAYOUTS.get("business-licence")!;
  const card = LAYOUTS.get("road-transport-certificate")!;
  const refusal = (draw: () => unknown): Pick<TallyError, "code" | "field" | "message"> => {
    try {
      draw();
    } catch (error) {
      const { code, field, message } = error as TallyError;
      return { code, field, message };
    }
    throw new Error("it was drawn");
  };

  it("has names of 200 characters whole, over as many lines as they take", async () => {
    const text = bare(await textOf(renderer.renderCopy(copyOf(licenceOf(type), TALLEST))));
    expect(text).to.contain(`使用方For「${TALLEST.user}」`).and.contain(`事项Matter「${TALLEST.matter}」`);
  });

  it("has no more than the first forty characters of a long name across the page, whole as the mark has it", async () => {
    const user = "赣".repeat(38) + "湘".repeat(162);
    const text = bare(await textOf(renderer.renderCopy(copyOf(licenceOf(type), { user }))));
    expect(text).to.contain(`「${user}」`);
    expect(times(text, "湘") - 162).to.equal(times(text, "加注件COPY") - 1);
  });

  it("is sealed where the licence would be, lowered with its page, and not while it is pending", async () => {
    const seal = {
      ...{ name: "虎符示例市市场监督管理局", code: "3401000012345", star: true },
      ...{ time: "2026-11-23T02:00:00Z", reason: "电子证照加注件", room: SEAL_ROOM.usual },
    };
    const pending = copyOf(licenceOf(type));
    expect(refusal(() => renderer.renderSealedCopy({ ...pending, seal }))).to.include({
      ...{ code: "certificate.not-renderable", field: "evidence" },
    });
    const input = anchoredCopyOf(licenceOf(type));
    const { bytes } = renderer.renderSealedCopy({ ...input, seal });
    const read = readLicencePdf(bytes, portableCrypto);
    expect(read.seal?.statement).to.deep.equal(seal);
    const [page, unsealed] = [await rasterise(bytes, 100), await rasterise(renderer.renderCopy(input), 100)];
    const { x, y, size } = type.layout.seal;
    const scale = 1 - 4 / 210;
    const box = [(297 * (1 - scale)) / 2 + x * scale, 4 + y * scale, size * scale, size * scale] as const;
    const inked = (of: typeof page) => ink(crop(of, 100, ...box));
    expect(inked(page)).to.be.greaterThan(inked(unsealed) + 0.05);
    // All of it is there, and nothing of it beside the box.
    const beside = (of: typeof page) => ink(crop(of, 100, box[0] - 4, box[1], 3, box[3]));
    expect(beside(page)).to.be.closeTo(beside(unsealed), 0.002);
  });

  it("is refused where user or matter cannot be set, with the field and a way out", () => {
    for (const [field, changes] of [
      ["/user", { user: "甲".repeat(190) }],
      ["/matter", { matter: "变更".repeat(80) }],
    ] as const) {
      const refused = refusal(() => renderer.renderCopy(copyOf(licenceOf(card), changes)));
      expect(refused).to.include({ code: "certificate.not-renderable", field });
      expect(refused.message).to.contain("make it shorter, or use a larger page");
    }
    for (const field of ["user", "matter"])
      for (const text of ["\u{10ffff}", "عمّان", "a\u202eb"])
        expect(refusal(() => renderer.renderCopy(copyOf(licenceOf(type), { [field]: text })))).to.include({
          ...{ code: "certificate.not-renderable", field: `/${field}` },
        });
  });
});
