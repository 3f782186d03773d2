// SPDX-License-Identifier: Apache-2.0
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { expect } from "chai";
import { canonicalBytes } from "../../src/core/canonical-json.js";
import { TallyError } from "../../src/core/errors.js";
import { portableCrypto } from "../../src/core/portable-crypto.js";
import type { LayoutRow, TypeDefinition } from "../../src/core/type-definition.js";
import { createRenderer } from "../../src/render/index.js";
import { samePdfContent } from "../../src/verify/pdf/compare.js";
import { readLicencePdf } from "../../src/verify/pdf/read-licence-pdf.js";
import { anchoredEvidence, HOST, type PermitChanges, pendingEvidence, permit, permitType } from "./fixture.js";
import { metadataOf } from "./metadata.js";
import { crop, ink, rasterise, textOf } from "./raster.js";
import { tinyFont } from "./tiny-font.js";

const renderer = createRenderer({ verifyHost: HOST });
const render = (changes: PermitChanges = {}, type = permitType) =>
  renderer.render({ certificate: permit(changes), evidence: anchoredEvidence(changes.serial), type });
const read = (pdf: Uint8Array) => readLicencePdf(pdf, portableCrypto);
const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

function withRow(row: Partial<LayoutRow> & Pick<LayoutRow, "pointer">): TypeDefinition {
  const label = { zh: "测试", en: "Test" };
  return { ...permitType, layout: { ...permitType.layout, rows: [{ label, maxLines: 1, ...row }] } };
}

