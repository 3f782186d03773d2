// SPDX-License-Identifier: Apache-2.0
import { readFileSync, writeFileSync } from "node:fs";
import { expect } from "chai";
import { pino } from "pino";
import { nodeCrypto } from "../../src/adapters/node-crypto/index.js";
import { sqliteAnchoringStore } from "../../src/adapters/sqlite/anchoring-store.js";
import { openDatabase } from "../../src/adapters/sqlite/database.js";
import { derOrPem } from "../../src/core/der/pem.js";
import { readRevocationList } from "../../src/core/seal/read-revocation-list.js";
import { readSealCertificate } from "../../src/core/seal/read-seal-certificate.js";
import { createMirror } from "../../src/domain/sharing/index.js";
import { dataDirectory } from "../../src/main/data-directory.js";
import { openSettings } from "../../src/main/settings.js";
import { withDeployment } from "../../src/main/with-tally.js";
import { ARCHIVE_MEMBERS, MANIFEST } from "../../src/verify/archive/archive-format.js";
import { readSealProof } from "../../src/verify/archive/seal-proof.js";
import { readZip } from "../../src/verify/archive/zip.js";
import { AGENCY, AUTHORITY, type Office, openOffice, permit, REGION } from "../operations/office.js";
import { PLAIN_ENVIRONMENT, until, workspace } from "./service-process.js";

