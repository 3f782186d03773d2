// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from "node:fs";
import { expect } from "chai";
import { utf8 } from "../../../src/core/bytes.js";
import type { ImportResult } from "../../../src/domain/issuance/index.js";
import { SAMPLE_PHOTO } from "../../../src/render/sample/sample-photo.js";
import {
  AGENCY,
  companyOf,
  createWorld,
  FOOD,
  issuer,
  permitNumber,
  rejection,
  TRANSPORT,
  transportRequest,
  type World,
} from "./world.js";

const HEADER =
  "certificateNumber,holderName,holderCode,holderType,validUntil,legalRepresentative,domicile,premises,businessForm,businessItems,onlineOperation,warehouseAddress";

const row = (n: number, changes: Record<string, string> = {}): string =>
  Object.values({
    number: permitNumber(n),
    name: `样例${n}号店`,
    code: companyOf(n),
    type: "001",
    until: "2031-11-21",
    representative: "王喆堃",
    domicile: "样例路1号",
    premises: "样例路1号",
    form: "餐饮服务经营者",
    items: "热食类食品制售",
    online: "true",
    warehouse: "",
    ...changes,
  }).join(",");

async function* piece(...texts: (string | Uint8Array)[]) {
  for (const text of texts) yield typeof text === "string" ? utf8(text) : text;
}