describe("a rendered licence", () => {
  it("is accepted by the strict reader, with its three attachments in canonical form", () => {
    const { attachments, producer, seal } = read(render());
    expect(attachments.map(({ name }) => name)).to.deep.equal(["certificate.json", "evidence.json", "type.json"]);
    const [certificate, evidence, type] = attachments.map(({ bytes }) => Buffer.from(bytes).toString());
    expect(certificate).to.equal(Buffer.from(canonicalBytes(permit())).toString());
    expect(evidence).to.equal(Buffer.from(canonicalBytes(anchoredEvidence())).toString());
    expect(type).to.equal(Buffer.from(canonicalBytes(permitType)).toString());
    expect(producer).to.equal(renderer.rendererId(permitType));
    expect(producer).to.match(/^tigertally-render\/4 [0-9a-f]{16}$/);
    expect(seal).to.equal(null);
  });

  it("is the same file, byte for byte, when rendered again, also from parsed JSON", () => {
    const parsed = JSON.parse(Buffer.from(canonicalBytes(permit())).toString());
    const type = JSON.parse(JSON.stringify(permitType));
    const again = renderer.render({ certificate: parsed, evidence: anchoredEvidence(), type });
    expect(sha256(again)).to.equal(sha256(render()));
  });

  it("is the same file in another process", () => {
    const script = `
      import { createRenderer } from "./src/render/index.ts";
      import { anchoredEvidence, HOST, permit, permitType } from "./test/render/fixture.ts";
      const renderer = createRenderer({ verifyHost: HOST });
      const pdf = renderer.render({ certificate: permit(), evidence: anchoredEvidence(), type: permitType });
      process.stdout.write(Buffer.from(pdf).toString("base64"));`;
    const { stdout, stderr } = spawnSync(
      process.execPath,
      ["--import", "tsx", "--input-type=module", "--eval", script],
      { encoding: "utf8", maxBuffer: 1 << 24 },
    );
    expect(stdout, stderr).not.to.equal("");
    const other = new Uint8Array(Buffer.from(stdout, "base64"));
    expect(samePdfContent(read(other), read(render()))).to.equal(true);
    expect(sha256(other)).to.equal(sha256(render()));
  });

  it("has other decoded objects when anything printed differs", () => {
    const original = read(render());
    expect(samePdfContent(read(render({ holder: "合肥㛃龘餐饮管理有限公同" })), original)).to.equal(false);
    expect(samePdfContent(read(render({ face: { online: false } })), original)).to.equal(false);
    expect(samePdfContent(read(render({ serial: 1 })), original)).to.equal(false);
  });

  it("is identified by its certificate, and its state by its evidence", () => {
    const id = (pdf: Uint8Array) =>
      /\/ID\[<([0-9a-f]{32})><([0-9a-f]{32})>\]/.exec(Buffer.from(pdf).toString("latin1"));
    const anchored = id(render());
    const pending = id(renderer.render({ certificate: permit(), evidence: pendingEvidence(), type: permitType }));
    expect(anchored?.[1]).to.equal(sha256(canonicalBytes(permit())).slice(0, 32));
    expect(pending?.[1]).to.equal(anchored?.[1]);
    expect(pending?.[2]).not.to.equal(anchored?.[2]);
  });

  it("carries the metadata of GB/T 36903 and takes its dates from the proof", () => {
    const pdf = render();
    const file = metadataOf(pdf);
    const subject = permit().credentialSubject;
    expect(file).to.contain(`<zz:ZZBS>${subject.certificateIdentifier}</zz:ZZBS>`);
    expect(file).to.contain(`<zz:CZZT>${subject.certificateHolder[0]!.certificateHolder}</zz:CZZT>`);
    expect(file).to.contain("<zz:ZZYXQJZRQ>2031-11-21</zz:ZZYXQJZRQ>");
    expect(file).to.contain("<pdfaid:part>3</pdfaid:part>");
    expect(file).to.contain("<xmp:CreateDate>2026-11-22T03:04:05Z</xmp:CreateDate>");
    expect(Buffer.from(pdf).toString("latin1")).to.contain("/CreationDate(D:20261122030405Z)");
  });

  it("escapes what XML would misread", () => {
    const file = metadataOf(render({ holder: "A&B<商贸>\"'公司" }));
    expect(file).to.contain("<zz:CZZT>A&#38;B&#60;商贸&#62;&#34;&#39;公司</zz:CZZT>");
  });

  it("stays within 75 KB", () => {
    expect(render().length).to.be.lessThan(75 * 1024);
  });

  it("has every value in its text layer, rare characters included", async () => {
    const text = (await textOf(render({ holder: "合肥喆堃䶮𬭎㛃龘有限公司" }))).replace(/\s/g, "");
    for (const value of [
      "合肥喆堃䶮𬭎㛃龘有限公司",
      "91340100MA00000000",
      "王喆堃",
      "2026年11月22日至2031年11月21日",
      "合肥市样例市场监督管理局",
      "扫码验证",
      permit().credentialSubject.certificateIdentifier,
    ])
      expect(text).to.contain(value);
  });

  it("shows the end date as the last valid day, and no end date as 长期", async () => {
    expect(await textOf(render({ validUntil: "2027-02-28T23:59:59+08:00" }))).to.contain("2027年2月28日");
    const longTerm = await textOf(render({ validUntil: null }));
    expect(longTerm).to.contain("长期");
    expect(longTerm).not.to.contain("至 ");
  });

  it("prints the type's words for booleans and null, or plain ones", async () => {
    const words = {
      true: { zh: "允许", en: "yes" },
      false: { zh: "禁止", en: "no" },
      null: { zh: "未登记", en: "none" },
    };
    for (const [value, own, plain] of [
      [true, "允许", "是"],
      [false, "禁止", "否"],
      [null, "未登记", "——"],
    ] as const) {
      expect(await textOf(render({ face: { online: value } }, withRow({ pointer: "/face/online", words })))).to.contain(
        own,
      );
      expect(await textOf(render({ face: { online: value } }, withRow({ pointer: "/face/online" })))).to.contain(plain);
    }
  });

  it("prints stars in place of masked characters", async () => {
    const masked = withRow({ pointer: "/certificateHolder/0/certificateHolderCode", mask: { from: 10, to: 14 } });
    const text = await textOf(render({}, masked));
    expect(text).to.contain("91340100MA****0000");
    expect(text).not.to.contain("91340100MA00000000");
  });

  it("masks only the kind of holder that the mask names", async () => {
    const masked = (holderType: string) =>
      withRow({ pointer: "/certificateHolder/0/certificateHolderCode", mask: { from: 10, to: 14, holderType } });
    expect(await textOf(render({}, masked("001")))).to.contain("91340100MA****0000");
    expect(await textOf(render({}, masked("111")))).to.contain("91340100MA00000000");
  });

  it("prints dates and lists as a person writes them", async () => {
    expect(await textOf(render({ face: { form: "2020-03-01" } }, withRow({ pointer: "/face/form" })))).to.contain(
      "2020年3月1日",
    );
    expect(await textOf(render({ face: { form: ["甲", "乙"] } }, withRow({ pointer: "/face/form" })))).to.contain(
      "甲、乙",
    );
    expect(await textOf(render({ face: { form: { b: 2, a: "一" } } }, withRow({ pointer: "/face/form" })))).to.contain(
      "一 2",
    );
  });

  it("is clearly marked 锚定中 while pending, and only then", async () => {
    const pending = renderer.render({ certificate: permit(), evidence: pendingEvidence(), type: permitType });
    read(pending);
    expect(await textOf(pending)).to.contain("锚定中");
    expect(await textOf(render())).not.to.contain("锚定中");
    const stamp = async (pdf: Uint8Array) => ink(crop(await rasterise(pdf, 100), 100, 155, 19, 36, 17));
    expect(await stamp(pending)).to.be.greaterThan((await stamp(render())) + 0.05);
  });

  it("shows the type's watermark", async () => {
    const sample = { ...permitType, layout: { ...permitType.layout, watermark: { zh: "样例", en: "Sample" } } };
    const pdf = render({}, sample);
    read(pdf);
    expect(await textOf(pdf)).to.contain("样例");
  });

  it("sets a name of 200 characters in smaller type on several lines, inside its cell", async () => {
    const name = "合肥喆堃餐饮".repeat(34).slice(0, 200);
    const roomy = withRow({ pointer: "/certificateHolder/0/certificateHolder", maxLines: 6 });
    const pdf = render({ holder: name }, roomy);
    expect((await textOf(pdf)).replace(/\s/g, "")).to.contain(name);
    const page = await rasterise(pdf, 100);
    const rightOfValues = crop(page, 100, 185, 66, 7, 60);
    expect(ink(rightOfValues)).to.equal(0);
  });

  it("is not made for a token whose code could not be read", () => {
    const token = Buffer.alloc(431, 7).toString("base64url");
    const input = { certificate: permit(), evidence: { version: 1 as const, token }, type: permitType };
    expect(() => renderer.render(input))
      .to.throw(TallyError, "431 bytes")
      .with.property("code", "certificate.not-renderable");
  });

  it("looks the same to a network with the same host only", () => {
    const other = createRenderer({ verifyHost: "elsewhere.example" });
    expect(other.rendererId(permitType)).not.to.equal(renderer.rendererId(permitType));
    expect(createRenderer({ verifyHost: HOST }).rendererId(permitType)).to.equal(renderer.rendererId(permitType));
  });
});

