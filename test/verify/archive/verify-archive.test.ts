// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { utf8 } from "../../../src/core/bytes.js";
import { canonicalBytes } from "../../../src/core/canonical-json.js";
import { certificateDigest } from "../../../src/core/certificate-reader.js";
import { sealEntry } from "../../../src/core/entry.js";
import { leafHash } from "../../../src/core/merkle.js";
import { portableCrypto } from "../../../src/core/portable-crypto.js";
import {
  type ArchiveMembers,
  type ArchiveReport,
  type LogExtract,
  writeSealProof,
} from "../../../src/verify/archive/index.js";
import { headsOf, MAX_LOG_VALUES } from "../../../src/verify/archive/log-extract.js";
import { writeZip } from "../../../src/verify/archive/zip.js";
import { type LeafProof, readLicencePdf, verifyCertificate } from "../../../src/verify/index.js";
import { MAX_JSON_VALUES } from "../../../src/verify/read-json.js";
import { newBundleKey } from "../bundle/signed-bundle.js";
import { ANHUI, SHANGHAI } from "../fixture.js";
import { type ArchiveWorld, makeArchiveWorld, type PackageChanges } from "./packed.js";

const YEAR = 365 * 86_400;

describe("an archive package", () => {
  let world: ArchiveWorld;
  beforeEach(() => {
    world = makeArchiveWorld();
  });

  const resultOf = ({ checks }: ArchiveReport, name: string) => {
    const { outcome, ...rest } = checks.find(({ check }) => check === name)!;
    return "reason" in rest ? rest.reason : outcome;
  };

  it("proves its licence, file and log, as of the packaged registry", async () => {
    const issued = world.issueAnchored();
    const report = await world.open(await world.pack(issued));
    expect(report.checks.map(({ outcome }) => outcome)).to.deep.equal(Array(5).fill("pass"));
    expect(report).to.include({ form: "archive", verdict: "valid", reason: null });
    expect(report.asOf).to.equal(new Date(world.registry.time * 1000).toISOString().replace(".000", ""));
    expect(report.licence).to.include({ verdict: "valid", authenticity: "genuine", standing: "in-force" });
    expect(report.licence!.checks.filter(({ outcome }) => outcome !== "pass").map(({ check }) => check)).to.deep.equal([
      ...["copy", "recognition"],
    ]);
    expect(report.manifest).to.include({ region: ANHUI, signer: world.bundleKey.multikey.text });
    expect(report.log).to.deep.include({ events: 2, anchored: 1 });
    expect(report.log!.head).to.include({ sequence: 9 });
    expect(report.remarks).to.deep.equal([
      { remark: "archive.later-state-unknown", time: report.asOf! },
      { remark: "archive.log-not-anchored" },
    ]);
  });

  it("is the same file whenever the same is packed, and says the same with the portable primitives", async () => {
    const issued = world.issueAnchored();
    const bytes = await world.pack(issued);
    const { times: _, ...here } = await world.open(bytes);
    const { times: __, ...there } = await world.open(bytes, { crypto: portableCrypto });
    expect(there).to.deep.equal(here);
  });

  it("says years later, after every key was rotated, retired or compromised, what was so when it was packed", async () => {
    const issued = world.issueAnchored();
    const bytes = await world.pack(issued);
    world.registry.advance(60);
    const { key } = world.agency;
    world.registry.addKey({ agency: world.agency.code, region: ANHUI }, "aa".repeat(32), new Uint8Array(34));
    world.registry.retireKey(key.digest);
    world.registry.claimCompromise(key.digest, world.registry.time);
    world.registry.retireKey(world.bundleKey.digest);
    world.registry.revoke(ANHUI, issued.statusIndex);
    world.registry.advance(30 * YEAR);
    const report = await world.open(bytes);
    expect(report).to.include({ verdict: "valid", reason: null });
    expect(report.licence!.times.now).to.equal(new Date(report.asOf!).toISOString());
    expect(report.times.now).to.equal(world.now().toISOString());
    // What it cannot say, the registry does: it is revoked, and the key's retirement changes nothing about its being genuine.
    expect(await world.verify(canonicalBytes(world.documentOf(issued)))).to.include({
      authenticity: "genuine",
      standing: "revoked",
    });
  });

  it("of a licence that was revoked by then says so", async () => {
    const issued = world.issueAnchored();
    world.registry.revoke(ANHUI, issued.statusIndex);
    expect(await world.open(await world.pack(issued))).to.include({
      verdict: "not-in-force",
      reason: "status.revoked",
    });
  });

  it("judges the validity period at the instant that is asked for", async () => {
    const bytes = await world.pack(world.issueAnchored());
    const at = new Date((world.registry.time + 30 * YEAR) * 1000);
    expect(await world.open(bytes, { at })).to.include({ verdict: "not-in-force", reason: "validity.expired" });
  });

  it("is undecided when nobody pinned the key that packed it: archive.key-not-pinned", async () => {
    const bytes = await world.pack(world.issueAnchored());
    for (const pinned of [[], [newBundleKey(world, ANHUI).multikey]]) {
      const report = await world.open(bytes, { pinned });
      expect(report).to.include({ verdict: "undecided", reason: "archive.key-not-pinned", licence: null, asOf: null });
      expect(resultOf(report, "members")).to.equal("pass");
    }
  });

  it("is undecided under another chain or registry: registry.wrong-chain", async () => {
    const bytes = await world.pack(world.issueAnchored());
    for (const other of [{ chainId: 1 }, { registry: `0x${"11".repeat(20)}` }, { genesis: `0x${"11".repeat(32)}` }]) {
      const report = await world.open(bytes, { trust: { ...world.trust, ...other } });
      expect(report).to.include({ verdict: "undecided", reason: "registry.wrong-chain", licence: null });
    }
  });

  it("is undecided when it is of the future: registry.stale", async () => {
    const bytes = await world.pack(world.issueAnchored());
    const report = await world.open(bytes, { now: new Date(world.now().getTime() - 3_600_000) });
    expect(report).to.include({ verdict: "undecided", reason: "registry.stale", licence: null });
  });

  it("proves by the packed place of its seal that the seal is older than the end of its certificate", async () => {
    const issued = world.issueAnchored();
    const file = await world.sealed(issued);
    const { signed } = readLicencePdf(file, world.crypto).seal!;
    const digest = certificateDigest(world.crypto, issued.certificate);
    const leaf = leafHash(world.crypto, sealEntry(digest, world.crypto.sha256(signed!.cms)));
    world.registry.advance(60);
    const proof = (await world.anchorSeal(issued, file).findProof(leaf))!;
    world.registry.advance(600);
    const revoked = [{ serial: world.office.seal.serial, at: world.registry.time - 120, reason: 1 }];
    const revocationList = world.listOf(world.office, { revoked });
    const packed = async (change: (proof: LeafProof) => LeafProof | null) => {
      const parts = { "licence.pdf": file, "seal-proof.json": writeSealProof(change(proof)) };
      const changes = { members: (same: ArchiveMembers) => ({ ...same, ...parts }), revocationList };
      const { licence, ...report } = await world.open(await world.pack(issued, changes));
      return { ...report, seal: licence!.checks.find(({ check }) => check === "seal")!.outcome };
    };
    expect(await packed((same) => same)).to.include({ seal: "pass", verdict: "valid" });
    for (const [what, change] of [
      ["none", () => null],
      ["another place", (same: LeafProof) => ({ ...same, index: 1 })],
      ["an invented batch", (same: LeafProof) => ({ ...same, root: "00".repeat(32) })],
    ] as const)
      expect(await packed(change), what).to.include({
        ...{ seal: "unknown", verdict: "undecided", reason: "seal.time-unproven" },
      });
  });

  it("leaves a seal without a judgement where the packaged lists are outdated, and judges the licence all the same", async () => {
    const issued = world.issueAnchored();
    const file = await world.sealed(issued);
    world.registry.advance(60);
    const { time } = world.registry;
    const packed = (thisUpdate: number, nextUpdate: number) =>
      world.pack(issued, {
        members: (same: ArchiveMembers) => ({ ...same, "licence.pdf": file }),
        revocationList: world.listOf(world.office, { thisUpdate, nextUpdate }),
      });
    const outdated = await world.open(await packed(time - 9_000, time - 8_000));
    expect(outdated).to.include({ verdict: "valid" });
    expect(outdated.licence!.checks).to.deep.include({
      ...{ check: "seal", outcome: "not-applicable", reason: "seal.revocation-unknown" },
    });
    expect(outdated.licence!.remarks).to.deep.include({ remark: "seal.revocation-unknown" });
    const current = await world.open(await packed(time - 60, time + 9_000));
    expect(current.licence!.checks).to.deep.include({ check: "seal", outcome: "pass" });
  });

  it("with a licence that another agency's key signed is not genuine, whoever packed it", async () => {
    const forged = world.issueAnchored({ key: world.newKey() });
    const report = await world.open(await world.pack(forged));
    expect(report).to.include({ verdict: "not-genuine", reason: "issuer.key-not-registered" });
  });

  describe("packed by somebody who lies", () => {
    const refused = async (changes: PackageChanges): Promise<ArchiveReport> =>
      world.open(await world.pack(world.issueAnchored(), changes));
    const with_ = (name: keyof ArchiveMembers, bytes: (members: ArchiveMembers) => Uint8Array): PackageChanges => ({
      members: (members) => ({ ...members, [name]: bytes(members) }),
    });
    const textOf = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

    it("whose key is not the one that it names: archive.signature-wrong", async () => {
      const key = { ...world.bundleKey, seed: world.newKey().seed };
      expect(await refused({ key, bundleKey: world.bundleKey })).to.include({
        verdict: "not-genuine",
        reason: "archive.signature-wrong",
      });
    });

    it("whose parts are of several licences: archive.members-disagree", async () => {
      const other = world.issueAnchored();
      const pieces: Record<string, PackageChanges> = {
        "another file": with_("licence.pdf", () => world.toSeal(other).bytes),
        "another certificate": with_("certificate.json", () => utf8(JSON.stringify(other.certificate))),
        "another token": with_("token.cose", () => other.token),
        "other evidence": with_("evidence.json", ({ "evidence.json": bytes }) => utf8(` ${textOf(bytes)}`)),
        "another type": with_("type.json", ({ "type.json": bytes }) => utf8(` ${textOf(bytes)}`)),
        "other metadata": with_("metadata.json", ({ "metadata.json": bytes }) =>
          utf8(textOf(bytes).replace("虎符", "老虎")),
        ),
        "another identifier": { head: { certificateIdentifier: "1.2.3" } },
        "another digest": { head: { certificateDigest: "00".repeat(32) } },
        "another region": { head: { region: SHANGHAI } },
        "an earlier time": { head: { createdAt: "2026-01-01T00:00:00Z" } },
        "the log of another region": { log: (extract) => ({ ...extract, region: SHANGHAI }) },
      };
      for (const [what, changes] of Object.entries(pieces))
        expect(await refused(changes), what).to.include({
          verdict: "not-genuine",
          reason: "archive.members-disagree",
        });
    });

    it("whose registry is another's, or was altered: archive.registry-refused", async () => {
      const bundleKey = newBundleKey(world, ANHUI);
      expect(await refused({ bundleKey })).to.include({ reason: "archive.registry-refused", verdict: "not-genuine" });
      const altered = with_("trust-bundle.json", ({ "trust-bundle.json": bytes }) =>
        utf8(textOf(bytes).replace('"removedAt":null', '"removedAt":1')),
      );
      expect(await refused(altered)).to.include({ reason: "archive.registry-refused", verdict: "not-genuine" });
    });

    it("whose log is not the log's: archive.log-broken", async () => {
      const first = (change: (run: LogExtract["runs"][number]) => object) => (extract: LogExtract) =>
        ({ ...extract, runs: [{ ...extract.runs[0]!, ...change(extract.runs[0]!) }, extract.runs[1]!] }) as LogExtract;
      const lies: Record<string, (extract: LogExtract) => LogExtract> = {
        "an event says something else": first(({ events }) => ({ events: [{ ...events[0]!, time: 1 }] })),
        "no event tells of the issue": (extract) => ({ ...extract, runs: [extract.runs[1]!] }),
      };
      for (const [what, log] of Object.entries(lies)) {
        const report = await refused({ log });
        expect(report, what).to.include({ verdict: "not-genuine", reason: "archive.log-broken", log: null });
      }
    });

    it("whose log leads to a head that is not recorded: archive.log-head-not-recorded", async () => {
      const lies: Record<string, (extract: LogExtract) => LogExtract> = {
        "one that was never anchored": ({ runs: [one, other], ...rest }) => ({
          ...rest,
          runs: [one!, { ...other!, anchored: true }],
        }),
        "another chain of hashes": ({ runs: [one, other], ...rest }) => ({
          ...rest,
          runs: [{ ...one!, previous: new Uint8Array(32).fill(1) }, other!],
        }),
        "an event left out on the way": ({ runs: [one, other], ...rest }) => ({
          ...rest,
          runs: [{ ...one!, digests: one!.digests.slice(0, -32) }, other!],
        }),
      };
      for (const [what, log] of Object.entries(lies))
        expect(await refused({ log }), what).to.include({
          verdict: "undecided",
          reason: "archive.log-head-not-recorded",
        });
    });

    it("whose log leads to a head that the region disowned: anchor.root-disputed, then anchor.root-disowned", async () => {
      for (const [delay, verdict, reason] of [
        [3_600, "undecided", "anchor.root-disputed"],
        [0, "not-genuine", "anchor.root-disowned"],
      ] as const) {
        const disown = (extract: LogExtract) => {
          world.registry.disown(ANHUI, headsOf(extract, world.crypto)![0]!.root, 1, world.registry.time + delay);
          return extract;
        };
        expect(await refused({ log: disown })).to.include({ verdict, reason, log: null });
      }
    });

    it("whose seal proof has another form: format.malformed, or a later version: format.version-unsupported", async () => {
      const proof = (text: string) => with_("seal-proof.json", () => utf8(text));
      const whole = '{"format":"tigertally-seal-proof","formatVersion":1,"proof":null}';
      expect(await refused(proof(whole))).to.include({ verdict: "valid" });
      for (const [from, to] of [
        ["null", "0"],
        ["null", '{"index":0,"path":["00"],"region":"340000","root":"00","size":1}'],
        ["{", " {"],
        ["tigertally", "other"],
      ] as const)
        expect(await refused(proof(whole.replace(from, to))), to).to.include({
          ...{ verdict: "not-genuine", reason: "format.malformed", licence: null },
        });
      expect(await refused(proof(whole.replace(":1", ":2")))).to.include({
        ...{ verdict: "undecided", reason: "format.version-unsupported" },
      });
    });

    it("whose log extract has another form: format.malformed, or a later version: format.version-unsupported", async () => {
      const log = (change: (text: string) => string) =>
        with_("log.json", ({ "log.json": bytes }) => utf8(change(textOf(bytes))));
      expect(await refused(log((text) => ` ${text}`))).to.include({
        reason: "format.malformed",
        verdict: "not-genuine",
      });
      for (const [from, to] of [
        ['"first":12', '"first":9'],
        ['"sequence":5', '"sequence":4'],
        ['"result":"done"', '"result":"other"'],
        ['"runs":[', '"runs":[0,'],
        [/"digests":"./, '"digests":"'],
      ] as const)
        expect(await refused(log((text) => text.replace(from, to))), String(from)).to.include({
          reason: "format.malformed",
        });
      const later = log((text) => text.replace('"formatVersion":1', '"formatVersion":2'));
      expect(await refused(later)).to.include({ reason: "format.version-unsupported", verdict: "undecided" });
    });
  });

  it("with more JSON values than its parts can have is refused before it is read to the end: format.too-large", async () => {
    const issued = world.issueAnchored();
    const values = (count: number) => `[${"0,".repeat(count)}0]`;
    const refused = async (name: keyof ArchiveMembers, text: string) =>
      world.open(await world.pack(issued, { members: (members) => ({ ...members, [name]: utf8(text) }) }));
    expect(await refused("certificate.json", values(MAX_JSON_VALUES))).to.include({
      ...{ verdict: "not-genuine", reason: "format.too-large" },
    });
    expect(await refused("log.json", values(MAX_LOG_VALUES))).to.include({ reason: "format.too-large", log: null });
    expect(await refused("log.json", values(MAX_LOG_VALUES - 2))).to.include({ reason: "format.malformed" });
  });

  it("is not what any other zip file is, with which nothing is wrong: format.unrecognised", async () => {
    const letter = writeZip([{ name: "[Content_Types].xml", bytes: utf8("<Types/>") }]);
    for (const bytes of [letter, utf8("PK"), utf8("a letter"), new Uint8Array()])
      expect(await world.open(bytes)).to.include({ verdict: "not-genuine", reason: "format.unrecognised" });
    const renamed = writeZip([{ name: "manifest.json", bytes: utf8("{}") }]);
    expect(await world.open(renamed)).to.include({ verdict: "not-genuine", reason: "format.malformed" });
  });

  it("is told from a document by verifyCertificate, which names the way", async () => {
    const { trust, registry } = world;
    const bytes = await world.pack(world.issueAnchored());
    const report = await verifyCertificate({ bytes }, { trust, registry, now: world.now() });
    expect(report).to.include({ reason: "format.unrecognised" });
    expect(report.checks[0]).to.have.property("detail").that.contains("verifyArchive");
  });
});
