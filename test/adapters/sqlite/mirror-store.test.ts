// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { type Database, openDatabase } from "../../../src/adapters/sqlite/database.js";
import { sqliteMirrorStore } from "../../../src/adapters/sqlite/mirror-store.js";
import { joinLeaves } from "../../../src/domain/anchoring/index.js";
import { digestOf, tiled } from "../issued.js";
import { mirrorStoreSuite } from "../mirror-store.suite.js";

describe("the SQLite mirror store", () => {
  mirrorStoreSuite(async () => {
    const database = openDatabase(":memory:");
    return { store: sqliteMirrorStore(database), close: async () => database.close() };
  });

  describe("keeping a large batch", () => {
    const SIZE = 10_000;
    const BATCH = { region: "310000", root: "ab".repeat(32), size: SIZE };
    const leaves = joinLeaves(Array.from({ length: SIZE }, (_, n) => digestOf("large", n)));
    let database: Database;
    beforeEach(async () => {
      database = openDatabase(":memory:");
      await sqliteMirrorStore(database).seeBatch({ ...BATCH, block: 1, anchoredAt: 1 });
    });
    afterEach(() => database.close());

    it("holds the write lock for no more than a few thousand leaves at a time", async () => {
      const longest = { inserts: 0 };
      let inserts = 0;
      const watched = over(database, {
        run: (...values) => {
          inserts += 1;
          return database.run(...values);
        },
        write: (work) => {
          inserts = 0;
          const result = database.write(work);
          longest.inserts = Math.max(longest.inserts, inserts);
          return result;
        },
      });
      await sqliteMirrorStore(watched).keepLeaves(1, await tiled(leaves));
      expect(longest.inserts).to.be.within(1, 4_096);
    });

    for (const writes of [1, 2, 3, 4])
      it(`that ended after ${writes} of its writes is repeated, and nothing shows before`, async () => {
        let left = writes;
        const dying = over(database, {
          write: (work) => {
            if (left-- === 0) throw new Error("killed");
            return database.write(work);
          },
          run: (...values) => {
            if (left < 0 || (left === 0 && values[0].startsWith("UPDATE"))) throw new Error("killed");
            return database.run(...values);
          },
        });
        const died = await sqliteMirrorStore(dying)
          .keepLeaves(1, await tiled(leaves))
          .catch((error: unknown) => error);
        expect(died).to.be.instanceOf(Error).with.property("message", "killed");
        const store = sqliteMirrorStore(database);
        expect(await store.mirroredLeaves(BATCH)).to.equal(null);
        expect(await store.mirroredTile(1, 0)).to.equal(null);
        for (const n of [0, 5_000, 9_999]) expect(await store.findLeaf(digestOf("large", n))).to.deep.equal([]);
        await store.keepLeaves(1, await tiled(leaves));
        expect(await store.mirroredLeaves(BATCH)).to.deep.equal(leaves);
        for (const n of [0, 5_000, 9_999])
          expect((await store.findLeaf(digestOf("large", n))).map(({ index }) => index)).to.deep.equal([n]);
      });

    it("finds a leaf that a hostile region put in many places at the first of them", async () => {
      const same = new Uint8Array(SIZE * 32).fill(7);
      const store = sqliteMirrorStore(database);
      await store.keepLeaves(1, await tiled(same));
      expect((await store.findLeaf(same.slice(0, 32))).map(({ index }) => index)).to.deep.equal([0]);
    });
  });
});

/** The database with some of its verbs replaced. */
function over(database: Database, verbs: Partial<Database>): Database {
  return {
    get: (...values) => database.get(...values),
    all: (...values) => database.all(...values),
    run: (...values) => database.run(...values),
    write: (work) => database.write(work),
    read: (work) => database.read(work),
    close: () => database.close(),
    ...verbs,
  };
}
