// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { nodeCrypto } from "../../../src/adapters/node-crypto/index.js";
import { toHex } from "../../../src/core/hex.js";
import type { SealCertificateRecord, SealRecord } from "../../../src/domain/seals/index.js";
import type { VerifyOptions } from "../../../src/verify/index.js";
import { type RegistryAccess, RegistryError } from "../../../src/verify/registry.js";
import { makeAnchoredCopy, makeCopy } from "../../verify/copies.js";
import { ANHUI } from "../../verify/fixture.js";
import { withoutAnswer } from "../../verify/memory-registry.js";
import { expectRefusalOf } from "../../verify/rejection.js";
import { makeSealWorld, operator } from "./seal-world.js";

const YEAR = 365 * 86_400;

/** With the clock that worlds of the verifier have. */
const dated = <Of extends { now: () => number }>(world: Of) => ({ ...world, now: () => new Date(world.now()) });

type Delegated = ReturnType<typeof makeSealWorld> & { readonly seal: SealCertificateRecord };

describe("sealing", () => {
  async function scene() {
    const world = makeSealWorld();
    await world.authority.establish(operator);
    const licenceOf = (issued: ReturnType<typeof world.issueAnchored>) => ({ ...issued, type: world.type });
    const licence = licenceOf(world.issueAnchored());
    const verify = async (file: Parameters<typeof world.verify>[0], options: Partial<VerifyOptions> = {}) =>
      world.verify(file, {
        revocationLists: {
          findRevocationLists: async () => {
            await world.authority.renewRevocationLists();
            return (await world.authority.authorities()).map(({ list }) => list!.list);
          },
        },
        rerender: async ({ renderer, seal, ...input }) =>
          renderer === world.renderer.rendererId(input.type)
            ? seal
              ? world.renderer.renderSealed({ ...input, seal }).bytes
              : world.renderer.render(input)
            : null,
        ...options,
      });
    const sealOf = async (file: Uint8Array) =>
      (await verify(file)).checks.find(({ check }) => check === "seal") as { outcome: string; reason?: string };
    return { ...world, licence, licenceOf, verify, sealOf };
  }

  it("sets the agency's seal, and a verifier finds everything right", async () => {
    const { authority, agency, sealing, licence, verify, store } = await scene();
    const { serial } = await authority.issueSeal(operator, agency.code);
    const file = (await sealing().sealedFile(operator, licence))!;
    const report = await verify(file);
    expect(report.verdict, JSON.stringify(report.checks)).to.equal("valid");
    expect(report.checks.filter(({ outcome }) => outcome !== "pass").map(({ check }) => check)).to.deep.equal([
      ...["copy", "recognition"],
    ]);
    const told = store.events.find(({ action }) => action === "certificate-sealed");
    const identifier = licence.certificate.credentialSubject.certificateIdentifier;
    expect(told?.object).to.equal(identifier);
    const [{ fileDigest, cms, sealedAt, room, reason }] = (await store.sealsOn(identifier, 1)) as [SealRecord];
    expect(told?.digestAfter).to.deep.equal(fileDigest);
    expect(told?.detail).to.deep.equal({
      ...{ seal: serial, agency: agency.code, ordinal: 1, sealedAt, room, reason },
      cms: toHex(nodeCrypto.sha256(cms)),
    });
  });

  it("gives the same bytes whenever they are asked for, from whichever process, and after another seal was issued", async () => {
    const { authority, agency, sealing, licence, state, store } = await scene();
    await authority.issueSeal(operator, agency.code);
    const first = await sealing().sealedFile(operator, licence);
    state.second = 5_000;
    await authority.issueSeal(operator, agency.code);
    expect(await sealing().sealedFile(operator, licence)).to.deep.equal(first);
    expect(store.events.filter(({ action }) => action === "certificate-sealed")).to.have.length(1);
  });

  it("seals readers' copies, each by itself and beside the licence, also when all are asked for at once", async () => {
    const world = await scene();
    const { authority, agency, sealing, licence, store, type } = world;
    await authority.issueSeal(operator, agency.code);
    const copyOf = (n: number) => {
      const copyNumber = `${String(n).padStart(21, "n")}A`;
      const { certificate, evidence, statement } = makeAnchoredCopy(dated(world), licence, { changes: { copyNumber } });
      return { certificate, evidence, type, copy: statement };
    };
    const copies = Array.from({ length: 40 }, (_, n) => copyOf(n));
    const all = [licence, ...copies];
    let rendered = 0;
    const { renderSealedCopy } = world.renderer;
    world.renderer.renderSealedCopy = (input) => {
      rendered++;
      return renderSealedCopy(input);
    };
    const files = await Promise.all(all.map((each) => sealing().sealedFile(operator, each)));
    expect(new Set(files.map((file) => toHex(nodeCrypto.sha256(file!))))).to.have.length(41);
    // None of them in vain.
    expect(rendered).to.equal(40);
    // More seals lie on the licence by now than are looked at of one file.
    for (const [i, each] of all.entries())
      expect(await sealing().sealedFile(operator, each), `file ${i}`).to.deep.equal(files[i]);
    const reasons = store.events.flatMap(({ action, detail }) =>
      action === "certificate-sealed" ? [detail?.reason] : [],
    );
    expect(reasons).to.have.members(["电子证照签发", ...copies.map(({ copy }) => `加注件制作 ${copy.copyNumber}`)]);
    const report = await world.verify(files[5]!, {
      rerender: async ({ certificate, evidence, copy, seal }) =>
        world.renderer.renderSealedCopy({ certificate, type, copy: { statement: copy!, evidence }, seal: seal! }).bytes,
    });
    expect(report.verdict, JSON.stringify(report.checks)).to.equal("valid");
    expect(report.document?.copy).to.include({ user: copies[4]!.copy.user });
  });

  it("sets no seal on a copy that is not anchored", async () => {
    const world = await scene();
    await world.authority.issueSeal(operator, world.agency.code);
    const { certificate, evidence, statement } = makeCopy(dated(world), world.licence);
    const parts = { certificate, evidence, type: world.type, copy: statement };
    expect(await world.sealing().sealedFile(operator, parts)).to.equal(null);
  });

  it("sets another seal when the one on the file was revoked, and keeps that one where there is no other", async () => {
    const { authority, agency, sealing, licence, state, sealOf } = await scene();
    const { serial } = await authority.issueSeal(operator, agency.code);
    const first = await sealing().sealedFile(operator, licence);
    state.second = 10;
    await authority.revokeSeal(operator, serial, "superseded");
    expect(await sealing().sealedFile(operator, licence)).to.deep.equal(first);
    await authority.issueSeal(operator, agency.code);
    const second = (await sealing().sealedFile(operator, licence))!;
    expect(second).not.to.deep.equal(first);
    expect(await sealOf(second)).to.include({ outcome: "pass" });
    expect(await sealing().sealedFile(operator, licence)).to.deep.equal(second);
  });

  it("gives everybody one file when two processes seal at once", async () => {
    const { authority, agency, sealing, licence, store } = await scene();
    await authority.issueSeal(operator, agency.code);
    const [one, other] = await Promise.all([
      sealing().sealedFile(operator, licence),
      sealing().sealedFile(operator, licence),
    ]);
    expect(one).to.deep.equal(other);
    expect(store.events.filter(({ action }) => action === "certificate-sealed")).to.have.length(1);
  });

  it("sets another seal on another file of the same licence, as a moved anchor makes it", async () => {
    const { authority, agency, sealing, licence, sealOf } = await scene();
    await authority.issueSeal(operator, agency.code);
    const first = await sealing().sealedFile(operator, licence);
    const evidence = { ...licence.evidence, anchors: [] };
    const second = (await sealing().sealedFile(operator, { ...licence, evidence } as typeof licence))!;
    expect(second).not.to.deep.equal(first);
    expect((await sealOf(second)).outcome).to.equal("pass");
    expect(await sealing().sealedFile(operator, licence)).to.deep.equal(first);
  });

  it("seals nothing that is not anchored, and nothing for which nobody has a seal", async () => {
    const { authority, agency, sealing, licence, licenceOf, issue } = await scene();
    expect(await sealing().sealedFile(operator, licence)).to.equal(null);
    await authority.issueSeal(operator, agency.code);
    expect(await sealing().sealedFile(operator, licenceOf(issue()))).to.equal(null);
  });

  it("does not seal with a seal that was revoked or has run out", async () => {
    const { authority, agency, sealing, licence, licenceOf, issueAnchored, state, sealOf } = await scene();
    const stolen = await authority.issueSeal(operator, agency.code);
    await authority.revokeSeal(operator, stolen.serial, "key-compromise");
    expect(await sealing().sealedFile(operator, licence)).to.equal(null);
    const next = await authority.issueSeal(operator, agency.code, { years: 1 });
    const file = (await sealing().sealedFile(operator, licence))!;
    expect(await sealOf(file)).to.include({ outcome: "pass" });
    state.second = next.validity.until + 1 - next.validity.from;
    expect(state.second).to.be.greaterThan(YEAR);
    expect(await sealing().sealedFile(operator, licenceOf(issueAnchored()))).to.equal(null);
  });

  it("does not seal under a CA whose key does not count yet, or no more", async () => {
    const { authority, agency, registry, sealing, issueAnchored, state, type } = makeSealWorld();
    state.delay = 100_000;
    const { record } = await authority.establish(operator);
    await authority.issueSeal(operator, agency.code);
    const licence = () => ({ ...issueAnchored(), type });
    const first = licence();
    expect(await sealing().sealedFile(operator, first)).to.equal(null);
    registry.advance(100_000);
    const sealed = await sealing().sealedFile(operator, first);
    expect(sealed).not.to.equal(null);
    registry.advance(1);
    registry.retireKey(record.keyDigest);
    expect(await sealing().sealedFile(operator, licence())).to.equal(null);
    expect(await sealing().sealedFile(operator, first)).to.deep.equal(sealed);
  });

  it("gives the same bytes after revocation and expiry where an anchor proves that the seal is older", async () => {
    const { authority, agency, sealing, licence, state, verify, anchorSealOn, registry, proofs } = await scene();
    const { serial, validity } = await authority.issueSeal(operator, agency.code);
    const first = (await sealing().sealedFile(operator, licence))!;
    registry.advance(60);
    await anchorSealOn(licence.certificate);
    state.second = 10;
    await authority.revokeSeal(operator, serial, "superseded");
    await authority.issueSeal(operator, agency.code);
    registry.advance(60);
    expect(await sealing().sealedFile(operator, licence)).to.deep.equal(first);
    expect((await verify(first, { mirror: proofs })).verdict).to.equal("valid");
    state.second = validity.until - validity.from;
    await authority.issueSeal(operator, agency.code);
    expect(await sealing().sealedFile(operator, licence)).to.deep.equal(first);
  });

  it("sets another seal where the anchor came after the revocation", async () => {
    const { authority, agency, sealing, licence, state, anchorSealOn, registry } = await scene();
    const { serial } = await authority.issueSeal(operator, agency.code);
    const first = await sealing().sealedFile(operator, licence);
    state.second = 10;
    await authority.revokeSeal(operator, serial, "superseded");
    registry.advance(60);
    await anchorSealOn(licence.certificate);
    await authority.issueSeal(operator, agency.code);
    expect(await sealing().sealedFile(operator, licence)).not.to.deep.equal(first);
  });

  describe("under a CA whose key is compromised", () => {
    async function compromised({ effectiveIn = 0, anchored = false } = {}) {
      const world = await scene();
      const { authority, agency, sealing, licence, registry, store } = world;
      await authority.issueSeal(operator, agency.code);
      const first = (await sealing().sealedFile(operator, licence))!;
      registry.advance(60);
      if (anchored) await world.anchorSealOn(licence.certificate);
      registry.advance(60);
      const [{ ca }] = (await store.sealCertificatesOf(agency.code)) as [SealCertificateRecord];
      return {
        ...world,
        first,
        ca,
        claim: (since: number) => registry.claimCompromise(ca, since, registry.time + effectiveIn),
      };
    }

    it("doubts what nothing dates, and has the next CA seal it", async () => {
      const { authority, agency, sealing, licence, registry, first, claim, sealOf } = await compromised();
      claim(registry.time);
      registry.advance(60);
      expect(await sealOf(first)).to.include({ reason: "seal.time-unproven" });
      // Nobody else seals it yet.
      expect(await sealing().sealedFile(operator, licence)).to.deep.equal(first);
      await authority.establish(operator);
      await authority.issueSeal(operator, agency.code);
      const second = (await sealing().sealedFile(operator, licence))!;
      expect(second).not.to.deep.equal(first);
      expect(await sealOf(second)).to.include({ outcome: "pass" });
    });

    it("leaves what is proven to be older", async () => {
      const { authority, agency, sealing, licence, registry, first, claim } = await compromised({ anchored: true });
      claim(registry.time);
      await authority.establish(operator);
      await authority.issueSeal(operator, agency.code);
      expect(await sealing().sealedFile(operator, licence)).to.deep.equal(first);
    });

    it("hands out nothing that it sealed since, but the file without a seal", async () => {
      const { sealing, licence, registry, claim } = await compromised();
      claim(registry.time - 10_000);
      registry.advance(1);
      expect(await sealing().sealedFile(operator, licence)).to.equal(null);
    });

    it("keeps what is only disputed until somebody else can seal it", async () => {
      const { sealing, licence, registry, claim, first } = await compromised({ effectiveIn: 1_000 });
      claim(registry.time - 10_000);
      expect(await sealing().sealedFile(operator, licence)).to.deep.equal(first);
      registry.advance(1_000);
      expect(await sealing().sealedFile(operator, licence)).to.equal(null);
    });

    it("hands out what is there while the registry cannot be asked", async () => {
      const { sealing, licence, registry, claim, first } = await compromised();
      claim(registry.time);
      const down = sealing({ snapshot: () => Promise.reject(new RegistryError("registry.unreachable", "down")) });
      expect(await down.sealedFile(operator, licence)).to.deep.equal(first);
      const halfDown = sealing(withoutAnswer(registry, "findKey", new RegistryError("registry.unreachable", "down")));
      expect(await halfDown.sealedFile(operator, licence)).to.deep.equal(first);
    });
  });

  describe("during a suspension", () => {
    for (const [what, suspend] of [
      ["of the agency", (world: Awaited<ReturnType<typeof scene>>) => world.registry.suspendAgency(world.agency.code)],
      ["of the region", (world: Awaited<ReturnType<typeof scene>>) => world.registry.suspendRegion(ANHUI)],
    ] as const)
      it(`${what} seals nothing, and leaves what was sealed before`, async () => {
        const world = await scene();
        const { authority, agency, sealing, licence, licenceOf, issueAnchored, registry } = world;
        await authority.issueSeal(operator, agency.code);
        const before = await sealing().sealedFile(operator, licence);
        const other = licenceOf(issueAnchored());
        registry.advance(60);
        suspend(world);
        registry.advance(60);
        expect(await sealing().sealedFile(operator, other)).to.equal(null);
        expect(await sealing().sealedFile(operator, licence)).to.deep.equal(before);
      });

    it("has what was sealed before, and nothing dates, sealed anew when it is over", async () => {
      const {
        authority,
        agency,
        sealing,
        licence,
        licenceOf,
        issueAnchored,
        registry,
        sealOf,
        anchorSealOn,
        verify,
        proofs,
      } = await scene();
      await authority.issueSeal(operator, agency.code);
      const undated = (await sealing().sealedFile(operator, licence))!;
      const other = licenceOf(issueAnchored());
      const dated = (await sealing().sealedFile(operator, other))!;
      registry.advance(60);
      await anchorSealOn(other.certificate);
      registry.advance(60);
      registry.suspendAgency(agency.code);
      registry.advance(60);
      registry.releaseAgency(agency.code);
      registry.advance(60);
      expect(await sealOf(undated)).to.include({ outcome: "unknown", reason: "seal.time-unproven" });
      const anew = (await sealing().sealedFile(operator, licence))!;
      expect(anew).not.to.deep.equal(undated);
      expect(await sealOf(anew)).to.include({ outcome: "pass" });
      expect(await sealing().sealedFile(operator, other)).to.deep.equal(dated);
      expect((await verify(dated, { mirror: proofs })).verdict).to.equal("valid");
    });

    it("seals again when it is over", async () => {
      const { authority, agency, sealing, licence, registry, sealOf } = await scene();
      await authority.issueSeal(operator, agency.code);
      registry.suspendAgency(agency.code);
      expect(await sealing().sealedFile(operator, licence)).to.equal(null);
      registry.advance(60);
      registry.releaseAgency(agency.code);
      const file = (await sealing().sealedFile(operator, licence))!;
      expect(await sealOf(file)).to.include({ outcome: "pass" });
    });

    it("lets no suspended agency seal for another", async () => {
      const { authority, agency, otherAgency, sealing, licence, registry } = await scene();
      registry.delegateSeal(agency.code, otherAgency.code);
      await authority.issueSeal(operator, otherAgency.code);
      registry.suspendAgency(otherAgency.code);
      expect(await sealing().sealedFile(operator, licence)).to.equal(null);
    });
  });

  it("keeps no seal that is larger than its room", async () => {
    const { authority, agency, sealing, issueAnchored, type, store } = makeSealWorld({
      stamp: async () => new Uint8Array(7_000),
    });
    await authority.establish(operator);
    await authority.issueSeal(operator, agency.code);
    const licence = { ...issueAnchored(), type };
    await expectRefusalOf("request.too-large", sealing().sealedFile(operator, licence));
    expect(await store.sealsOn(licence.certificate.credentialSubject.certificateIdentifier, 9)).to.deep.equal([]);
  });

  it("lets another agency seal only while the registry says that it may", async () => {
    const { authority, agency, otherAgency, registry, sealing, licence, sealOf, store } = await scene();
    await authority.issueSeal(operator, otherAgency.code);
    expect(await sealing().sealedFile(operator, licence)).to.equal(null);
    registry.delegateSeal(agency.code, otherAgency.code);
    const { serial } = await authority.issueSeal(operator, otherAgency.code);
    const file = (await sealing().sealedFile(operator, licence))!;
    expect(await sealOf(file)).to.include({ outcome: "pass" });
    expect(store.events.find(({ action }) => action === "certificate-sealed")?.detail).to.include({
      seal: serial,
      agency: otherAgency.code,
    });
  });

  for (const [what, end] of [
    [
      "another agency may seal no more",
      ({ registry, agency, otherAgency }) => registry.endSealDelegation(agency.code, otherAgency.code),
    ],
    ["another agency is there no more", ({ registry, otherAgency }) => registry.strikeAgency(otherAgency.code)],
    ["the CA has another key", ({ registry, seal }) => registry.retireKey(seal.ca)],
  ] satisfies readonly (readonly [string, (world: Delegated) => void])[])
    it(`has a file that nothing dates sealed anew once ${what}`, async () => {
      const world = await scene();
      const { authority, agency, otherAgency, registry, sealing, licence, sealOf } = world;
      registry.delegateSeal(agency.code, otherAgency.code);
      const seal = await authority.issueSeal(operator, otherAgency.code);
      const first = (await sealing().sealedFile(operator, licence))!;
      registry.advance(60);
      end({ ...world, seal });
      registry.advance(60);
      expect(await sealOf(first)).to.include({ reason: "seal.time-unproven" });
      // Nobody else seals it yet.
      expect(await sealing().sealedFile(operator, licence)).to.deep.equal(first);
      await authority.establish(operator);
      await authority.issueSeal(operator, agency.code);
      const second = (await sealing().sealedFile(operator, licence))!;
      expect(second).not.to.deep.equal(first);
      expect(await sealOf(second)).to.include({ outcome: "pass" });
    });

  it("asks the registry little for who seals, also among hundreds of sealers", async () => {
    const { authority, agency, otherAgency, registry, sealing, licenceOf, issueAnchored, store } = await scene();
    const { serial } = await authority.issueSeal(operator, otherAgency.code);
    const [seal] = await store.sealCertificatesInForce(registry.time, 1);
    const crowd = Array.from({ length: 400 }, (_, i) => ({ ...seal!, serial: `c${i}`, holder: `agency ${i}` }));
    store.sealCertificatesInForce = async () => [...crowd, seal!];
    let [asked, atOnce, most] = [0, 0, 0];
    const counting: RegistryAccess = {
      async snapshot() {
        const snapshot = await registry.snapshot();
        return {
          ...snapshot,
          async findSealDelegations(...of) {
            asked++;
            most = Math.max(most, ++atOnce);
            await new Promise(setImmediate);
            atOnce--;
            return snapshot.findSealDelegations(...of);
          },
        };
      },
    };
    const process = sealing(counting);
    const questions = async () => {
      asked = 0;
      const file = await process.sealedFile(operator, licenceOf(issueAnchored()));
      return { asked, isSealed: file !== null };
    };
    registry.advance(1);
    expect(await questions()).to.deep.equal({ asked: 401, isSealed: false });
    expect(most).to.equal(50);
    // Nothing has changed in the chain.
    const waiting = [licenceOf(issueAnchored()), licenceOf(issueAnchored())];
    asked = 0;
    expect(await process.sealedFile(operator, waiting[0]!)).to.equal(null);
    const first = asked;
    expect(await process.sealedFile(operator, waiting[1]!)).to.equal(null);
    expect(asked - first).to.equal(0);
    registry.delegateSeal(agency.code, otherAgency.code);
    registry.advance(1);
    expect(await questions()).to.deep.equal({ asked: 401, isSealed: true });
    expect(await questions()).to.deep.equal({ asked: 1, isSealed: true });
    expect(store.events.at(-1)?.detail).to.include({ seal: serial });
    registry.endSealDelegation(agency.code, otherAgency.code);
    registry.advance(1);
    expect((await questions()).isSealed).to.equal(false);
  });

  it("fails, and keeps nothing, when the timestamp that it is to have cannot be had", async () => {
    const { authority, agency, issueAnchored, type, sealing, store } = makeSealWorld({
      stamp: () => Promise.reject(new Error("the authority does not answer")),
    });
    await authority.establish(operator);
    await authority.issueSeal(operator, agency.code);
    const licence = { ...issueAnchored(), type };
    const outcome = await sealing()
      .sealedFile(operator, licence)
      .catch((error: Error) => error.message);
    expect(outcome).to.equal("the authority does not answer");
    expect(store.events.some(({ action }) => action === "certificate-sealed")).to.equal(false);
  });

  it("says so when the certificate of a seal is not there any more", async () => {
    const { authority, agency, sealing, licence, store } = await scene();
    await authority.issueSeal(operator, agency.code);
    await sealing().sealedFile(operator, licence);
    store.findSealCertificate = async () => null;
    await expectRefusalOf("store.failed", sealing().sealedFile(operator, licence));
  });
});
