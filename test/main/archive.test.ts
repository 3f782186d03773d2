// SPDX-License-Identifier: Apache-2.0
import { readFileSync, writeFileSync } from "node:fs";
import { expect } from "chai";
import { nodeCrypto } from "../../src/adapters/node-crypto/index.js";
import { toHex } from "../../src/core/hex.js";
import { runCommand } from "../../src/main/run-command.js";
import { AGENCY, type Office, openOffice, REGION } from "../operations/office.js";
import { workspace } from "./service-process.js";

describe("tally archive and print", function () {
  this.timeout(120_000);
  const here = workspace();
  let office: Office;
  let key: string;
  before(async () => {
    office = await openOffice(here.path("data"), here.path);
    key = JSON.parse((await office.done("trust")).join("\n")).bundleKey;
  });
  after(async () => {
    await office?.close();
    here.remove();
  });

  /** In a place of its own: a verifier with its pins and without a node. */
  const elsewhere = async (...argv: string[]) => {
    const { chainId, registry } = JSON.parse(readFileSync(here.path("data/deployment.json"), "utf8"));
    let out = "";
    let said = "";
    const code = await runCommand(argv, {
      environment: { TALLY_DATA: here.path("stranger"), TALLY_CHAIN_ID: String(chainId), TALLY_REGISTRY: registry },
      stdout: { write: (text) => (out += text) },
      stderr: { write: (text) => (said += text) },
    });
    return { code, out, said };
  };
  const pack = async (identifier: string, name: string): Promise<string> => {
    const path = here.path(name);
    expect(await office.done("archive", identifier, "--out", path, "--matter", "archive-2026")).to.deep.equal([path]);
    return path;
  };

  it("packs what a stranger verifies without a node, now and after keys were rotated and the licence revoked", async () => {
    const { identifier } = await office.issue();
    const path = await pack(identifier, "one.zip");
    expect((await elsewhere("verify", path)).code).to.equal(2);
    const verified = await elsewhere("verify", path, "--bundle-key", key);
    expect(verified, verified.said + verified.out).to.include({ code: 0 });
    expect(verified.out)
      .to.contain(identifier)
      .and.to.match(/AS OF \d{4}-/);

    await office.done("key", "rotate", AGENCY);
    await office.done("key", "rotate", REGION, "--for", "bundle");
    await office.done(
      "status",
      "revoke",
      identifier,
      "--agency",
      AGENCY,
      "--state",
      "cancelled",
      "--basis",
      "b",
      "--document",
      "d",
    );
    expect(await elsewhere("verify", path, "--bundle-key", key)).to.include({ code: 0 });

    // As it is now it is packed too, and the package says so.
    const closed = await pack(identifier, "two.zip");
    const report = JSON.parse((await elsewhere("verify", closed, "--bundle-key", key, "--json")).out);
    expect(report).to.include({ verdict: "not-in-force", reason: "status.revoked" });
    expect(report.log).to.include({ events: 3, anchored: 0 });
    expect(report.licence.document).to.include({ certificateIdentifier: identifier, form: "pdf" });
    const content = report.licence.checks.find(({ check }: { check: string }) => check === "content");
    expect(content).to.include({ outcome: "pass" });

    const events = await office.events("certificate-archived");
    expect(events.map(({ object, matter }) => [object, matter])).to.deep.equal(
      Array(2).fill([identifier, "archive-2026"]),
    );
    const digest = toHex(nodeCrypto.sha256(readFileSync(path)));
    expect(toHex(events[0]!.digestAfter!)).to.equal(digest);
  });

  it("is no licence any more when a byte of it is another", async () => {
    const { identifier } = await office.issue();
    const bytes = readFileSync(await pack(identifier, "three.zip"));
    bytes[Math.floor(bytes.length / 2)]! ^= 1;
    writeFileSync(here.path("bad.zip"), bytes);
    expect(await elsewhere("verify", here.path("bad.zip"), "--bundle-key", key)).to.include({ code: 1 });
  });

  it("prints a copy that no verifier takes for the licence, and logs where", async () => {
    const { identifier } = await office.issue();
    const pdf = here.path("copy.pdf");
    expect(await office.done("print", identifier, "--place", "政务大厅一号窗口", "--pdf", pdf)).to.deep.equal([pdf]);
    const verified = await office.tally(["verify", pdf, "--json"]);
    expect(verified.code).to.equal(2);
    expect(JSON.parse(verified.out[0]!)).to.include({ reason: "format.printed-copy" });
    const [event] = await office.events("certificate-printed");
    expect(event).to.deep.include({ object: identifier, detail: { place: "政务大厅一号窗口" } });
  });

  it("leaves a store in which nothing is found wrong", async () => {
    const { out } = await office.tally(["doctor", "--deep", "--json"]);
    const findings = out.map((line) => JSON.parse(line));
    expect(findings.length).to.be.greaterThan(10);
    expect(findings.filter(({ outcome, discrepancy }) => outcome === "failed" || discrepancy)).to.deep.equal([]);
  });

  it("refuses what is not anchored, and what it does not know, and logs and writes nothing", async () => {
    const { identifier } = await office.issue({ anchor: false });
    const before = (await office.events("certificate-archived")).length;
    const out = here.path("none.zip");
    const pending = await office.tally(["archive", identifier, "--out", out]);
    expect(pending.code).to.equal(70);
    expect(pending.said).to.contain("not anchored yet");
    expect((await office.tally(["archive", "1.2.3", "--out", out])).code).not.to.equal(0);
    expect(() => readFileSync(out)).to.throw();
    expect(await office.events("certificate-archived")).to.have.length(before);
  });
});
