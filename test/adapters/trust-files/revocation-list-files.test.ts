// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { revocationListFiles } from "../../../src/adapters/trust-files/index.js";
import { type ListParts, revocationList } from "../../core/seal/hand-made.js";
import { openSealOffice } from "../../core/seal/office.js";
import { rejection } from "../ethereum/local-registry.js";

const [CA, OTHER_CA] = ["ca".repeat(32), "0b".repeat(32)] as const;
const FROM = 1_790_000_000;
const office = openSealOffice({ agency: "11340000MB1234567X", from: FROM });
const other = openSealOffice({ agency: "11340000MB1234567X", from: FROM, region: "江苏省" });
const listOf = ({ ca, region } = office, changes: Partial<ListParts> = {}) =>
  revocationList({ region, ca: ca.key, thisUpdate: FROM, nextUpdate: FROM + 3_600, ...changes });

describe("revocation lists in files", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "tally-lists-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it("are none where there is no folder", async () => {
    expect(await revocationListFiles(join(folder, "absent")).all()).to.deep.equal([]);
  });

  it("are read as DER and PEM, and what is no list is passed over", async () => {
    const [one, two] = [listOf(), listOf(other)];
    writeFileSync(join(folder, "a.crl"), one);
    writeFileSync(
      join(folder, "b.crl"),
      `-----BEGIN X509 CRL-----\n${Buffer.from(two).toString("base64")}\n-----END X509 CRL-----\n`,
    );
    writeFileSync(join(folder, "c.crl"), "no list");
    writeFileSync(join(folder, "d.txt"), one);
    const files = revocationListFiles(folder);
    expect(await files.all()).to.deep.equal([one, two]);
    // The same array, so that what was read of it is remembered.
    expect(
      (await files.findRevocationLists({ region: "340000", keyDigest: "ca".repeat(32), isNewerList: () => false }))[0],
    ).to.equal((await files.all())[0]);
  });

  it("of one CA stay where another one names itself by the same key identifier, and are not made more than are read", async () => {
    const files = revocationListFiles(folder);
    expect(await files.keep(CA, listOf())).to.equal("kept");
    expect(await files.keep(OTHER_CA, listOf(office, { thisUpdate: FROM + 60, number: "02" }))).to.equal("kept");
    expect(await files.all()).to.have.length(2);
    for (let i = 2; i < 128; i++) writeFileSync(join(folder, `${i}.crl`), "no list");
    expect(await rejection(files.keep("03".repeat(32), listOf()))).to.include({ code: "store.failed" });
    expect(await files.keep(CA, listOf(office, { thisUpdate: FROM + 60, number: "02" }))).to.equal("kept");
  });

  it("are kept one a CA, the newest, and found at once", async () => {
    const files = revocationListFiles(folder);
    const [older, newer] = [listOf(), listOf(office, { thisUpdate: FROM + 60, number: "02" })];
    expect(await files.all()).to.deep.equal([]);
    expect(await files.keep(CA, newer)).to.equal("kept");
    expect(await files.keep(CA, older)).to.equal("not-newer");
    expect(await files.keep(CA, newer)).to.equal("not-newer");
    expect(await files.keep(OTHER_CA, listOf(other))).to.equal("kept");
    expect(await files.find(CA)).to.deep.equal(newer);
    expect(await files.find("0c".repeat(32))).to.equal(null);
    expect(() => files.find("../../secret")).to.throw(RangeError);
    // Two revocations within one second.
    const [next, tenth] = ["03", "0100"].map((number) => listOf(office, { thisUpdate: FROM + 60, number }));
    expect(await files.keep(CA, tenth!)).to.equal("kept");
    expect(await files.keep(CA, next!)).to.equal("not-newer");
    expect(readdirSync(folder)).to.have.length(2);
    expect(await files.all())
      .to.deep.include(tenth)
      .and.to.have.length(2);
    expect(await rejection(files.keep(CA, new Uint8Array(9)))).to.include({ code: "format.malformed" });
  });

  it("are newer by their number, whatever their time says", async () => {
    const files = revocationListFiles(folder);
    const [second, third] = [
      listOf(office, { thisUpdate: FROM + 60, number: "02" }),
      listOf(office, { thisUpdate: FROM, number: "03" }),
    ];
    expect(await files.keep(CA, second)).to.equal("kept");
    expect(await files.keep(CA, third)).to.equal("kept");
    expect(await files.keep(CA, second)).to.equal("not-newer");
    expect(await files.find(CA)).to.deep.equal(third);
    expect(await files.find(OTHER_CA)).to.equal(null);
  });

  it("stay where a newer one leaves a revocation out", async () => {
    const files = revocationListFiles(folder);
    const entry = (serial: string) => ({ serial, at: FROM });
    const full = listOf(office, { number: "02", revoked: [entry("0a"), entry("0b")] });
    expect(await files.keep(CA, full)).to.equal("kept");
    expect(await files.keep(CA, listOf(office, { number: "03", revoked: [entry("0a"), entry("0c")] }))).to.equal(
      "forgetful",
    );
    expect(await files.find(CA)).to.deep.equal(full);
    const more = listOf(office, { number: "03", revoked: ["0a", "0b", "0c"].map(entry) });
    expect(await files.keep(CA, more)).to.equal("kept");
  });
});
