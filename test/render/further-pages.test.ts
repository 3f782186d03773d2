// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { fromBase64Url } from "../../src/core/base64.js";
import type { Certificate, CertificateHolder } from "../../src/core/certificate.js";
import { qrText } from "../../src/core/digits.js";
import { portableCrypto } from "../../src/core/portable-crypto.js";
import type { LayoutRow, TypeDefinition } from "../../src/core/type-definition.js";
import { createRenderer } from "../../src/render/index.js";
import { mostEntries } from "../../src/render/layout/further-pages.js";
import { furtherPageGeometry, pageGeometry } from "../../src/render/layout/page-geometry.js";
import { readLicencePdf } from "../../src/verify/pdf/read-licence-pdf.js";
import { anchoredEvidence, HOST, permit, permitType } from "./fixture.js";
import { crop, ink, pageCount, rasterise, readQrCodes, textOf } from "./raster.js";

const renderer = createRenderer({ verifyHost: HOST });
const plain = (text: string) => text.replace(/\s/g, "");

function typeWith(change: (row: LayoutRow) => LayoutRow): TypeDefinition {
  const { layout } = permitType;
  return { ...permitType, layout: { ...layout, rows: layout.rows.map(change) } };
}

const flowing = typeWith((row) => (row.pointer === "/face/scope" ? { ...row, flow: true } : row));
const render = (type: TypeDefinition, certificate: Certificate) =>
  renderer.render({ certificate, evidence: anchoredEvidence(), type });
const withScope = (scope: string) => permit({ face: { scope } });

/** Distinct at every place, so that a lost, doubled or swapped line shows. */
function longText(length: number): string {
  let text = "";
  for (let i = 1; text.length < length; i++) text += `第${i}项预包装食品销售（含冷藏冷冻食品）；`;
  return text.slice(0, length);
}

describe("a value that goes on", () => {
  const scope = longText(10_000);
  let pdf: Uint8Array;
  let pages: number;

  before(async () => {
    pdf = render(flowing, withScope(scope));
    pages = await pageCount(pdf);
  });

  it("takes as many pages as it needs, and loses no character of 10,000", async () => {
    expect(pages).to.be.within(5, 12);
    let text = "";
    for (let page = 0; page < pages; page++) text += plain(await textOf(pdf, page));
    for (let i = 1; i <= 400; i++) expect(text).to.contain(`第${i}项`);
    // Page heads have none of these.
    for (const character of "预装售含藏冻；")
      expect(text.split(character).length, character).to.equal(scope.split(character).length);
    expect(readLicencePdf(pdf, portableCrypto).attachments).to.have.length(3);
  });

  it("repeats title, identifier, page number and code on every page", async () => {
    const certificate = withScope(scope);
    const code = qrText(HOST, fromBase64Url(anchoredEvidence().token));
    for (let page = 0; page < pages; page++) {
      const text = plain(await textOf(pdf, page));
      expect(text).to.contain("食品经营许可证");
      expect(text).to.contain(certificate.credentialSubject.certificateIdentifier);
      expect(text).to.contain(`第${page + 1}页共${pages}页`);
      if (page < 3)
        expect(await readQrCodes(await rasterise(pdf, 200, page)), `page ${page + 1}`).to.deep.equal([code]);
    }
  });

  it("says on the first page where it goes on", async () => {
    expect(plain(await textOf(pdf))).to.contain("下转第2页");
    expect(plain(await textOf(pdf, 1))).to.contain("经营项目（续）");
  });

  it("keeps its text inside the border", async () => {
    const page = await rasterise(pdf, 100, 1);
    expect(ink(crop(page, 100, 185, 80, 7, 190))).to.equal(0);
    expect(ink(crop(page, 100, 20, 274, 60, 5))).to.equal(0);
  });

  it("stays on one page when it fits", async () => {
    const short = render(flowing, permit());
    expect(await pageCount(short)).to.equal(1);
    expect(plain(await textOf(short)))
      .to.contain("第1页共1页")
      .and.not.contain("下转");
  });

  it("breaks lines where the text does", async () => {
    const text = await textOf(render(flowing, withScope("一、甲\n二、乙")));
    expect(text).to.match(/一、甲\s+二、乙/);
  });

  it("is refused beyond twenty pages, in bounded time", () => {
    const started = performance.now();
    const [problem] = renderer.checkRenderable(withScope(longText(60_000)).credentialSubject, permit(), flowing);
    expect(problem).to.include({ field: "/face/scope" });
    expect(problem!.message).to.contain("20 pages");
    expect(performance.now() - started).to.be.lessThan(5_000);
  });

  it("may be of a row that does not flow, when it does not go into what the page has left either", async () => {
    const rowsOf = async (length: number) => {
      const file = render(permitType, withScope(longText(length)));
      return { pages: await pageCount(file), text: plain(await textOf(file)) };
    };
    // Four lines of full size are some 130 characters, of the smallest type some 350.
    const small = await rowsOf(500);
    expect(small.pages).to.equal(1);
    expect(small.text).to.contain(longText(500));
    expect((await rowsOf(2000)).pages).to.equal(2);
  });

  it("runs around the code of a further page", async () => {
    const page = await rasterise(pdf, 100, 1);
    // Right of the lines beside the code, and below its caption: the same column without and with text.
    const column = (y: number, height: number) => ink(crop(page, 100, 150, y, 30, height));
    expect(column(79, 5)).to.be.greaterThan(0.02);
    expect(ink(crop(page, 100, 26, 50, 100, 20))).to.be.greaterThan(0.02);
  });
});