describe("importCsv", () => {
  let world: World;
  beforeEach(async () => {
    world = await createWorld();
  });
  afterEach(() => world.database.close());

  const importText = async (...texts: (string | Uint8Array)[]): Promise<ImportResult[]> => {
    const results: ImportResult[] = [];
    for await (const result of world.issuance.importCsv(issuer, { typeCode: FOOD }, piece(...texts)))
      results.push(result);
    return results;
  };
  const faceOf = async (result: ImportResult | undefined) => {
    if (!result?.ok) throw new Error(JSON.stringify(result));
    const { certificate } = await world.issuance.getCertificate(issuer, result.certificateIdentifier);
    return certificate.credentialSubject.face;
  };

  it("issues every row, with booleans and nulls as the schema has them", async () => {
    const results = await importText(
      `\ufeff${HEADER}\r\n${row(1)}\r\n${row(2, { online: "否", warehouse: "库" })}\r\n`,
    );
    expect(results.map(({ line, ok }) => [line, ok])).to.deep.equal([
      [2, true],
      [3, true],
    ]);
    expect(await faceOf(results[0])).to.include({ onlineOperation: true, warehouseAddress: null });
    expect(await faceOf(results[1])).to.include({ onlineOperation: false, warehouseAddress: "库" });
  });

  it("knows the columns by their Chinese names, in any order", async () => {
    const header =
      "经营项目,证照编号,持证主体,持证主体代码,持证主体代码类型,有效期截止日期,法定代表人（负责人）,住所,经营场所,主体业态,网络经营,仓库地址";
    const values = `散装食品销售,${permitNumber(1)},样例店,${companyOf(1)},001,2031-11-21,王样,路1号,路1号,单位食堂,是,`;
    const [result] = await importText(`${header}\n${values}\n`);
    expect(await faceOf(result)).to.include({
      businessItems: "散装食品销售",
      businessForm: "单位食堂",
      onlineOperation: true,
    });
  });

  it("reports bad rows by line and reason while the others go on", async () => {
    const results = await importText(
      [
        HEADER,
        row(1),
        row(2, { until: "2026-02-30" }),
        row(3, { name: '"open' }),
        row(4, { online: "maybe" }),
        row(5).replace(/,[^,]*$/, ""),
        row(1),
        row(6),
      ].join("\n"),
    );
    expect(results.map(({ line, ok }) => [line, ok])).to.deep.equal([
      [2, true],
      [3, false],
      [4, false],
      [5, false],
      [6, false],
      [7, false],
      [8, true],
    ]);
    const errors = results.map((result) => (result.ok ? null : result.error));
    expect(errors[1]?.problems?.[0]?.field).to.equal("/validUntil");
    expect(errors[2]?.message).to.match(/line 4: a quote is opened and never closed/);
    expect(errors[3]?.problems?.[0]).to.deep.equal({ field: "/face/onlineOperation", message: "must be boolean" });
    expect(errors[4]?.message).to.match(/11 cells where the header has 12/);
    expect(errors[5]?.code).to.equal("certificate.exists");
  });

  it("tells a row of another encoding", async () => {
    const gbk = Uint8Array.of(0xd1, 0xf9, 0xc0, 0xfd);
    const [before, after] = row(1, { name: "|" }).split("|") as [string, string];
    const [result] = await importText(`${HEADER}\n${before}`, gbk, `${after}\n`);
    expect(result?.ok ? null : result?.error.message).to.match(/not UTF-8/);
  });

  it("names missing, unknown and repeated columns, and issues nothing", async () => {
    const header = HEADER.replace("holderCode,", "").replace("premises", "premisses").replace("domicile", "holderName");
    const error = await rejection(importText(`${header}\n${row(1)}\n`));
    expect(error.code).to.equal("request.invalid");
    const told = error.problems.map(({ field, message }: { field: string; message: string }) => `${field} ${message}`);
    expect(told).to.include.members([
      '"premisses" is neither a column nor a field of this type',
      "holderName is there twice",
      "holderCode is missing",
      "face.premises is missing",
      "face.domicile is missing",
    ]);
    expect(world.database.get("SELECT count(*) AS n FROM certificates")).to.deep.equal({ n: 0 });
  });

  it("refuses an empty file", async () => {
    expect((await rejection(importText(""))).message).to.match(/empty/);
  });

  it("reads arrays as JSON", async () => {
    const header =
      "certificateNumber,holderName,holderCode,holderType,validUntil,sex,birthDate,qualificationCategories,vehicleClass,firstIssueDate,photo";
    const { certificateNumber: code } = transportRequest(1);
    const text = `${header}\n${code},赵样例,${code},111,2032-11-21,男,1990-06-15,"[""经营性道路货物运输驾驶员""]",B2,2014-05-01,"${SAMPLE_PHOTO}"\n`;
    const results: ImportResult[] = [];
    for await (const result of world.issuance.importCsv(issuer, { typeCode: TRANSPORT }, piece(text)))
      results.push(result);
    expect(await faceOf(results[0])).to.deep.include({ qualificationCategories: ["经营性道路货物运输驾驶员"] });
  });

  it("answers that rows exist when a file is sent again", async () => {
    const text = `${HEADER}\n${row(1)}\n${row(2)}\n`;
    await importText(text);
    const again = await importText(text);
    expect(again.map((result) => (result.ok ? null : result.error.code))).to.deep.equal([
      "certificate.exists",
      "certificate.exists",
    ]);
  });

  it("leaves the file when nobody listens any more", async () => {
    let closed = false;
    async function* file() {
      try {
        yield* piece(`${HEADER}\n${Array.from({ length: 1_200 }, (_, n) => row(n + 1)).join("\n")}\n`);
        yield* piece(`${row(5_000)}\n`);
      } finally {
        closed = true;
      }
    }
    for await (const _ of world.issuance.importCsv(issuer, { typeCode: FOOD }, file())) break;
    expect(closed).to.equal(true);
    const { n } = world.database.get<{ n: number }>("SELECT count(*) AS n FROM certificates")!;
    expect(n).to.equal(500);
  });

  it("logs one event for the import besides one for each certificate", async () => {
    await importText(`${HEADER}\n${row(1)}\n${row(2, { until: "x" })}\n`);
    const [event] = await world.audit.list({ order: "newest-first", limit: 1 });
    expect(event).to.deep.include({
      action: "certificates-imported",
      detail: { agency: AGENCY, issued: 1, refused: 1 },
    });
  });

  it("imports the example file whole", async () => {
    const results = await importText(readFileSync(new URL("../../../examples/food-permits.csv", import.meta.url)));
    expect(results.filter(({ ok }) => !ok)).to.deep.equal([]);
    expect(results.length).to.be.at.least(1_000);
    const names = world.database.all<{ certificate: Uint8Array }>("SELECT certificate FROM halves");
    const text = names.map(({ certificate }) => new TextDecoder().decode(certificate)).join("");
    for (const rare of ["喆", "堃", "䶮", "𬭎", "㛃", "龘"]) expect(text).to.include(rare);
  });
});
