// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { answers, notInForce } from "./expectations.js";
import { ANHUI, type Issued, makeWorld, mirrorOf, type World } from "./fixture.js";
import { withHead } from "./memory-registry.js";

describe("the standing of a genuine licence", () => {
  let world: World;
  let issued: Issued;
  beforeEach(() => {
    world = makeWorld();
    issued = world.issueAnchored();
  });
  const standing = async (options: Parameters<World["verify"]>[1] = {}) =>
    answers(await world.verify(world.documentOf(issued), options));

  it("is suspended while its suspension bit is set", async () => {
    world.registry.suspend(ANHUI, issued.statusIndex);
    expect(await standing()).to.deep.equal(notInForce("suspended", "status.suspended"));
    expect(answers(await world.verify(world.codeOf(issued), { mirror: mirrorOf(issued) }))).to.deep.equal(
      notInForce("suspended", "status.suspended"),
    );
  });

  it("is revoked once its revocation bit is set, though it is suspended as well", async () => {
    world.registry.suspend(ANHUI, issued.statusIndex);
    world.registry.revoke(ANHUI, issued.statusIndex);
    expect(await standing()).to.deep.equal(notInForce("revoked", "status.revoked"));
  });

  it("is its own: the neighbours' bits and other regions' lists say nothing about it", async () => {
    for (const step of [-256, -8, -1, 1, 8, 256]) world.registry.revoke(ANHUI, issued.statusIndex + step);
    world.registry.revoke("310000", issued.statusIndex);
    world.registry.revoke(ANHUI, issued.statusIndex + 131_072);
    expect(await standing()).to.include({ verdict: "valid" });
  });

  it("is read from the second list of the region when the index lies there", async () => {
    const far = world.issueAnchored({
      unsigned: (certificate) => ({
        ...certificate,
        credentialStatus: [
          { ...certificate.credentialStatus[0], statusListNumber: 1, statusListIndex: "131071" },
          { ...certificate.credentialStatus[1], statusListNumber: 1, statusListIndex: "131071" },
        ],
      }),
    });
    world.registry.revoke(ANHUI, 2 * 131_072 - 1);
    for (const report of [
      await world.verify(world.documentOf(far)),
      await world.verify(world.codeOf(far), { mirror: mirrorOf(far) }),
    ])
      expect(report.standing).to.equal("revoked");
  });

  it("is not yet valid before its first day begins in Shanghai", async () => {
    expect(await standing({ at: new Date("2026-03-02T15:59:59.999Z") })).to.deep.equal(
      notInForce("not-yet-valid", "validity.not-yet-valid"),
    );
    expect(await standing({ at: new Date("2026-03-02T16:00:00Z") })).to.include({ standing: "in-force" });
  });

  it("is in force to the end of its printed last day in Shanghai, and then expired", async () => {
    expect(await standing({ at: new Date("2031-03-02T15:59:59.999Z") })).to.include({ standing: "in-force" });
    expect(await standing({ at: new Date("2031-03-02T16:00:00Z") })).to.deep.equal(
      notInForce("expired", "validity.expired"),
    );
  });

  it("never expires without an end date", async () => {
    const longTerm = world.issueAnchored({ validUntil: null });
    for (const report of [
      await world.verify(world.documentOf(longTerm), { at: new Date("2999-01-01T00:00:00Z") }),
      await world.verify(world.codeOf(longTerm), { at: new Date("2999-01-01T00:00:00Z"), mirror: mirrorOf(longTerm) }),
    ])
      expect(report.verdict).to.equal("valid");
  });

  it("puts revoked before expired before suspended before not yet valid", async () => {
    const after = { at: new Date("2040-01-01T00:00:00Z") };
    const before = { at: new Date("2020-01-01T00:00:00Z") };
    world.registry.suspend(ANHUI, issued.statusIndex);
    expect(await standing(after)).to.deep.equal(notInForce("expired", "validity.expired"));
    expect(await standing(before)).to.deep.equal(notInForce("suspended", "status.suspended"));
    world.registry.revoke(ANHUI, issued.statusIndex);
    expect(await standing(after)).to.deep.equal(notInForce("revoked", "status.revoked"));
  });

  it("moves with `at` in the validity period only: status is that of the head", async () => {
    world.registry.revoke(ANHUI, issued.statusIndex);
    expect(await standing({ at: new Date("2026-03-03T00:00:00Z") })).to.include({ standing: "revoked" });
  });

  it("is undecided when the head is older than maxHeadAge, while authenticity holds as of the block", async () => {
    const trust = { ...world.trust, maxHeadAge: 60 };
    const stale = { trust, now: new Date(world.registry.time * 1000 + 61_000) };
    expect(await standing(stale)).to.deep.equal({
      authenticity: "genuine",
      standing: "undecided",
      verdict: "undecided",
      reason: "registry.stale",
    });
    expect(await standing({ trust, now: new Date(world.registry.time * 1000 + 60_000) })).to.include({
      verdict: "valid",
    });
    expect(await standing({ ...stale, at: new Date("2040-01-01T00:00:00Z") })).to.deep.equal(
      notInForce("expired", "validity.expired"),
    );
  });

  it("is not asked of a licence that is not genuine", async () => {
    world.registry.revoke(ANHUI, issued.statusIndex);
    const forged = {
      ...world.documentOf(issued),
      certificate: { ...issued.certificate, validFrom: "2026-03-01T00:00:00+08:00" },
    };
    expect((await world.verify(forged)).standing).to.equal("undecided");
  });

  it("shows the head it was read at", async () => {
    const report = await world.verify(world.documentOf(issued), {
      registry: withHead(world.registry, { block: 4_711 }),
    });
    expect(report.times.head?.block).to.equal(4_711);
  });
});
