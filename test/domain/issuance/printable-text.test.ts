// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import type { Certificate } from "../../../src/core/certificate.js";
import { pendingEvidence } from "../../../src/core/evidence-reader.js";
import { parseJson } from "../../../src/core/strict-json.js";
import type { IssueRequest } from "../../../src/domain/issuance/index.js";
import { createRenderer, type Renderer } from "../../../src/render/index.js";
import { LAYOUTS } from "../../render/layouts.js";
import { pageCount, textOf } from "../../render/raster.js";
import { tinyFont } from "../../render/tiny-font.js";
import { businessRequest, createWorld, foodRequest, issuer, rejection, type World } from "./world.js";

const HOST = "verify.licence.example.cn";

/** What is issued is printed: with the renderer that a service has, each text is on the page or refused before anything is signed. */
describe("a text that is to be printed", () => {
  const plain = createRenderer({ verifyHost: HOST });
  const extension = { name: "Extension B", bytes: tinyFont({ square: "𠮷", twoSquares: "𠮸", cmap: 12 }) };
  const withFallback = createRenderer({ verifyHost: HOST, fonts: [extension] });
  let world: World;
  const open = async ({ checkRenderable }: Renderer = plain) => {
    world = await createWorld({ checkRenderable });
  };
  afterEach(() => world.database.close());

  const named = (certificateHolder: string): IssueRequest => {
    const request = foodRequest(1);
    return { ...request, holders: [{ ...request.holders[0]!, certificateHolder }] };
  };
  const withItems = (businessItems: string): IssueRequest => {
    const request = foodRequest(1);
    return { ...request, face: { ...request.face, businessItems } };
  };

  /** As it was issued, rendered, and its text read by software that we did not write. */
  const printed = async (request: IssueRequest, renderer = plain, type = "food-business-permit"): Promise<string> => {
    await open(renderer);
    const { certificateIdentifier } = await world.issuance.issueCertificate(issuer, request);
    const record = (await world.certificates.findCertificate(certificateIdentifier))!;
    const certificate = parseJson(record.certificate) as unknown as Certificate;
    const pdf = renderer.render({
      ...{ certificate, evidence: pendingEvidence(record.token) },
      type: LAYOUTS.get(type)!,
    });
    let text = "";
    for (let page = 0; page < (await pageCount(pdf)); page++) text += await textOf(pdf, page);
    return text.replace(/\s/g, "");
  };

  for (const [what, name] of [
    ["one character", "喆"],
    ["rare characters only", "喆堃䶮𬭎㛃龘"],
    ["Latin letters with their marks, composed", "Café Zoë Ångström"],
    ["Greek and Cyrillic", "Αθηνα Москва"],
  ] as const)
    it(`is printed: a name of ${what}`, async () => {
      expect(await printed(named(name))).to.contain(name.replace(/\s/g, ""));
    });

  it("is printed: a name of 200 characters, in smaller type", async () => {
    const name = "合肥喆堃餐饮管理服务".repeat(20);
    expect(await printed(named(name))).to.contain(name);
  });

  it("is printed: a scope of business of 10,000 characters, on as many pages as it takes", async () => {
    let scope = "";
    for (let i = 1; scope.length < 10_000; i++) scope += `${i}号项目热食类制售；`;
    scope = scope.slice(0, 10_000);
    const request = businessRequest(1);
    const text = await printed(
      { ...request, face: { ...request.face, businessScope: scope } },
      plain,
      "business-licence",
    );
    // Where a page ends, its foot and the head of the next stand inside of an item.
    const cut = scope.split("；").filter((item) => !text.includes(item));
    expect(cut.length).to.be.lessThan(20);
    for (const character of "项目热食类制售；")
      expect(text.split(character).length, character).to.be.at.least(scope.split(character).length);
  });

  it("is printed with a fallback font that has its characters, and refused without: 𠮷", async () => {
    expect(await printed(named("𠮷𠮸"), withFallback)).to.contain("𠮷𠮸");
    world.database.close();
    await open();
    const error = await rejection(world.issuance.issueCertificate(issuer, named("𠮷野家")));
    expect(error).to.include({ code: "certificate.not-renderable" });
    expect(error.message).to.contain("𠮷").and.contain("U+20BB7").and.contain("TALLY_FALLBACK_FONTS");
  });

  for (const [what, text, code, why] of [
    ["right to left", "مطعم حلب", "certificate.not-renderable", "right to left"],
    ["both directions", "合肥 Aleppo حلب 餐厅", "certificate.not-renderable", "right to left"],
    ["Hebrew", "מסעדה", "certificate.not-renderable", "right to left"],
    ["emoji", "老虎🐯餐厅", "certificate.not-renderable", "U+1F42F"],
    ["a flag", "🇨🇳餐厅", "certificate.not-renderable", "picture of several characters"],
    ["a marked letter that no one character is", "x\u0323餐厅", "certificate.not-renderable", "mark"],
    ["a family of joined pictures", "👨\u200d👩\u200d👧餐厅", "certificate.claims-invalid", "U+200D"],
    ["a mark that would compose", "e\u0301餐厅", "certificate.claims-invalid", "normal form C"],
    ["a variation of a character", "葛\u{e0100}城", "certificate.claims-invalid", "U+E0100"],
    ["a zero byte", "甲\u0000乙", "certificate.claims-invalid", "U+0000"],
    ["an override of direction", "甲\u202e乙", "certificate.claims-invalid", "U+202E"],
    ["a character for private use", "甲\ue000乙", "certificate.claims-invalid", "U+E000"],
    ["half of a pair", "甲\ud842", "certificate.claims-invalid", "surrogate"],
    ["a character that no font has", "甲\u{2ebf0}", "certificate.not-renderable", "U+2EBF0"],
  ] as const)
    it(`is refused before anything is signed, with field, character and way out: ${what}`, async () => {
      await open();
      for (const [request, field] of [
        [named(text), "/holders/0/certificateHolder"],
        [withItems(text), "/face/businessItems"],
      ] as const) {
        const error = await rejection(world.issuance.issueCertificate(issuer, request));
        expect(error.code).to.equal(code);
        expect(error.field).to.equal(field);
        expect(JSON.stringify(error.problems)).to.contain(why);
      }
      expect(world.database.get("SELECT count(*) AS n FROM certificates")).to.deep.equal({ n: 0 });
    });
});
