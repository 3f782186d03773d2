// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from "node:fs";
import { expect } from "chai";
import { nodeCrypto } from "../../src/adapters/node-crypto/index.js";
import { readLicencePdf } from "../../src/verify/index.js";
import { AGENCY, type Office, openOffice } from "../operations/office.js";
import { workspace } from "./service-process.js";

describe("tally copy", function () {
  this.timeout(120_000);
  const here = workspace();
  let office: Office;
  let identifier: string;
  before(async () => {
    office = await openOffice(here.path("data"), here.path);
    ({ identifier } = await office.issue());
  });
  after(async () => {
    await office?.close();
    here.remove();
  });

  const until = `${new Date().getUTCFullYear() + 1}-01-01`;
  const WORDS = ["--agency", AGENCY, "--for", "合肥样例物业管理有限公司", "--matter", "租赁合同备案", "--until", until];
  const reportOn = async (path: string, ...more: string[]) => {
    const { out } = await office.tally(["verify", path, "--json", ...more]);
    return JSON.parse(out.join("\n"));
  };

  it("makes one that verifies, says for whom and until when, and whose file stays the same", async () => {
    const first = here.path("first.pdf");
    const made = JSON.parse((await office.done("copy", identifier, ...WORDS, "--anchor", "--pdf", first)).join("\n"));
    expect(made).to.include({ certificateIdentifier: identifier, matter: "租赁合同备案", anchoring: "anchored" });
    const report = await reportOn(first);
    expect(report, JSON.stringify(report.checks)).to.include({ verdict: "valid" });
    expect(report.document.copy).to.include({ user: "合肥样例物业管理有限公司", matter: "租赁合同备案" });
    const again = here.path("again.pdf");
    expect(await office.done("copy", "file", identifier, made.copyNumber, "--pdf", again)).to.deep.equal([again]);
    expect(readFileSync(again).equals(readFileSync(first))).to.equal(true);
    const evidence = readLicencePdf(readFileSync(first), nodeCrypto).attachments;
    expect(evidence.map(({ name }) => name)).to.include.members(["copy.json", "copy-evidence.json"]);
  });

  it("is not confirmed before it is anchored, expired after its last day, and listed with what was made", async () => {
    const path = here.path("short.pdf");
    const today = new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10);
    const words = WORDS.with(WORDS.indexOf("--until") + 1, today);
    const [made] = await office.done("copy", "make", identifier, ...words, "--pdf", path);
    const { copyNumber } = JSON.parse(made!);
    expect(await reportOn(path)).to.include({ verdict: "undecided", reason: "anchor.pending" });
    const line = (anchoring: string) =>
      new RegExp(`^${copyNumber}  ${today}  ${anchoring} +合肥样例物业管理有限公司  租赁合同备案$`);
    const [, pending] = await office.done("copy", "list", identifier);
    expect(pending).to.match(line("pending"));
    await office.issue({ anchor: true });
    const [, anchored, ...more] = await office.done("copy", "list", identifier);
    expect(more).to.deep.equal([]);
    expect(anchored).to.match(line("anchored"));
    const [json] = await office.done("copy", "list", identifier, "--json");
    expect(JSON.parse(json!)).to.include({ user: "合肥样例物业管理有限公司" });
    await office.done("copy", "file", identifier, copyNumber, "--pdf", path);
    expect((await reportOn(path)).verdict).to.equal("valid");
    const later = await reportOn(path, "--at", new Date(Date.now() + 2 * 86_400_000).toISOString());
    expect(later).to.include({ verdict: "not-in-force", reason: "copy.expired" });
  });

  it("says what is wrong with a request, and makes nothing", async () => {
    const before = await office.done("copy", "list", identifier);
    for (const [words, said] of [
      [["--until", "2001-01-01"], /\/until must be from .* for longer than a year/],
      [["--for", "a\u202eb"], /\/user contains the control, format or invisible character U\+202E/],
      [["--agency", "11340100MB0000000X"], /agency/],
    ] as const) {
      const argv = WORDS.with(WORDS.indexOf(words[0]) + 1, words[1]);
      const outcome = await office.tally(["copy", identifier, ...argv]);
      expect(outcome.code).to.not.equal(0);
      expect(outcome.said).to.match(said);
    }
    expect(await office.done("copy", "list", identifier)).to.deep.equal(before);
    const { code, said } = await office.tally(["copy", "file", identifier, "AAAAAAAAAAAAAAAAAAAAAA"]);
    expect([code === 0, /there is no reader's copy/.test(said)], said).to.deep.equal([false, true]);
  });

  it("seals the files of copies once their agency has a seal, each with its own, and the licence's stays its own", async () => {
    await office.done("seal", "ca");
    await office.done("seal", "issue", AGENCY);
    const file = async (...argv: string[]) => {
      const path = here.path(`${argv.length}-${Math.random()}.pdf`);
      await office.done(...argv, "--pdf", path);
      return { path, bytes: readFileSync(path) };
    };
    const licence = await file("copy", identifier, ...WORDS, "--anchor");
    const other = await file("copy", identifier, ...WORDS.with(3, "另一家公司"), "--anchor");
    for (const { path, bytes } of [licence, other]) {
      const { signed, statement } = readLicencePdf(bytes, nodeCrypto).seal!;
      expect([signed === null, statement?.reason.startsWith("加注件制作 ")]).to.deep.equal([false, true]);
      const report = await reportOn(path);
      expect(report, JSON.stringify(report.checks)).to.include({ verdict: "valid" });
      expect(report.checks.find(({ check }: { check: string }) => check === "seal")).to.include({ outcome: "pass" });
    }
    const lines = await office.done("copy", "list", identifier);
    const numbers = lines.slice(-2).map((line) => line.split(" ")[0]!);
    for (const [i, { bytes }] of [licence, other].entries())
      expect((await file("copy", "file", identifier, numbers[i]!)).bytes.equals(bytes)).to.equal(true);
    const sealed = await office.events("certificate-sealed");
    expect(sealed.map(({ detail }) => detail?.ordinal)).to.deep.equal([1, 2]);
    expect(sealed.map(({ detail }) => detail?.reason)).to.deep.equal(numbers.map((number) => `加注件制作 ${number}`));
  });

  it("makes none of a licence that was revoked, whose copies say so from then on", async () => {
    const { identifier: other } = await office.issue();
    const path = here.path("revoked.pdf");
    await office.done("copy", other, ...WORDS, "--anchor", "--pdf", path);
    await office.done(
      ...["status", "revoke", other, "--agency", AGENCY, "--state", "cancelled"],
      ...["--basis", "行政许可法", "--document", "1"],
    );
    expect(await reportOn(path)).to.include({ verdict: "not-in-force", standing: "revoked" });
    const refused = await office.tally(["copy", other, ...WORDS]);
    expect(refused.said).to.match(/is cancelled: no copy is made of a licence that is not in force/);
    const kept = here.path("kept.pdf");
    const [line] = await office.done("copy", "list", other);
    await office.done("copy", "file", other, line!.split(" ")[0]!, "--pdf", kept);
    expect(readFileSync(kept).equals(readFileSync(path))).to.equal(true);
  });
});
