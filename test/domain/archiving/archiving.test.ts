// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { certificateDigest } from "../../../src/core/certificate-reader.js";
import { toHex } from "../../../src/core/hex.js";
import type { LegalState } from "../../../src/core/type-definition.js";
import { type ArchivingDependencies, createArchiving } from "../../../src/domain/archiving/index.js";
import type { Actor, AuditEvent, AuditStore, RecordedEvent } from "../../../src/domain/audit/index.js";
import { readTrustBundle } from "../../../src/verify/index.js";
import { makeArchiveWorld } from "../../verify/archive/packed.js";
import { ANHUI, type Issued } from "../../verify/fixture.js";

const CLERK: Actor = { kind: "token", id: "t1", role: "issuer", requestId: "r1" };

describe("packing an archive", () => {
  const world = makeArchiveWorld();
  const { crypto, registry, trust, pinned } = world;

  /** Archiving of one licence in the state that the store has, and what was logged. */
  const office = (issued: Issued, state: LegalState = "valid", changes: Partial<ArchivingDependencies> = {}) => {
    const { certificate, evidence } = issued;
    const digest = certificateDigest(crypto, certificate);
    const event: RecordedEvent = {
      ...{ sequence: 1, time: 1, action: "certificate-issued", requestId: "r", result: "done", digestAfter: digest },
      ...{ actor: CLERK, object: certificate.credentialSubject.certificateIdentifier },
    };
    const list: AuditStore["list"] = async ({ beyond = 0 }) => (beyond === 0 ? [event] : []);
    const logged: AuditEvent[] = [];
    const identifier = certificate.credentialSubject.certificateIdentifier;
    const archiving = createArchiving({
      region: ANHUI,
      issuance: {
        getCertificate: async () =>
          ({ certificateIdentifier: identifier, certificateDigest: toHex(digest), state }) as never,
        documentOf: async () => ({ certificate, evidence, type: world.type }) as never,
      },
      pdfOf: () => world.sealed(issued),
      audit: {
        list,
        append: async (appended) => {
          logged.push(appended);
          return { ...appended, sequence: 2 };
        },
      },
      log: { auditEvents: async (after) => (after === 0 ? [{ event, hash: digest }] : []), auditHeads: async () => [] },
      proofs: { findProof: async () => null },
      bundles: {
        async issueIfOutdated() {
          const bytes = world.bundle({ revocationLists: [world.listOf(world.office)] });
          return { bytes, digest: "", content: readTrustBundle(bytes, { trust, pinned, crypto }) };
        },
      },
      signer: async () => ({
        multikey: world.bundleKey.multikey.text,
        sign: (message) => crypto.sign(world.bundleKey.seed, message),
      }),
      trust,
      rerender: world.rerender,
      crypto,
      now: () => registry.time * 1000,
      ...changes,
    });
    return { logged, list, pack: () => archiving.pack(CLERK, identifier, { matter: "m" }) };
  };
  const refusal = async (issued: Issued, ...more: [LegalState?, Partial<ArchivingDependencies>?]) => {
    const { logged, pack } = office(issued, ...more);
    const error = await pack().catch((thrown) => thrown);
    expect(error).to.include({ code: "archive.refused" });
    expect(logged).to.deep.equal([]);
    return error.message as string;
  };

  it("gives a package that a stranger verifies, and logs its digest before that", async () => {
    const { logged, pack } = office(world.issueAnchored());
    const { bytes, report } = await pack();
    expect(report).to.include({ verdict: "valid" });
    expect(await world.open(bytes)).to.include({ verdict: "valid" });
    expect(logged).to.have.length(1);
    expect(logged[0]).to.deep.include({ action: "certificate-archived", matter: "m", result: "done" });
    expect(toHex(logged[0]!.digestAfter!)).to.equal(toHex(crypto.sha256(bytes)));
    expect(report.manifest!.createdBy).to.deep.equal({ kind: "token", id: "t1" });
  });

  it("gives nothing that its log does not have", async () => {
    const issued = world.issueAnchored();
    const append = () => Promise.reject(new Error("the disk is full"));
    const { pack } = office(issued, "valid", { audit: { list: office(issued).list, append } });
    expect(await pack().catch((error) => error.message)).to.equal("the disk is full");
  });

  it("refuses what is not anchored", async () => {
    expect(await refusal(world.issue())).to.contain("not anchored yet");
  });

  it("refuses a licence whose change of state the registry does not have yet, and one that it has and the store has not", async () => {
    expect(await refusal(world.issueAnchored(), "suspended")).to.contain("on the way to the chain");
    const revoked = world.issueAnchored();
    registry.revoke(ANHUI, revoked.statusIndex);
    expect(await refusal(revoked)).to.contain("says revoked");
    expect((await office(revoked, "cancelled").pack()).report).to.include({ verdict: "not-in-force" });
  });

  it("refuses what a verifier calls not genuine", async () => {
    expect(await refusal(world.issueAnchored({ key: world.newKey() }))).to.contain("issuer.key-not-registered");
    const log = { auditEvents: async () => [], auditHeads: async () => [] };
    expect(await refusal(world.issueAnchored(), "valid", { log })).to.contain("not in the log");
  });

  it("refuses to pack while the region's key changes", async () => {
    const signer = async () => ({ multikey: world.newKey().multikey.text, sign: () => new Uint8Array(64) });
    expect(await refusal(world.issueAnchored(), "valid", { signer })).to.contain("key changed");
  });

  it("packs a licence whose seal cannot be proven any more, and says so", async () => {
    const issued = world.issueAnchored();
    const file = await world.sealed(issued);
    registry.advance(600);
    const revoked = [{ serial: world.office.seal.serial, at: registry.time - 120, reason: 1 }];
    const issue = async () => {
      const bytes = world.bundle({ revocationLists: [world.listOf(world.office, { revoked })] });
      return { bytes, digest: "", content: readTrustBundle(bytes, { trust, pinned, crypto }) };
    };
    const { report } = await office(issued, "valid", {
      pdfOf: async () => file,
      bundles: { issueIfOutdated: issue },
    }).pack();
    expect(report).to.include({ verdict: "undecided", reason: "seal.time-unproven" });
  });

  it("has four wait while one is packed, and refuses more: request.overloaded", async () => {
    let asked = 0;
    let release = (): void => {};
    const held = new Promise<never>((_, reject) => {
      release = () => reject(new Error("let go"));
    });
    const pdfOf = () => {
      asked++;
      return held;
    };
    const { pack } = office(world.issueAnchored(), "valid", { pdfOf });
    const packs = Array.from({ length: 5 }, () => pack().catch((error) => error.message));
    for (const _ of [1, 2]) expect(await pack().catch((error) => error)).to.include({ code: "request.overloaded" });
    release();
    expect(await Promise.all(packs)).to.deep.equal(Array(5).fill("let go"));
    expect(asked).to.equal(5);
  });
});