describe("a table", () => {
  const table = typeWith((row) =>
    row.pointer === "/certificateHolder/0/certificateHolder"
      ? {
          label: { zh: "权利人", en: "Owners" },
          pointer: "/certificateHolder",
          maxLines: 3,
          columns: [
            { label: { zh: "姓名或名称", en: "Name" }, member: "certificateHolder", width: 4 },
            {
              label: { zh: "证件种类", en: "Document" },
              member: "certificateHolderType",
              width: 3,
              codes: { "001": { zh: "统一社会信用代码", en: "USCC" } },
            },
            {
              label: { zh: "证件号", en: "Number" },
              member: "certificateHolderCode",
              width: 4,
              mask: { from: 2, to: 6, holderType: "111" },
            },
          ],
        }
      : row,
  );
  const owners = (count: number, name = "甲"): Certificate => {
    const certificate = permit();
    const certificateHolder: CertificateHolder[] = Array.from({ length: count }, (_, i) => ({
      certificateHolder: `${name}${i + 1}号`,
      certificateHolderCode: `91${String(i).padStart(4, "0")}X`,
      certificateHolderType: i % 2 === 0 ? "001" : "111",
    }));
    return { ...certificate, credentialSubject: { ...certificate.credentialSubject, certificateHolder } };
  };

  it("lists each holder with words for codes and masks for its kind", async () => {
    const text = plain(await textOf(render(table, owners(3))));
    expect(text).to.contain("姓名或名称").and.contain("统一社会信用代码");
    for (const words of ["甲1号", "甲2号", "甲3号", "910000X", "91****X", "910002X"]) expect(text).to.contain(words);
    expect(await pageCount(render(table, owners(3)))).to.equal(1);
  });

  it("goes on where it is too long, with its heads", async () => {
    const pdf = render(table, owners(60));
    const pages = await pageCount(pdf);
    expect(pages).to.equal(3);
    const text = (await Promise.all([0, 1, 2].map((page) => textOf(pdf, page)))).map(plain);
    for (let i = 1; i <= 60; i++)
      expect(
        text.filter((each) => each.includes(`甲${i}号`)),
        `holder ${i}`,
      ).to.have.length(1);
    expect(text[0]).to.contain("下转第2页");
    for (const each of text) expect(each).to.contain("证件种类");
    expect(text[2]).to.contain("权利人（续）");
  });

  it("uses what other rows leave of the page before it goes on", async () => {
    const pdf = render(table, owners(6));
    expect(await pageCount(pdf)).to.equal(1);
    expect(plain(await textOf(pdf)))
      .to.contain("甲6号")
      .and.not.contain("下转");
  });

  it("sets a name of two hundred characters in as many lines as it needs", async () => {
    const name = "合肥喆堃餐饮".repeat(34).slice(0, 200);
    const pdf = render(table, owners(2, name));
    const text = (await textOf(pdf)) + (await textOf(pdf, 1));
    for (const character of "喆堃饮") expect(text.split(character).length - 1, character).to.be.at.least(2 * 33);
  });

  it("names the entry that is higher than a page", () => {
    const subject = owners(2, "名".repeat(2000)).credentialSubject;
    const [problem] = renderer.checkRenderable(subject, permit(), table);
    expect(problem).to.include({ field: "/certificateHolder/0/certificateHolder" });
    expect(problem!.message).to.contain("higher than a page");
  });

  it("is refused by the number of its entries before any beyond twenty pages is looked at", () => {
    let read = 0;
    const counted = (count: number): Certificate => {
      const certificate = owners(1);
      const holder = {
        get certificateHolder() {
          read++;
          return "甲";
        },
        certificateHolderCode: "91",
        certificateHolderType: "001",
      };
      const certificateHolder = Array.from({ length: count }, () => holder);
      return { ...certificate, credentialSubject: { ...certificate.credentialSubject, certificateHolder } };
    };
    const problemsOf = (count: number) => {
      read = 0;
      return renderer.checkRenderable(counted(count).credentialSubject, permit(), table);
    };
    const most = mostEntries(pageGeometry(table.layout), furtherPageGeometry(table.layout));
    expect(problemsOf(500)).to.deep.equal([]);
    // Down to the last one that the rule lets through, what does not fit is found by laying it out.
    for (const count of [most - 1, most])
      expect(problemsOf(count)[0]!.message).to.contain("more than 20 pages").and.not.contain("entries");
    for (const count of [most + 1, 1_000_000]) {
      const problems = problemsOf(count);
      expect(problems).to.have.length(1);
      expect(problems[0]).to.include({ field: "/certificateHolder" });
      expect(problems[0]!.message).to.contain(`more than ${most} entries`);
      expect(read, "entries looked at").to.be.at.most(most + 1);
    }
  });

  it("prints a list among the fields, entries without a member included", async () => {
    const listed = typeWith((row) =>
      row.pointer === "/face/scope"
        ? { ...row, columns: [{ label: { zh: "项目", en: "Item" }, width: 1 }], maxLines: 4 }
        : row,
    );
    const scope = Array.from({ length: 30 }, (_, i) => `第${i}项`);
    const text = plain(await textOf(render(listed, permit({ face: { scope } }))));
    expect(text).to.match(/项目Item第0项第1项第2项第3项.*（下转第2页/);
  });
});

