// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { toDigits } from "../../src/core/digits.js";
import { licenceEntry } from "../../src/core/entry.js";
import type { AnchoredEvidence } from "../../src/core/evidence.js";
import { toHex } from "../../src/core/hex.js";
import { buildTree, leafHash } from "../../src/core/merkle.js";
import { readToken } from "../../src/core/token.js";
import type { RegistryFailure } from "../../src/verify/index.js";
import { RegistryError } from "../../src/verify/registry.js";
import { answers, checkOf, undecided } from "./expectations.js";
import { ANHUI, type Issued, makeWorld, mirrorOf, SHANGHAI, signToken, type World } from "./fixture.js";
import { brokenRegistry, withHead, withoutAnswer, withoutLogs } from "./memory-registry.js";

describe("verifyCertificate, of what it cannot check,", () => {
  let world: World;
  let issued: Issued;
  beforeEach(() => {
    world = makeWorld();
    issued = world.issueAnchored();
  });
  const document = () => world.documentOf(issued);

  describe("the anchor", () => {
    it("is unknown for an invented root with a consistent path", async () => {
      const { issued: invented } = world.anchor([world.issue(), world.issue()], { record: false });
      world.registry.advance(60);
      expect(answers(await world.verify(world.documentOf(invented[1]!)))).to.deep.equal(
        undecided("anchor.root-not-recorded"),
      );
    });

    it("is unknown when the size was changed so that the path still fits", async () => {
      const { issued: all } = world.anchor([
        world.issue(),
        world.issue(),
        world.issue(),
        world.issue(),
        world.issue(),
        world.issue(),
      ]);
      const evidence = all[0]!.evidence as AnchoredEvidence;
      const grown = { ...evidence, batch: { ...evidence.batch, size: evidence.batch.size + 1 } };
      expect(answers(await world.verify(world.documentOf({ ...all[0]!, evidence: grown })))).to.deep.equal(
        undecided("anchor.root-not-recorded"),
      );
    });

    it("is unknown when another region anchored the batch, whatever the evidence says", async () => {
      const { issued: all } = world.anchor([world.issue(), world.issue()], { region: SHANGHAI });
      const evidence = all[0]!.evidence as AnchoredEvidence;
      const lying = { ...evidence, batch: { ...evidence.batch, region: ANHUI } };
      for (const one of [all[0]!, { ...all[0]!, evidence: lying }])
        expect(answers(await world.verify(world.documentOf(one)))).to.deep.equal(undecided("anchor.root-not-recorded"));
    });

    it("is pending at first, and overdue after maxAnchorDelay", async () => {
      const pending = world.documentOf(world.issue());
      world.registry.advance(60);
      const signedAt = Date.parse(pending.certificate.proof.created);
      const at = (seconds: number) => world.verify(pending, { now: new Date(signedAt + seconds * 1000) });
      expect(answers(await at(world.trust.maxAnchorDelay))).to.deep.equal(undecided("anchor.pending"));
      expect(answers(await at(world.trust.maxAnchorDelay + 1))).to.deep.equal(undecided("anchor.overdue"));
    });

    it("leaves the key undecided too: only the time of the anchor could judge it", async () => {
      const pending = world.documentOf(world.issue());
      world.registry.retireKey(world.agency.key.digest);
      world.registry.claimCompromise(world.agency.key.digest, 0);
      world.registry.advance(60);
      const report = await world.verify(pending);
      expect(answers(report)).to.deep.equal(undecided("anchor.pending"));
      expect(checkOf(report, "issuer")).to.include({ outcome: "unknown", reason: "issuer.anchor-time-unknown" });
    });

    it("is unknown for a bare certificate, which has no leaf", async () => {
      expect(answers(await world.verify(issued.certificate))).to.deep.equal(undecided("anchor.evidence-missing"));
    });

    it("is unknown for a code that the mirror lacks, and without a mirror", async () => {
      expect(answers(await world.verify(world.codeOf(issued), { mirror: mirrorOf() }))).to.deep.equal(
        undecided("anchor.not-in-mirror"),
      );
      expect(answers(await world.verify(world.codeOf(issued)))).to.deep.equal(undecided("anchor.evidence-missing"));
    });

    it("is unknown for a token minted later with the stolen key: only the first was anchored", async () => {
      const { claims } = readToken(issued.token);
      const minted = signToken(world.crypto, { ...claims, expires: claims.expires! + 86_400 }, world.agency.key);
      expect(answers(await world.verify(toDigits(minted), { mirror: mirrorOf(issued) }))).to.deep.equal(
        undecided("anchor.not-in-mirror"),
      );
    });

    it("is unknown when the mirror breaks, or gives a proof that does not hold", async () => {
      const broken = { findProof: () => Promise.reject(new Error("disk")) };
      expect(answers(await world.verify(world.codeOf(issued), { mirror: broken }))).to.deep.equal(
        undecided("anchor.mirror-failed"),
      );
      const lying = { findProof: async () => ({ ...(await mirrorOf(issued).findProof(issued.leaf))!, index: 0 }) };
      expect(answers(await world.verify(world.codeOf(issued), { mirror: lying }))).to.deep.equal(
        undecided("anchor.mirror-failed"),
      );
    });

    it("is disputed from the moment its region disowns it, until the delay has passed", async () => {
      const { issued: all, root, size } = world.anchor([world.issue()]);
      world.registry.disown(ANHUI, root, size, world.registry.time + 100);
      expect(answers(await world.verify(world.documentOf(all[0]!)))).to.deep.equal(undecided("anchor.root-disputed"));
      world.registry.advance(100);
      expect((await world.verify(world.documentOf(all[0]!))).reason).to.equal("anchor.root-disowned");
    });

    it("tells the mirror the issuer's region, so that a stranger's copy of the leaf cannot hide the batch", async () => {
      const copy = buildTree(world.crypto, [
        leafHash(world.crypto, licenceEntry(new Uint8Array(32), new Uint8Array(32))),
        issued.leaf,
      ]);
      const mirror = {
        findProof: async (leaf: Uint8Array, region?: string) =>
          region === ANHUI
            ? mirrorOf(issued).findProof(leaf)
            : { region: SHANGHAI, root: toHex(copy.root), size: 2, index: 1, path: copy.path(1) },
      };
      expect((await world.verify(world.codeOf(issued), { mirror })).verdict).to.equal("valid");
    });
  });

  describe("the issuer", () => {
    it("is disputed while a compromise claim that reaches before the anchor can still be vetoed", async () => {
      world.registry.claimCompromise(world.agency.key.digest, 0, world.registry.time + 100);
      expect(answers(await world.verify(document()))).to.deep.equal(undecided("issuer.key-disputed"));
      expect(answers(await world.verify(world.codeOf(issued), { mirror: mirrorOf(issued) }))).to.deep.equal(
        undecided("issuer.key-disputed"),
      );
      world.registry.advance(100);
      expect((await world.verify(document())).reason).to.equal("issuer.key-compromised");
    });

    it("judges an effective claim though a wider one is still open", async () => {
      const anchoredAt = world.registry.time - 60;
      world.registry.claimCompromise(world.agency.key.digest, anchoredAt + 10);
      world.registry.claimCompromise(world.agency.key.digest, 0, world.registry.time + 100);
      expect((await world.verify(document())).reason).to.equal("issuer.key-disputed");
      world.registry.claimCompromise(world.agency.key.digest, anchoredAt);
      expect((await world.verify(document())).reason).to.equal("issuer.key-compromised");
    });

    it("is unknown when its agency was struck after the anchor, and when the code was registered again", async () => {
      world.registry.retireKey(world.agency.key.digest);
      world.registry.strikeAgency(world.agency.code);
      world.registry.advance(60);
      expect(answers(await world.verify(document()))).to.deep.equal(undecided("issuer.agency-struck"));
      world.registry.registerAgency(SHANGHAI, world.agency.code, world.agency.did);
      world.registry.advance(60);
      expect(answers(await world.verify(document()))).to.deep.equal(undecided("issuer.agency-struck"));
    });

    it("is unknown when the verifier does not recognise its region", async () => {
      const trust = { ...world.trust, regions: [SHANGHAI] };
      expect(answers(await world.verify(document(), { trust }))).to.deep.equal(
        undecided("issuer.region-not-recognised"),
      );
      expect((await world.verify(document(), { trust: { ...trust, regions: [SHANGHAI, ANHUI] } })).verdict).to.equal(
        "valid",
      );
    });

    it("is unknown to a node that lags behind its key", async () => {
      world.registry.advance(60);
      const lagging = world.registry.frozen();
      world.registry.advance(60);
      const key = world.newKey();
      world.register(world.agency, key);
      const rotated = world.issueAnchored({ key });
      expect((await world.verify(world.documentOf(rotated))).verdict).to.equal("valid");
      expect(answers(await world.verify(world.documentOf(rotated), { registry: lagging }))).to.deep.equal(
        undecided("registry.behind"),
      );
      expect(
        answers(await world.verify(world.codeOf(rotated), { registry: lagging, mirror: mirrorOf(rotated) })),
      ).to.deep.equal(undecided("registry.behind"));
    });

    it("is unknown to a node without old logs, for a code that a region anchored", async () => {
      const registry = withoutLogs(world.registry);
      for (const region of [ANHUI, SHANGHAI]) {
        const { issued: batch } = world.anchor([world.issue(), world.issue()], { region });
        world.registry.advance(60);
        const report = await world.verify(world.codeOf(batch[1]!), { registry, mirror: mirrorOf(batch[1]!) });
        expect(answers(report)).to.deep.equal(undecided("registry.garbage"));
        for (const check of ["integrity", "issuer"] as const) {
          expect(checkOf(report, check)).to.include({ outcome: "unknown", reason: "registry.garbage" });
          expect(checkOf(report, check)).to.have.property("detail").that.contains(`region ${region}`);
        }
      }
      // The file names its key, and state has that.
      expect((await world.verify(document(), { registry })).verdict).to.equal("valid");
    });

    it("is unknown without old logs when the mirror or the chain cannot say whether it was anchored", async () => {
      const registry = withoutLogs(world.registry);
      const mirror = { findProof: () => Promise.reject(new Error("locked")) };
      expect(answers(await world.verify(world.codeOf(issued), { registry, mirror }))).to.deep.equal(
        undecided("anchor.mirror-failed"),
      );
      const silent = withoutAnswer(
        registry,
        "findAnchor",
        new RegistryError("registry.unreachable", "the test says so"),
      );
      const report = await world.verify(world.codeOf(issued), { registry: silent, mirror: mirrorOf(issued) });
      expect(answers(report)).to.deep.equal(undecided("registry.unreachable"));
    });

    it("is unknown to a node that lags behind its agency, its authorisation or its type", async () => {
      const lagging = world.registry.frozen();
      world.registry.advance(60);
      const agency = world.newAgency(ANHUI, "00298433", "虎符示例县市场监督管理局");
      world.registry.authorise(agency.code, world.type.typeCode);
      const later = world.issueAnchored({ agency });
      const report = await world.verify(world.documentOf(later), { registry: lagging });
      expect(answers(report)).to.deep.equal(undecided("registry.behind"));
      expect(checkOf(report, "issuer")).to.include({ reason: "registry.behind" });
    });
  });

  describe("a format", () => {
    const later = (change: object) => world.verify({ ...document(), ...change });
    it("of a later version is unknown, by name", async () => {
      const unsupported = undecided("format.version-unsupported");
      expect(answers(await later({ formatVersion: 2 }))).to.deep.equal(unsupported);
      expect(answers(await later({ formatVersion: 2, certificate: 7, seals: [] }))).to.deep.equal(unsupported);
      expect(answers(await later({ evidence: { ...issued.evidence, version: 2 } }))).to.deep.equal(unsupported);
      expect(answers(await later({ type: { ...world.type, formatVersion: 2 } }))).to.deep.equal(unsupported);
      const contexts = ["https://www.w3.org/ns/credentials/v3", issued.certificate["@context"][1]];
      expect(answers(await later({ certificate: { ...issued.certificate, "@context": contexts } }))).to.deep.equal(
        unsupported,
      );
    });

    it("with an unknown algorithm is unknown, by name", async () => {
      const proof = { ...issued.certificate.proof, cryptosuite: "mldsa-jcs-2029" };
      expect(answers(await later({ certificate: { ...issued.certificate, proof } }))).to.deep.equal(
        undecided("format.algorithm-unsupported"),
      );
    });

    it("of a code's later version is unknown, by name", async () => {
      // The version is the claim -1 (0x20) with the value 1, once in the payload.
      const token = Buffer.from(issued.token);
      const at = token.indexOf(Buffer.of(0x20, 0x01, 0x21, 0x01));
      token[at + 1] = 2;
      expect(answers(await world.verify(toDigits(token)))).to.deep.equal(undecided("format.version-unsupported"));
    });
  });

  describe("the registry", () => {
    const FAILURES: readonly RegistryFailure[] = [
      "registry.unreachable",
      "registry.wrong-chain",
      "registry.garbage",
      "registry.disagrees",
      "registry.missing",
    ];
    for (const failure of FAILURES)
      it(`gives ${failure} for JSON and code alike`, async () => {
        const registry = brokenRegistry(failure);
        expect(answers(await world.verify(document(), { registry }))).to.deep.equal(undecided(failure));
        expect(answers(await world.verify(world.codeOf(issued), { registry, mirror: mirrorOf(issued) }))).to.deep.equal(
          undecided(failure),
        );
      });

    it("is not believed for another chain or contract than the configured one", async () => {
      for (const head of [{ chainId: 1 }, { registry: `0x${"22".repeat(20)}` }])
        expect(answers(await world.verify(document(), { registry: withHead(world.registry, head) }))).to.deep.equal(
          undecided("registry.wrong-chain"),
        );
    });

    it("may name the contract in another case", async () => {
      const registry = withHead(world.registry, { registry: world.registry.address.toLowerCase() });
      expect((await world.verify(document(), { registry })).verdict).to.equal("valid");
    });

    const QUESTIONS = [
      "findRegion",
      "findAgency",
      "findKey",
      "findAuthorisations",
      "findAnchor",
      "findTypeDefinition",
    ] as const;
    for (const question of QUESTIONS)
      it(`leaves authenticity undecided when ${question} gets no answer, and never says forged`, async () => {
        for (const error of [new TypeError("boom"), new RangeError("too big")])
          expect(
            answers(await world.verify(document(), { registry: withoutAnswer(world.registry, question, error) })),
          ).to.deep.equal(undecided("registry.garbage"));
      });

    it("leaves only standing undecided when the status word gets no answer", async () => {
      const registry = withoutAnswer(world.registry, "statusWord", new Error("429"));
      expect(answers(await world.verify(document(), { registry }))).to.deep.equal({
        authenticity: "genuine",
        standing: "undecided",
        verdict: "undecided",
        reason: "registry.garbage",
      });
    });

    it("does not keep a forgery from being recognised as one", async () => {
      const forged = { ...document(), certificate: { ...issued.certificate, validFrom: "2020-01-01T00:00:00+08:00" } };
      const report = await world.verify(forged, { registry: brokenRegistry("registry.unreachable") });
      expect(report.verdict).to.equal("not-genuine");
      expect(report.reason).to.equal("integrity.signature-wrong");
    });

    it("is asked for one snapshot a document, and for nothing when the document cannot be read", async () => {
      let snapshots = 0;
      const registry = {
        snapshot: () => {
          snapshots++;
          return world.registry.snapshot();
        },
      };
      await world.verify(document(), { registry });
      expect(snapshots).to.equal(1);
      await world.verify("{", { registry });
      expect(snapshots).to.equal(1);
    });
  });
});
