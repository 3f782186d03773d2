// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import type { TallyError } from "../../../src/core/errors.js";
import { isNewer, nextPins, readTrustBundle, refuseOlder, type TrustBundle } from "../../../src/verify/index.js";
import { ANHUI, SHANGHAI } from "../fixture.js";
import { type BundleChanges, type BundleWorld, makeBundleWorld, newBundleKey } from "./signed-bundle.js";

describe("a verifier's bundles", () => {
  let world: BundleWorld;
  beforeEach(() => {
    world = makeBundleWorld();
  });

  const make = (changes: BundleChanges = {}): TrustBundle =>
    readTrustBundle(world.bundle(changes), {
      trust: world.trust,
      pinned: [(changes.key ?? world.bundleKey).multikey],
      crypto: world.crypto,
    });
  const refusal = (known: TrustBundle, candidate: TrustBundle): string | null => {
    try {
      refuseOlder(known, candidate);
      return null;
    } catch (error) {
      return (error as TallyError).code;
    }
  };

  it("follow one another by block and sequence number", () => {
    const first = make();
    const reissued = make({ head: { issuedAt: "2026-12-01T00:00:00Z" } });
    world.registry.advance(60);
    const later = make();
    for (const [known, next] of [
      [first, reissued],
      [reissued, later],
      [first, later],
    ] as const) {
      expect(refusal(known, next)).to.equal(null);
      expect(isNewer(next, known)).to.equal(true);
      expect(isNewer(known, next)).to.equal(false);
      expect(refusal(next, known)).to.equal("bundle.older");
    }
    expect(refusal(later, later)).to.equal(null);
    expect(isNewer(later, later)).to.equal(false);
  });

  it("are older when either the block or the sequence number says so", () => {
    const known = make({ head: { sequence: 500 } });
    world.registry.advance(60);
    expect(refusal(known, make({ head: { sequence: 499 } }))).to.equal("bundle.older");
    const later = make({ head: { sequence: 600 } });
    expect(refusal(later, make({ head: { sequence: 601, block: known.block } }))).to.equal("bundle.older");
  });

  it("contradict one another when they tell two stories of one chain", () => {
    const known = make({ head: { sequence: 500 } });
    const { block } = known;
    const fork = { ...block, hash: `0x${"ee".repeat(32)}` };
    expect(refusal(known, make({ head: { block: fork } }))).to.equal("bundle.contradicts");
    expect(refusal(known, make({ head: { block: { ...block, time: block.time + 1 } } }))).to.equal(
      "bundle.contradicts",
    );
    const revived = (state: Parameters<NonNullable<BundleChanges["state"]>>[0]) => ({ ...state, types: [] });
    expect(refusal(known, make({ state: revived }))).to.equal("bundle.contradicts");
    expect(refusal(known, make({ head: { sequence: 500, issuedAt: "2026-12-01T00:00:00Z" } }))).to.equal(
      "bundle.contradicts",
    );
    expect(refusal(known, make({ head: { genesis: `0x${"0b".repeat(32)}` } }))).to.equal("bundle.contradicts");
    world.registry.advance(60);
    expect(refusal(known, make({ head: { sequence: 500 } }))).to.equal("bundle.contradicts");
    const backwards = { number: block.number + 5, hash: fork.hash, time: block.time - 100 };
    const early = make({ head: { block: { ...block, time: block.time + 50 } } });
    expect(refusal(early, make({ head: { block: { ...backwards, time: block.time + 49 } } }))).to.equal(
      "bundle.contradicts",
    );
  });

  it("of two regions follow one another by their block, then by the time of issue", () => {
    const key = newBundleKey(world, SHANGHAI);
    const known = make({ head: { sequence: 500 } });
    const other = { key, head: { region: SHANGHAI, sequence: 3 } };
    expect(refusal(known, make({ ...other, head: { ...other.head, issuedAt: "2026-12-01T00:00:00Z" } }))).to.equal(
      null,
    );
    expect(refusal(known, make({ ...other, head: { ...other.head, issuedAt: "2026-01-01T00:00:00Z" } }))).to.equal(
      "bundle.older",
    );
    world.registry.advance(60);
    expect(refusal(known, make(other))).to.equal(null);
    expect(refusal(make(other), make({ head: { block: known.block } }))).to.equal("bundle.older");
  });

  describe("change the pins", () => {
    const pins = (bundle: TrustBundle, pinned = world.pinned) => nextPins(bundle, pinned).map(({ text }) => text);

    it("to the next key of the same region, and of no other", () => {
      newBundleKey(world, SHANGHAI);
      const next = newBundleKey(world, ANHUI);
      expect(pins(make())).to.deep.equal([world.bundleKey.multikey.text, next.multikey.text]);
    });

    it("away from a key that is retired or reported stolen", () => {
      const next = newBundleKey(world, ANHUI);
      world.registry.advance(60);
      world.registry.retireKey(world.bundleKey.digest);
      const bundle = make({ key: next });
      expect(pins(bundle, [...world.pinned, next.multikey])).to.deep.equal([next.multikey.text]);
      expect(pins(bundle), "of the region that the retired pin tells").to.deep.equal([next.multikey.text]);
    });

    it("not to a key that may yet be vetoed, nor to one of another purpose", () => {
      const { registry } = world;
      const waiting = world.newKey();
      registry.addKey(
        { agency: null, region: ANHUI },
        waiting.digest,
        waiting.multikey.bytes,
        "bundle",
        registry.time + 9,
      );
      const audit = world.newKey();
      registry.addKey({ agency: null, region: ANHUI }, audit.digest, audit.multikey.bytes, "audit");
      expect(pins(make())).to.deep.equal([world.bundleKey.multikey.text]);
    });

    it("and keep one by hand for a region that has not joined yet", () => {
      const stranger = world.newKey().multikey;
      expect(pins(make(), [...world.pinned, stranger])).to.include(stranger.text);
    });
  });
});
