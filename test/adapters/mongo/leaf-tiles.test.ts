// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import {
  type MongoDatabase,
  mongoAnchoringStore,
  mongoCertificateStore,
  mongoMirrorStore,
} from "../../../src/adapters/mongo/index.js";
import { toHex } from "../../../src/core/hex.js";
import { joinLeaves } from "../../../src/domain/anchoring/index.js";
import { digestOf, issue, REGION, tiled } from "../issued.js";
import { useDatabase } from "./cluster.js";

const SIZE = 10_000;
const BATCH = { region: "310000", root: "ab".repeat(32), size: SIZE };

describe("the leaves of a batch in MongoDB", () => {
  const scene = useDatabase("replica-set-of-one");
  const seen = async () => {
    const store = mongoMirrorStore(scene().database);
    await store.seeBatch({ ...BATCH, block: 1, anchoredAt: 1 });
    const [missing] = await store.missingBatches(0, 1);
    return { store, id: missing!.id };
  };

  // Three groups of leaves, then the tiles, then the batch itself.
  for (const writes of [1, 3, 4])
    it(`whose keeper ended after ${writes} of its writes are kept again, and nothing shows before`, async () => {
      const leaves = joinLeaves(Array.from({ length: SIZE }, (_, n) => digestOf("large", n)));
      const { store, id } = await seen();
      const dying = mongoMirrorStore(dyingAfter(scene().database, writes));
      const died = await dying.keepLeaves(id, await tiled(leaves)).catch((error: unknown) => error);
      expect(died).to.be.instanceOf(Error).with.property("message", "killed");
      expect(await store.mirroredLeaves(BATCH)).to.equal(null);
      expect(await store.mirroredTile(id, 0)).to.equal(null);
      for (const n of [0, 5_000, 9_999]) expect(await store.findLeaf(digestOf("large", n))).to.deep.equal([]);
      await store.keepLeaves(id, await tiled(leaves));
      expect(await store.mirroredLeaves(BATCH)).to.deep.equal(leaves);
      for (const n of [0, 5_000, 9_999])
        expect((await store.findLeaf(digestOf("large", n))).map(({ index }) => index)).to.deep.equal([n]);
    });

  it("are found at the first of the places where a hostile region put one", async () => {
    const same = new Uint8Array(SIZE * 32).fill(7);
    const { store, id } = await seen();
    await store.keepLeaves(id, await tiled(same));
    expect((await store.findLeaf(same.slice(0, 32))).map(({ index }) => index)).to.deep.equal([0]);
  });

  it("that a killed worker wrote before it fixed the batch are no batch's; the next batch has its own", async () => {
    const { database } = scene();
    await issue(mongoCertificateStore(database), 3);
    const store = mongoAnchoringStore(database);
    const lease = (await store.claimLease("anchor", "one", 0, 1_000))!;
    const { entries } = await store.pendingWork(10);
    const leaves = joinLeaves(entries.map(({ leafHash }) => leafHash));
    const { tileRoots } = await tiled(leaves);
    const batch = { region: REGION, root: toHex(tileRoots), size: 3, entries, tileRoots };
    const killed = { ...database, transaction: () => Promise.reject(new Error("killed")) } as MongoDatabase;
    const died = await mongoAnchoringStore(killed)
      .stageBatch(lease, batch, 1)
      .catch((error: unknown) => error);
    expect(died).to.be.instanceOf(Error).with.property("message", "killed");
    const [left] = await database.collection("batchTiles").find({}).toArray();
    expect(await store.batchTile(left!._id.batch, 0)).to.equal(null);
    expect(await store.batchLeaves(left!._id.batch)).to.equal(null);
    expect((await store.pendingWork(10)).entries).to.deep.equal(entries);
    const staged = await store.stageBatch(lease, batch, 2);
    const id = staged.outcome === "staged" ? staged.batch.id : Number.NaN;
    expect(id).to.not.equal(left!._id.batch);
    expect(await store.batchTile(id, 0)).to.deep.equal({ leaves, tileRoots });
  });
});

/** The database as a process has it that ends after so many writes. */
function dyingAfter(database: MongoDatabase, writes: number): MongoDatabase {
  let left = writes;
  const counted = new Set<PropertyKey>(["insertMany", "updateOne"]);
  const watched = <T extends object>(collection: T): T =>
    new Proxy(collection, {
      get(target, property) {
        const member: unknown = Reflect.get(target, property, target);
        if (typeof member !== "function") return member;
        return (...args: unknown[]) => {
          if (counted.has(property) && left-- <= 0) return Promise.reject(new Error("killed"));
          return Reflect.apply(member, target, args);
        };
      },
    });
  return { ...database, collection: (name) => watched(database.collection(name)) };
}