describe("the check before issuing", () => {
  const check = (changes: PermitChanges, type = permitType, from = renderer) => {
    const certificate = permit(changes);
    return from.checkRenderable(certificate.credentialSubject, certificate, type);
  };

  it("finds nothing wrong with a printable certificate", () => {
    expect(check({})).to.deep.equal([]);
  });

  it("names field, character, code point and way out for a missing glyph", () => {
    const problems = check({ holder: "𠮷野家有限公司" });
    expect(problems).to.have.length(1);
    expect(problems[0]!.field).to.equal("/certificateHolder/0/certificateHolder");
    expect(problems[0]!.message).to.contain("𠮷").and.contain("U+20BB7").and.contain("TALLY_FALLBACK_FONTS");
  });

  it("names a character that cannot be shown by its code point only", () => {
    expect(check({ face: { form: "一\u0007二" } })[0]!.message).to.contain("U+0007 is a control");
  });

  it("finds missing glyphs in the agency's name too", () => {
    expect(check({ issueDept: "𠮷市市场监督管理局" })[0]!.field).to.equal("/issueDept");
  });

  it("says which agency's name does not go on two lines", () => {
    const [problem] = check({ issueDept: "长".repeat(80) });
    expect(problem!.field).to.equal("/issueDept");
    expect(problem!.message).to.contain("80 characters").and.contain("two lines");
  });

  it("reports every field at fault, and rendering refuses the same", () => {
    const changes = { holder: "𠮷", issueDept: "长".repeat(80) };
    expect(check(changes)).to.have.length(2);
    try {
      render(changes);
      expect.fail("should have been refused");
    } catch (error) {
      expect(error).to.be.instanceOf(TallyError);
      expect((error as TallyError).code).to.equal("certificate.not-renderable");
      expect((error as TallyError).problems).to.deep.equal(check(changes));
    }
  });

  it("accepts what a fallback font can draw, and the page shows it", async () => {
    const bytes = tinyFont({ square: "𠮷", twoSquares: "𠮸", cmap: 12 });
    const rich = createRenderer({ verifyHost: HOST, fonts: [{ name: "Tiny Extension", bytes }] });
    expect(check({ holder: "𠮷野家" }, permitType, rich)).to.deep.equal([]);
    const pdf = rich.render({
      certificate: permit({ holder: "甲𠮷野𠮸家" }),
      evidence: anchoredEvidence(),
      type: permitType,
    });
    read(pdf);
    expect(await textOf(pdf)).to.contain("甲𠮷野𠮸家");
    expect(rich.rendererId(permitType)).not.to.equal(renderer.rendererId(permitType));
    // The square stands after the first character of the first row.
    expect(ink(crop(await rasterise(pdf, 300), 300, 73, 71.5, 3, 3))).to.be.greaterThan(0.95);
  });

  it("refuses a fallback font that is none, by name", () => {
    const fonts = [{ name: "broken.otf", bytes: new Uint8Array(20) }];
    expect(() => createRenderer({ verifyHost: HOST, fonts })).to.throw(TallyError, "broken.otf");
  });
});