describe("seals on the command line", function () {
  this.timeout(120_000);
  const here = workspace();
  let office: Office;
  before(async () => {
    office = await openOffice(here.path("data"), here.path, { TALLY_PUBLIC_URL: "https://tally.example.org/" });
  });
  after(() => office?.close());

  let issued = 0;
  /** A file of a new licence, anchored. */
  async function licence(): Promise<string> {
    issued += 1;
    const [request, pdf] = [here.path(`sealed-${issued}.json`), here.path(`sealed-${issued}.pdf`)];
    writeFileSync(request, JSON.stringify(permit()));
    await office.done("issue", request, "--agency", AGENCY, "--anchor", "--no-link", "--pdf", pdf);
    return pdf;
  }
  const reportOf = async (pdf: string) => {
    const { out, said } = await office.tally(["verify", "--json", pdf]);
    if (out.length === 0) throw new Error(said);
    return JSON.parse(out[0]!);
  };
  const verified = async (pdf: string) => {
    const report = await reportOf(pdf);
    const { outcome, reason } = report.checks.find(({ check }: { check: string }) => check === "seal");
    return { verdict: report.verdict, seal: reason ?? outcome };
  };
  const nextSecond = async (): Promise<void> => {
    const second = Math.floor(Date.now() / 1000);
    await until(() => Math.floor(Date.now() / 1000) > second, 5_000);
  };
  /** What a service does in the background: its mirror takes every batch that is on the chain. */
  const mirrorOnce = (): Promise<void> => {
    const { config, directory } = openSettings({}, { ...PLAIN_ENVIRONMENT, TALLY_DATA: office.directory });
    return withDeployment(config, directory, pino({ level: "silent" }), async (deployment) => {
      const { mirrorStore: store, chain, evidence: own, types } = deployment;
      const mirror = createMirror({ store, chain, peers: [], own, types, crypto: nodeCrypto });
      while ((await mirror.runOnce()).more);
    });
  };
  /** Of the newest batch, seconds. */
  const lastAnchoredAt = async (): Promise<number> => {
    const database = openDatabase(dataDirectory(office.directory).store);
    const [batch] = await sqliteAnchoringStore(database).anchoredSince(0, 1);
    database.close();
    return batch!.time;
  };
  const seals = async (...argv: string[]) =>
    (await office.done("seal", "list", "--json", ...argv)).map((line) => JSON.parse(line));

  let unsealed: string;
  let first: string;
  let sealed: string;
  /** Sealed before the revocation, and anchored after it. */
  let late: string;

  it("are made once the region has a CA, and every file of an anchored licence has one from then on", async () => {
    unsealed = await licence();
    expect(await verified(unsealed)).to.deep.equal({ verdict: "valid", seal: "seal.absent" });
    const refused = await office.tally(["seal", "issue", AGENCY]);
    expect(refused.code).not.to.equal(0);
    expect(refused.said).to.contain("tally seal ca");

    const [ca] = await office.done("seal", "ca");
    expect(await office.done("seal", "ca")).to.deep.equal([ca]);
    [first] = (await office.done("seal", "issue", AGENCY, "--years", "1")) as [string];
    expect(await seals()).to.deep.equal(await seals(AGENCY));
    const [seal] = await seals();
    expect(seal).to.include({ serial: first, agency: AGENCY, ca, state: "in force", star: true });

    sealed = await licence();
    expect(await verified(sealed)).to.deep.equal({ verdict: "valid", seal: "pass" });
    const pem = await office.done("seal", "certificate", first);
    const der = derOrPem(new TextEncoder().encode(pem.join("\n")), "CERTIFICATE", "certificate");
    expect(readSealCertificate(der)).to.include({ serial: first, agency: AGENCY });
    expect(Buffer.from(der).toString("latin1")).to.contain(
      `https://tally.example.org/v1/seal-authorities/${ca}/revocation-list`,
    );
    const keys = (await office.done("key", "list", "--json")).map((line) => JSON.parse(line));
    expect(keys.filter(({ purpose }) => purpose.startsWith("seal")).map(({ purpose }) => purpose)).to.have.members([
      "seal",
      "seal-ca",
    ]);
  });

  it("that were revoked seal no more, and lists say so to others", async () => {
    expect((await office.tally(["seal", "revoke", first, "--reason", "lost"])).said).to.contain("key-compromise");
    // Anchors what waits, and so the seal of the licence before, but not its own.
    late = await licence();
    const anchoredAt = await lastAnchoredAt();
    await until(() => Date.now() >= (anchoredAt + 1) * 1_000, 30_000);
    // Of one second nobody could say what came first, and a verifier takes the seal for revoked.
    await nextSecond();
    await office.done("seal", "revoke", first, "--reason", "superseded", "--document", "样例〔2026〕9号");
    expect((await office.tally(["seal", "revoke", first, "--reason", "superseded"])).code).not.to.equal(0);
    expect((await seals())[0]).to.include({ state: "revoked", reason: "superseded" });
    const pem = (await office.done("seal", "crl")).join("\n");
    const list = readRevocationList(derOrPem(new TextEncoder().encode(pem), "X509 CRL", "crl"));
    expect([...list.revoked.keys()]).to.deep.equal([first]);
    // Nothing proves yet that it was sealed before: no mirror has its entry.
    expect(await verified(sealed)).to.include({ seal: "seal.time-unproven" });
    expect(await verified(await licence())).to.include({ seal: "seal.absent" });
    const [second] = await office.done("seal", "issue", AGENCY, "--no-star");
    const again = await licence();
    expect(await verified(again)).to.deep.equal({ verdict: "valid", seal: "pass" });
    expect((await seals()).map(({ serial }) => serial)).to.deep.equal([first, second]);
    expect(readFileSync(again).length).to.be.greaterThan(readFileSync(unsealed).length);
    await office.done("seal", "revoke", second!, "--reason", "cessation-of-operation");
  });

  it("are anchored like licences: what was sealed before the revocation is good as soon as the region's mirror has it", async () => {
    await mirrorOnce();
    const report = await reportOf(sealed);
    expect(report.verdict).to.equal("valid");
    const check = report.checks.find((each: { check: string }) => each.check === "seal");
    expect(check).to.include({ outcome: "pass" });
    expect(JSON.stringify(report)).to.contain("seal.revoked-since");
    // Nobody can seal it anew now, so the package has that file, and where its seal was anchored.
    const archived = here.path("sealed.zip");
    await office.done("archive", report.document.certificateIdentifier, "--out", archived);
    const members = [MANIFEST, ...ARCHIVE_MEMBERS];
    const parts = readZip(readFileSync(archived), members);
    const proof = readSealProof(parts[members.indexOf("seal-proof.json")]!);
    expect(proof).to.include({ region: REGION });
    // Anchored only after the revocation: it proves nothing of the time before.
    expect((await verified(late)).seal).to.equal("seal.time-unproven");
  });

  it("are set by another agency for as long as the registry lets it", async () => {
    const { code: itself } = await office.tally(["seal", "delegate", AGENCY, AGENCY]);
    expect(itself).not.to.equal(0);
    await office.done("seal", "issue", AUTHORITY);
    expect(await verified(await licence())).to.include({ seal: "seal.absent" });
    await office.done("seal", "delegate", AGENCY, AUTHORITY, "--document", "样例〔2026〕10号");
    const pdf = await licence();
    expect(await verified(pdf)).to.deep.equal({ verdict: "valid", seal: "pass" });
    // Anchors what waits, and so the seal before.
    await licence();
    await nextSecond();
    await office.done("seal", "end-delegation", AGENCY, AUTHORITY);
    expect(await verified(await licence())).to.include({ seal: "seal.absent" });
    // Nothing proves yet that it was sealed before: no mirror has its entry.
    expect((await verified(pdf)).seal).to.equal("seal.time-unproven");
    await mirrorOnce();
    expect((await verified(pdf)).seal).to.equal("pass");
  });
});
