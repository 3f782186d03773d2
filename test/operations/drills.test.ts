// SPDX-License-Identifier: Apache-2.0
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { sqliteCursorStore } from "../../src/adapters/sqlite/alarm-store.js";
import { openDatabase } from "../../src/adapters/sqlite/database.js";
import { dataDirectory } from "../../src/main/data-directory.js";
import { anchorLicences, makeLicence, withoutProof } from "../../src/main/demo/forger.js";
import { documentOf } from "../../src/main/demo/lines/documents.js";
import { UNHURRIED_MS, until, workspace } from "../main/service-process.js";
import { AGENCY, type Issued, masksOf, type Office, openOffice, REGION, statusIndexOf } from "./office.js";
import { Runbook } from "./runbook.js";

/** Seconds: long enough that what a command has just begun is not in effect yet. */
const SHORT = "3";

describe("the operator's drills of docs/operations.md", function () {
  this.timeout(300_000);
  const here = workspace();
  let office: Office;

  before(async () => {
    office = await openOffice(here.path("data"), here.path);
  });
  after(async () => {
    await office?.close();
    here.remove();
  });

  const drill = (title: string): Runbook => new Runbook(title, office, { REGION, AGENCY });
  it("Rotate a signing key: what waits is anchored first, and older certificates stay genuine", async () => {
    const runbook = drill("Rotate a signing key");
    const old = (await office.keyOf(AGENCY))!;
    const pending = await office.issue({ anchor: false });
    const [, rotated, listed] = await runbook.step();
    expect(rotated!.said).to.contain(`key ${old} retired`);
    expect(listed!.out.find((line) => line.includes(old))).to.match(/retired 20/);
    const state = await office.done("status", "show", pending.identifier, "--agency", AGENCY);
    expect(JSON.parse(state[0]!)).to.include({ anchoring: "anchored" });
    runbook.finished();
  });

  it("Lose a signing key: a new one takes over without the old one", async () => {
    const runbook = drill("Lose a signing key");
    const lost = (await office.keyOf(AGENCY))!;
    const before = await office.issue();
    renameSync(join(office.directory, "keys", `key-${lost}.json`), here.path("lost-key.json"));
    const [sick, rotated, well] = await runbook.step();
    expect(sick!.out.join("\n")).to.match(/FAIL\s+signing-keys/);
    expect(rotated!.said).to.contain(`key ${lost} retired`);
    expect(well!.out.join("\n")).not.to.contain("FAIL");
    expect(await office.verified(before.document)).to.include({ verdict: "valid" });
    runbook.finished();
  });

  it("Compromise of a signing key: what was pending is held and issued again under the new key", async () => {
    const runbook = drill("Compromise of a signing key");
    const stolen = (await office.keyOf(AGENCY))!;
    const before = await office.issue();
    const pending: Issued[] = [await office.issue({ anchor: false }), await office.issue({ anchor: false })];
    // Later than the anchor above: blocks of the embedded chain bear this machine's clock.
    const SINCE = new Date(Math.ceil(Date.now() / 1000 + 0.001) * 1000).toISOString();
    await until(() => Date.now() >= Date.parse(SINCE), 10_000);
    const [marked, listed, issued, left] = await runbook.step({ KEY: stolen, SINCE });
    expect(marked!.said).to.contain("2 pending certificates held");
    expect([...listed!.out].sort()).to.deep.equal(pending.map(({ identifier }) => identifier).sort());
    const reissued = issued!.out.map((line) => JSON.parse(line));
    expect(reissued.map(({ ok }) => ok)).to.deep.equal([true, true]);
    expect(left!.out).to.deep.equal([]);
    expect(await office.verified(before.document)).to.include({ verdict: "valid" });
    expect(await office.keyOf(AGENCY)).not.to.equal(stolen);

    await office.issue();
    const show = await office.done("status", "show", reissued[0].reissuedAs, "--agency", AGENCY);
    expect(JSON.parse(show[0]!)).to.include({ anchoring: "anchored", predecessor: reissued[0].certificateIdentifier });
    const corrected = await office.events("certificate-corrected");
    expect(corrected.map(({ detail }) => detail?.documentNumber)).to.deep.equal(["样例〔2026〕7号", "样例〔2026〕7号"]);
    runbook.finished();
  });

  it("Stolen operator key: an unknown batch is disowned, disputed at first and not genuine then", async () => {
    const runbook = drill("Stolen operator key: an unknown batch");
    const { document } = await office.issue();
    const { certificate, type } = JSON.parse(readFileSync(document, "utf8"));
    const signer = await office.thief.signer((await office.keyOf(AGENCY))!);
    const made = await makeLicence(withoutProof(certificate), type, { signer });
    const [forged] = await anchorLicences([made], REGION, await office.thief.chainAs(await office.operator()));
    const forgery = here.path("forgery.json");
    writeFileSync(forgery, JSON.stringify(documentOf(forged!)));
    expect(await office.verified(forgery)).to.include({ authenticity: "genuine" });

    await office.done("region", "delay", REGION, SHORT);
    const { number, kind, detail } = await office.alarm();
    expect(kind).to.equal("unknown-batch");
    const [, SIZE = "", ROOT = ""] = /a batch of (\d+) entries with root ([0-9a-f]{64})/.exec(detail) ?? [];
    await runbook.step({ STOLEN: await office.addressOf(await office.operator()) });
    await runbook.step({ ROOT, SIZE });
    expect(await office.verified(forgery)).to.include({ verdict: "undecided", reason: "anchor.root-disputed" });
    await office.finished("operator", "rotate");
    await until(
      async () => {
        // Blocks come only with acts, and the newest one's time decides.
        await office.issue();
        return (await office.verified(forgery)).verdict === "not-genuine";
      },
      120_000,
      UNHURRIED_MS,
    );
    expect(await office.verified(forgery)).to.include({ reason: "anchor.root-disowned" });
    expect(await office.verified(document)).to.include({ verdict: "valid" });
    await runbook.step({ ALARM: number });
    expect(await office.done("alarm", "list", "--json")).to.deep.equal([]);
    expect((await office.events("alarm-cleared"))[0]!.detail).to.include({
      kind: "unknown-batch",
      legalBasis: "操作密钥泄露",
    });
    await office.done("region", "delay", REGION, "0");
    runbook.finished();
  });

  it("Stolen operator key: unknown revocations are annulled, unknown suspensions cleared", async () => {
    const runbook = drill("Stolen operator key: unknown revocations");
    const [one, other] = [await office.issue(), await office.issue()];
    const [revoked, suspended] = [one, other].map(({ document }) => statusIndexOf(document));
    const chain = await office.thief.chainAs(await office.operator());
    await chain.submitStatus([masksOf(revoked!, "revoke")]);
    expect(await office.verified(one.document)).to.include({ standing: "revoked" });
    const { number, kind, detail } = await office.alarm();
    expect(kind).to.equal("unknown-status");
    expect(detail).to.contain(String(revoked));
    await office.done("alarm", "clear", number);
    await chain.submitStatus([masksOf(suspended!, "suspend")]);
    expect(await office.verified(other.document)).to.include({ standing: "suspended" });
    const second = await office.alarm();
    await runbook.step({
      STOLEN: await office.addressOf(await office.operator()),
      REVOKED: String(revoked),
      SUSPENDED: String(suspended),
      ALARM: second.number,
    });
    for (const { document } of [one, other]) expect(await office.verified(document)).to.include({ verdict: "valid" });
    expect(await office.done("alarm", "list", "--json")).to.deep.equal([]);
    expect((await office.events("suspensions-cleared"))[0]!.detail).to.include({ indices: String(suspended) });
    expect((await office.events("revocations-annulled"))[0]!.detail).to.include({ reason: "stolen-operator" });
    runbook.finished();
  });

  it("a start gives nothing back to an operator whose rights were taken away", async () => {
    await office.done("region", "operator", "remove", await office.addressOf(await office.operator()));
    const [, ...said] = await office.done("init", "--region", REGION);
    expect(said.join("\n")).to.contain("lost its rights").and.to.contain("tally operator rotate");
    await office.done("operator", "rotate");
  });

  it("Lose the operator key: another account goes on where it stopped", async () => {
    const runbook = drill("Lose the operator key");
    renameSync(
      join(office.directory, "keys", `account-${await office.operator()}.json`),
      here.path("lost-operator.json"),
    );
    const [rotated] = await runbook.step();
    expect(await office.verified((await office.issue()).document)).to.include({ verdict: "valid" });
    expect(rotated!.said).to.contain("is in office");
    runbook.finished();
  });

  it("Stolen key of the region admin: the guardian stops the region and vetoes, the governor appoints another", async () => {
    const runbook = drill("Stolen key of the region admin");
    await office.done("region", "delay", REGION, "3600");
    const thief = await office.thief.governanceAs("admin-340000");
    const accomplice = `0x${"ab".repeat(20)}`;
    await thief.grantOperator(REGION, accomplice, ["anchor"]);
    const [, pending] = await runbook.step();
    expect(pending!.out).to.have.length(1);
    const VETO = /Z {2}(operator 0x\w+) /.exec(pending!.out[0]!)?.[1] ?? "";
    expect(VETO.toLowerCase()).to.equal(`operator ${accomplice}`);
    await runbook.step({ VETO });
    expect(await office.done("region", "pending", REGION)).to.deep.equal([]);
    expect(await thief.findOperatorRights(REGION, accomplice)).to.deep.equal([]);
    await runbook.step();
    let refused: unknown;
    await thief.grantOperator(REGION, accomplice, ["anchor"]).catch((error) => (refused = error));
    expect(refused).to.have.property("code", "chain.reverted");
    await office.done("region", "delay", REGION, "0");
    runbook.finished();
  });

  it("Lose the key of the region admin: the governor appoints another", async () => {
    const runbook = drill("Lose the key of the region admin");
    const lost = (await office.done("key", "list", "--json"))
      .map((line) => JSON.parse(line))
      .filter(({ owner }) => owner.startsWith("admin-"));
    for (const { owner } of lost)
      renameSync(join(office.directory, "keys", `account-${owner}.json`), here.path(`lost-${owner}.json`));
    const ran = await runbook.step();
    expect(ran.at(-1)!.out.join("\n")).not.to.contain("FAIL");
    await office.done("key", "rotate", AGENCY);
    runbook.finished();
  });

  it("Replace the guardian: the new one acts, the old one no more", async () => {
    const runbook = drill("Replace the guardian");
    const thief = await office.thief.governanceAs("guardian");
    await thief.suspendRegion(REGION);
    const [, granted, revoked] = await runbook.step({ OLD: await office.addressOf("guardian") });
    expect(granted!.said).to.match(/is a guardian since block \d+/);
    expect(revoked!.said).to.match(/is no guardian since block \d+/);
    await office.done("region", "release", REGION);
    const [suspended] = await runbook.step();
    expect(suspended!.said).to.contain(`region ${REGION} suspended`);
    let refused: unknown;
    await thief.suspendRegion(REGION).catch((error) => (refused = error));
    expect(refused).to.have.property("code", "chain.reverted");
    expect(await office.events("guardian-revoked")).to.have.length(1);
    runbook.finished();
  });

  it("Governor: stop a region, strike a registration", async () => {
    const runbook = drill("Governor: stop a region, strike a registration");
    const wrong = "11340200TT00000233";
    const [, suspended, , struck] = await runbook.step({ WRONG: await wrongClaim(office, wrong) });
    expect(suspended!.out[0]).to.contain("suspended");
    expect(struck!.said).to.contain("struck");
    runbook.finished();
  });

  it("Suspend an agency: it signs nothing until it is released", async () => {
    const runbook = drill("Suspend an agency");
    const { document } = await office.issue();
    const [, listed] = await runbook.step();
    expect(listed!.out.find((line) => line.startsWith(AGENCY))).to.contain("suspended");
    expect(await office.verified(document)).to.include({ verdict: "valid" });
    await office.issue();
    runbook.finished();
  });

  it("A node has invented a block: the floor is forgotten, with actor and decision in the log", async () => {
    const runbook = drill("A node has invented a block");
    const database = openDatabase(dataDirectory(office.directory).store);
    await sqliteCursorStore(database).moveCursor("published:0", 9_000_000);
    database.close();
    const [sick, forgotten, well] = await runbook.step();
    expect(sick!.out.join("\n")).to.match(/FAIL\s+floor\s.*9000000/);
    expect(JSON.parse(forgotten!.out[0]!)).to.include({ floor: 0 });
    expect(well!.out.join("\n")).not.to.contain("FAIL");
    expect(await office.events("block-floor-forgotten")).to.have.length(1);
    runbook.finished();
  });

  it("Where alarms show: nothing is open after all that", async () => {
    const runbook = drill("Where alarms show");
    const [doctor, alarms] = await runbook.step();
    expect(doctor!.out.find((line) => line.includes("alarms"))).to.match(/^ok/);
    expect(alarms!.out).to.deep.equal([]);
    runbook.finished();
  });

  it("leave a store that differs from log and chain in nothing", async () => {
    const { out } = await office.tally(["doctor", "--deep", "--json"]);
    const findings = out.map((line) => JSON.parse(line));
    expect(findings.filter(({ discrepancy }) => discrepancy !== undefined)).to.deep.equal([]);
    expect(findings.find(({ check }) => check === "certificates")).to.include({ outcome: "ok" });
  });
});

async function wrongClaim(office: Office, code: string): Promise<string> {
  await office.done("agency", "add", code, "--name", "样例错误登记", "--area", "340200");
  return code;
}