describe("the check of a layout", () => {
  const problems = (layout: Partial<TypeDefinition["layout"]>) =>
    renderer.checkLayout({ ...permitType, layout: { ...permitType.layout, ...layout } });

  it("finds nothing wrong with a good one", () => {
    expect(renderer.checkLayout(permitType)).to.deep.equal([]);
  });

  it("finds rows that could run into the code", () => {
    const rows = permitType.layout.rows.map((row) => ({ ...row, maxLines: 5, width: "full" as const }));
    expect(problems({ rows })[0]).to.include({ field: "/layout/rows" });
  });

  it("finds a code that is too small, outside the border or under the seal", () => {
    expect(problems({ qr: { x: 30, y: 221, size: 25 } })[0]!.field).to.equal("/layout/qr/size");
    expect(problems({ qr: { x: 30, y: 250, size: 40 } })[0]!.field).to.equal("/layout/qr");
    expect(problems({ seal: { x: 60, y: 217, size: 46 } })[0]!.field).to.equal("/layout/seal");
  });

  const row = (changes: object) => [
    ...permitType.layout.rows.slice(0, 3),
    { ...permitType.layout.rows[8]!, ...changes },
  ];
  const label = { zh: "项目", en: "Item" };
  const found = (layout: object) => problems(layout).map(({ field, message }) => `${field} ${message}`);

  for (const [what, layout, expected] of [
    [
      "a column that is narrower than four characters",
      {
        rows: row({
          columns: [
            { label, width: 1 },
            { label, width: 40 },
          ],
        }),
      },
      "/layout/rows/3/columns/0/width makes the column narrower than four characters",
    ],
    [
      "half rows that leave no room for the value",
      { body: { x: 60, y: 80, width: 70, height: 120 } },
      "make it a full row",
    ],
    [
      "further pages without room for text",
      { rows: row({ flow: true }), qr: { x: 29, y: 60, size: 200 } },
      "/layout/qr/size leaves no room for text on further pages",
    ],
    [
      "a preamble with more words than room",
      { preamble: { x: 30, y: 100, width: 40, height: 5, text: { zh: "甲".repeat(600), en: "a" } } },
      "/layout/preamble has more words than its box has room for",
    ],
    [
      "a preamble on the rows",
      { preamble: { x: 30, y: 100, width: 100, height: 60, text: label } },
      "/layout/preamble must not touch the rows",
    ],
    [
      "a heading on the rows",
      { heading: { x: 30, y: 30, width: 150, height: 50 }, body: { x: 30, y: 60, width: 150, height: 130 } },
      "/layout/body must not touch the heading",
    ],
    [
      "a body that leaves the border",
      { body: { x: 2, y: 80, width: 200, height: 100 } },
      "/layout/body must stand inside the border",
    ],
    ["a seal off the page", { seal: { x: 200, y: 217, size: 46 } }, "/layout/seal must stand inside the border"],
    [
      "a column's label that no font has",
      { rows: row({ columns: [{ label: { zh: "𠮷", en: "Item" }, width: 1 }] }) },
      "/layout/rows/3/columns/0/label the fonts have no glyph",
    ],
    [
      "words for a code that no font has",
      { rows: row({ columns: [{ label, width: 1, codes: { a: { zh: "𠮷", en: "a" } } }] }) },
      "/layout/rows/3 the fonts have no glyph",
    ],
    [
      "words for a value that no font has",
      { rows: row({ words: { null: { zh: "𠮷", en: "a" } } }) },
      "/layout/rows/3 the",
    ],
    ["a watermark that no font has", { watermark: { zh: "𠮷", en: "a" } }, "/layout/watermark the fonts have no glyph"],
    [
      "a preamble that no font has",
      { preamble: { x: 30, y: 100, width: 100, height: 60, text: { zh: "𠮷", en: "a" } } },
      "/layout/preamble/text/zh the fonts have no glyph",
    ],
  ] as const)
    it(`finds ${what}`, () => {
      expect(found(layout).join("\n")).to.contain(expected);
    });

  it("finds words that cannot be drawn, and rendering refuses them", () => {
    const title = { zh: "𠮷证", en: "Licence" };
    expect(problems({ title })[0]!.message).to.contain("U+20BB7");
    const type = { ...permitType, layout: { ...permitType.layout, title } };
    expect(() => render({}, type))
      .to.throw(TallyError, "cannot be printed")
      .with.property("code", "type.invalid");
  });
});