describe("characters that no font sets right", () => {
  for (const [what, text, problem] of [
    ["Arabic", "محمد", "right to left"],
    ["Hebrew", "שלום", "right to left"],
    ["mixed directions", "合肥 abc עברית 公司", "right to left"],
    ["a combining mark", "e\u0301x\u0323", "stands on another"],
    ["a variation selector", "葛\u{e0100}城", "stands on another"],
    ["Tibetan", "བཀྲ་ཤིས", "shape"],
    ["a flag", "🇨🇳", "several characters"],
    ["a control character", "甲\u0000乙", "control"],
    ["an override of direction", "甲\u202e乙", "control"],
    ["emoji", "甲🐯", "no glyph"],
  ] as const)
    it(`are refused with field and way out: ${what}`, () => {
      const problems = renderer.checkRenderable(permit({ holder: text }).credentialSubject, permit(), permitType);
      expect(problems).to.not.be.empty;
      for (const { field } of problems) expect(field).to.equal("/certificateHolder/0/certificateHolder");
      expect(
        problems.some(({ message }) => message.includes(problem)),
        problems[0]?.message,
      ).to.equal(true);
    });

  it("leave a name of one character and one of two hundred printable", async () => {
    const roomy = typeWith((row) => (row.pointer.endsWith("/certificateHolder") ? { ...row, maxLines: 5 } : row));
    for (const holder of ["喆", "合肥喆堃餐饮".repeat(34).slice(0, 200)])
      expect(plain(await textOf(render(roomy, permit({ holder }))))).to.contain(holder);
  });
});
