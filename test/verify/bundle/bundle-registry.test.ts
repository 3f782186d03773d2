// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import {
  bundleAge,
  bundleRegistry,
  type CheckName,
  type RegistryAccess,
  RegistryError,
  type Report,
  readTrustBundle,
} from "../../../src/verify/index.js";
import { ANHUI, mirrorOf, NATIONAL } from "../fixture.js";
import { type BundleWorld, makeBundleWorld } from "./signed-bundle.js";

const DAY = 86_400;

describe("verifying with a trust bundle alone", () => {
  let world: BundleWorld;
  beforeEach(() => {
    world = makeBundleWorld();
  });

  const offline = (now = world.now(), maxAge = DAY): RegistryAccess => {
    const { trust, pinned, crypto } = world;
    return bundleRegistry(readTrustBundle(world.bundle(), { trust, pinned, crypto }), { now, maxAge });
  };
  const reasonOf = ({ checks }: Report, name: CheckName) => {
    const found = checks.find(({ check }) => check === name)!;
    return "reason" in found ? found.reason : found.outcome;
  };

  it("finds a licence valid, and says of which block", async () => {
    const issued = world.issueAnchored();
    const report = await world.verify(world.documentOf(issued), { registry: offline() });
    expect(report).to.include({ verdict: "valid", authenticity: "genuine", standing: "in-force" });
    expect(report.times.head).to.include({ block: world.registry.block, time: world.registry.time });
  });

  it("proves a code with the mirror and the bundle's keys", async () => {
    const issued = world.issueAnchored();
    const mirror = mirrorOf(issued);
    expect(await world.verify(world.codeOf(issued), { registry: offline(), mirror })).to.include({ verdict: "valid" });
  });

  it("gives the verdict that a node would give, whatever happened", async () => {
    const [good, revoked, suspended, stranger] = [0, 1, 2, 3].map(() => world.issueAnchored());
    world.registry.revoke(ANHUI, revoked!.statusIndex);
    world.registry.suspend(ANHUI, suspended!.statusIndex);
    const unregistered = world.issueAnchored({ key: world.newKey() });
    const disowned = world.anchor([world.issue()]);
    world.registry.disown(ANHUI, disowned.root, disowned.size);
    const early = world.issueAnchored();
    world.registry.suspendAgency(world.agency.code);
    const late = world.issueAnchored();
    world.registry.suspendRegion(NATIONAL);
    for (const issued of [good!, revoked!, suspended!, stranger!, unregistered, disowned.issued[0]!, early, late]) {
      const { times: _, ...online } = await world.verify(world.documentOf(issued));
      const { times: __, ...report } = await world.verify(world.documentOf(issued), { registry: offline() });
      expect(report).to.deep.equal(online);
    }
  });

  it("leaves the state undecided when it is too old, and the rest as of its block: registry.stale", async () => {
    const issued = world.issueAnchored();
    const now = new Date(world.now().getTime() + 2 * DAY * 1000);
    const report = await world.verify(world.documentOf(issued), { registry: offline(now), now });
    expect(report).to.include({ verdict: "undecided", authenticity: "genuine", standing: "undecided" });
    expect(reasonOf(report, "status")).to.equal("registry.stale");
    const allowed = await world.verify(world.documentOf(issued), { registry: offline(now, 3 * DAY), now });
    expect(allowed.verdict).to.equal("valid");
  });

  it("does not take a bundle of the future for a fresh one", async () => {
    const issued = world.issueAnchored();
    const now = new Date(world.now().getTime() - 3_600_000);
    const report = await world.verify(world.documentOf(issued), { registry: offline(now), now });
    expect(reasonOf(report, "status")).to.equal("registry.stale");
    expect(bundleAge({ issuedAt: "2026-03-04T00:00:00Z" }, new Date("2026-03-04T00:01:00Z"))).to.equal(60);
  });

  it("is undecided about what may be newer than it: registry.behind", async () => {
    const registry = offline();
    world.registry.advance(DAY);
    const agency = world.newAgency(ANHUI, "00298439", "虎符示例市新设局");
    world.registry.authorise(agency.code, world.type.typeCode);
    const report = await world.verify(world.documentOf(world.issueAnchored({ agency })), { registry });
    expect(report).to.include({ verdict: "undecided", authenticity: "undecided" });
    expect(reasonOf(report, "issuer")).to.equal("registry.behind");
    expect(reasonOf(report, "anchor")).to.equal("registry.behind");
  });

  it("refuses what it must know when it is newer: issuer.key-not-registered", async () => {
    const issued = world.issueAnchored({ key: world.newKey() });
    const report = await world.verify(world.documentOf(issued), { registry: offline() });
    expect(reasonOf(report, "issuer")).to.equal("issuer.key-not-registered");
    expect(report.verdict).to.equal("not-genuine");
  });

  it("is no registry of another network", async () => {
    const issued = world.issueAnchored();
    const trust = { ...world.trust, chainId: 5 };
    const report = await world.verify(world.documentOf(issued), { registry: offline(), trust });
    expect(reasonOf(report, "issuer")).to.equal("registry.wrong-chain");
  });

  it("has no word beyond a list", async () => {
    const snapshot = await offline().snapshot();
    for (const word of [-1, 512, Number.NaN])
      await snapshot.statusWord(ANHUI, 0, word).then(
        () => expect.fail(),
        (error) => expect(error).to.be.instanceOf(RegistryError).with.property("reason", "registry.garbage"),
      );
  });
});
