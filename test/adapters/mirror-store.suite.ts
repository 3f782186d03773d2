// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { concatBytes } from "../../src/core/bytes.js";
import { TallyError } from "../../src/core/errors.js";
import { toHex } from "../../src/core/hex.js";
import type { MirrorStore, SeenBatch } from "../../src/domain/sharing/index.js";
import { digestOf, tiled } from "./issued.js";

export interface MirrorStoreHarness {
  readonly store: MirrorStore;
  close(): Promise<void>;
}

const TYPE = { typeCode: "11340000MB1234567X001", version: 1, digest: toHex(digestOf("type", 1)) };

function batch(n: number, size: number, over: Partial<SeenBatch> = {}): SeenBatch {
  return { region: "310000", root: toHex(digestOf("root", n)), size, block: n, anchoredAt: 1_000 + n, ...over };
}

function leavesFrom(first: number, count: number): Uint8Array {
  return concatBytes(...Array.from({ length: count }, (_, i) => digestOf("mirrored", first + i)));
}

/** What every adapter's MirrorStore promises. */
export function mirrorStoreSuite(open: () => Promise<MirrorStoreHarness>): void {
  let harness: MirrorStoreHarness;
  let store: MirrorStore;

  beforeEach(async () => {
    harness = await open();
    store = harness.store;
  });
  afterEach(() => harness.close());

  async function keep(seen: SeenBatch, leaves: Uint8Array): Promise<number> {
    await store.seeBatch(seen);
    const missing = await store.missingBatches(0, 100);
    const { id } = missing.find(({ region, root }) => region === seen.region && root === seen.root)!;
    await store.keepLeaves(id, await tiled(leaves));
    return id;
  }

  describe("batches", () => {
    it("are missing from when they are seen until their leaves are kept", async () => {
      await store.seeBatch(batch(1, 3));
      const [missing] = await store.missingBatches(0, 10);
      expect(missing).to.deep.equal({ ...batch(1, 3), id: missing?.id, attempts: 0 });
      expect(await store.mirroredLeaves(batch(1, 3))).to.equal(null);
      await store.keepLeaves(missing!.id, await tiled(leavesFrom(0, 3)));
      expect(await store.missingBatches(0, 10)).to.deep.equal([]);
      expect(await store.mirroredLeaves(batch(1, 3))).to.deep.equal(leavesFrom(0, 3));
    });

    it("seen twice are one, and keep their leaves", async () => {
      await keep(batch(1, 3), leavesFrom(0, 3));
      await store.seeBatch(batch(1, 3, { block: 99 }));
      expect(await store.mirrorCounts()).to.deep.equal({ batches: 1, missingBatches: 0, missingTypes: 0 });
      expect(await store.mirroredLeaves(batch(1, 3))).to.deep.equal(leavesFrom(0, 3));
    });

    it("of one root are told apart by region and size", async () => {
      const { root } = batch(1, 3);
      await keep(batch(1, 3), leavesFrom(0, 3));
      expect(await store.mirroredLeaves({ region: "320000", root, size: 3 })).to.equal(null);
      expect(await store.mirroredLeaves({ region: "310000", root, size: 4 })).to.equal(null);
    });

    it("that nobody had wait for their next try, behind those never tried", async () => {
      await store.seeBatch(batch(1, 3));
      await store.seeBatch(batch(2, 3));
      const [first, second] = await store.missingBatches(0, 10);
      await store.postponeBatch(first!.id, 1, 500);
      expect((await store.missingBatches(499, 10)).map(({ id }) => id)).to.deep.equal([second!.id]);
      expect((await store.missingBatches(500, 10)).map(({ id }) => id)).to.deep.equal([second!.id, first!.id]);
      expect((await store.missingBatches(500, 1)).map(({ id }) => id)).to.deep.equal([second!.id]);
      expect((await store.missingBatches(500, 10))[1]?.attempts).to.equal(1);
    });

    it("take leaves twice without harm, and never of another length", async () => {
      const id = await keep(batch(1, 3), leavesFrom(0, 3));
      await store.keepLeaves(id, await tiled(leavesFrom(0, 3)));
      await store.seeBatch(batch(2, 3));
      const [missing] = await store.missingBatches(0, 10);
      const error = await store.keepLeaves(missing!.id, await tiled(leavesFrom(5, 2))).then(
        () => null,
        (reason: unknown) => reason,
      );
      expect(error).to.be.instanceOf(TallyError).with.property("code", "store.failed");
      expect(await store.findLeaf(digestOf("mirrored", 5))).to.deep.equal([]);
    });
  });

  describe("the tiles of a batch", () => {
    it("are read one at a time, the last one shorter, each with all tile roots", async () => {
      const leaves = leavesFrom(0, 2_050);
      const id = await keep(batch(1, 2_050), leaves);
      const { tileRoots } = await tiled(leaves);
      expect(tileRoots).to.have.length(3 * 32);
      for (const [tile, from, to] of [
        [0, 0, 1_024],
        [1, 1_024, 2_048],
        [2, 2_048, 2_050],
      ] as const)
        expect(await store.mirroredTile(id, tile)).to.deep.equal({
          leaves: leaves.slice(from * 32, to * 32),
          tileRoots,
        });
    });

    it("are not there beyond its end, of a batch still missing, or of none", async () => {
      const id = await keep(batch(1, 3), leavesFrom(0, 3));
      expect(await store.mirroredTile(id, 1)).to.equal(null);
      await store.seeBatch(batch(2, 3));
      const [missing] = await store.missingBatches(0, 1);
      expect(await store.mirroredTile(missing!.id, 0)).to.equal(null);
      expect(await store.mirroredTile(99, 0)).to.equal(null);
    });
  });

  it("shows a batch that is being kept whole or not at all", async () => {
    const leaves = leavesFrom(0, 10_000);
    await store.seeBatch(batch(1, 10_000));
    const [missing] = await store.missingBatches(0, 1);
    let kept = false;
    const keeping = store.keepLeaves(missing!.id, await tiled(leaves)).then(() => {
      kept = true;
    });
    let looks = 0;
    while (!kept) {
      const whole = (await store.missingBatches(0, 1)).length === 0;
      // The order matters: what was whole stays so.
      if (!whole && !kept) {
        looks += 1;
        const found = await Promise.all([0, 5_000, 9_999].map((n) => store.findLeaf(digestOf("mirrored", n))));
        const tiles = await Promise.all([0, 9].map((tile) => store.mirroredTile(missing!.id, tile)));
        const still = (await store.missingBatches(0, 1)).length === 1;
        if (still) expect([...found.flat(), ...tiles.filter((tile) => tile !== null)]).to.deep.equal([]);
      }
      await new Promise((resolve) => setImmediate(resolve));
    }
    await keeping;
    expect(looks).to.be.greaterThan(0);
    expect(await store.mirroredLeaves(batch(1, 10_000))).to.deep.equal(leaves);
  });

  describe("a leaf", () => {
    it("is found with its batch and position", async () => {
      const id = await keep(batch(7, 3), leavesFrom(10, 3));
      const { region, root, size, anchoredAt } = batch(7, 3);
      expect(await store.findLeaf(digestOf("mirrored", 12))).to.deep.equal([
        { batchId: id, region, root, size, index: 2, anchoredAt },
      ]);
      expect(await store.findLeaf(digestOf("mirrored", 13))).to.deep.equal([]);
    });

    it("in several batches is found in each, the earliest anchor first", async () => {
      await keep(batch(9, 2, { region: "999999" }), leavesFrom(10, 2));
      await keep(batch(7, 3), leavesFrom(9, 3));
      const found = await store.findLeaf(digestOf("mirrored", 10));
      expect(found.map(({ region, index }) => [region, index])).to.deep.equal([
        ["310000", 1],
        ["999999", 0],
      ]);
    });
  });

  describe("type definitions", () => {
    it("are missing from when they are seen until they arrive", async () => {
      await store.seeType(TYPE);
      await store.seeType(TYPE);
      expect(await store.missingTypes(0, 10)).to.deep.equal([{ ...TYPE, attempts: 0 }]);
      expect(await store.mirrorCounts()).to.include({ missingTypes: 1 });
      await store.typeArrived(TYPE.typeCode, 1);
      await store.seeType(TYPE);
      expect(await store.missingTypes(0, 10)).to.deep.equal([]);
    });

    it("that nobody had wait for their next try, behind those never tried", async () => {
      await store.seeType(TYPE);
      await store.seeType({ ...TYPE, version: 2 });
      await store.postponeType(TYPE.typeCode, 1, 1, 500);
      const versions = async (now: number) => (await store.missingTypes(now, 10)).map(({ version }) => version);
      expect(await versions(499)).to.deep.equal([2]);
      expect(await versions(500)).to.deep.equal([2, 1]);
    });
  });

  it("keeps a batch of 10,000 whole", async () => {
    const leaves = leavesFrom(0, 10_000);
    await keep(batch(1, 10_000), leaves);
    expect(await store.mirroredLeaves(batch(1, 10_000))).to.deep.equal(leaves);
    for (const index of [0, 4_999, 9_999])
      expect((await store.findLeaf(digestOf("mirrored", index)))[0]?.index).to.equal(index);
  });
}
