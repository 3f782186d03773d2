// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { nodeCrypto } from "../../../src/adapters/node-crypto/index.js";
import { openDatabase } from "../../../src/adapters/sqlite/database.js";
import { sqliteStatusIndexStore } from "../../../src/adapters/sqlite/status-index-store.js";
import { STATUS_LIST_LENGTH } from "../../../src/core/certificate-reader.js";
import { createStatusIndices } from "../../../src/domain/issuance/status-indices.js";
import { statusPermutation } from "../../../src/domain/issuance/status-permutation.js";

const KEY = new Uint8Array(32).fill(3);

describe("statusPermutation", () => {
  it("visits every position of a list exactly once", () => {
    const permute = statusPermutation(nodeCrypto, KEY, "340000", 0);
    const seen = new Uint8Array(STATUS_LIST_LENGTH);
    for (let value = 0; value < STATUS_LIST_LENGTH; value++) seen[permute(value)]!++;
    expect(seen.every((count) => count === 1)).to.equal(true);
  });

  it("differs by key, region and list", () => {
    const first = [0, 1, 2, 3, 4].map(statusPermutation(nodeCrypto, KEY, "340000", 0));
    for (const other of [
      statusPermutation(nodeCrypto, new Uint8Array(32).fill(4), "340000", 0),
      statusPermutation(nodeCrypto, KEY, "310000", 0),
      statusPermutation(nodeCrypto, KEY, "340000", 1),
    ])
      expect([0, 1, 2, 3, 4].map(other)).not.to.deep.equal(first);
  });

  it("never changes: stored certificates carry what it answered", () => {
    const permute = statusPermutation(nodeCrypto, KEY, "340000", 0);
    expect([0, 1, 2, 65_536, 131_071].map(permute)).to.deep.equal(GOLDEN);
  });

  it("spreads neighbours: the herd of a word tells nothing about the order", () => {
    const permute = statusPermutation(nodeCrypto, KEY, "340000", 0);
    const words = new Set(Array.from({ length: 512 }, (_, value) => permute(value) >> 8));
    // 512 balls in 512 bins leave about 1/e of the bins empty.
    expect(words.size).to.be.within(280, 370);
  });

  it("refuses values outside the list", () => {
    const permute = statusPermutation(nodeCrypto, KEY, "340000", 0);
    for (const value of [-1, STATUS_LIST_LENGTH, 0.5]) expect(() => permute(value)).to.throw(RangeError);
  });
});

describe("createStatusIndices", () => {
  const open = () => {
    const database = openDatabase(":memory:");
    return { database, store: sqliteStatusIndexStore(database) };
  };

  it("never repeats an index across instances and callers", async () => {
    const { store, database } = open();
    const instances = Array.from({ length: 3 }, () =>
      createStatusIndices({ store, crypto: nodeCrypto, region: "340000", lease: 16 }),
    );
    const taken = await Promise.all(Array.from({ length: 90 }, (_, i) => instances[i % 3]!.take(1 + (i % 40))));
    const indices = taken.flat();
    expect(new Set(indices).size).to.equal(indices.length);
    database.close();
  });

  it("goes on in a new list when one is full", async () => {
    const { store, database } = open();
    await store.leaseStatusIndices("340000", STATUS_LIST_LENGTH - 3);
    const indices = await createStatusIndices({ store, crypto: nodeCrypto, region: "340000", lease: 4 }).take(6);
    expect(indices.map((index) => Math.floor(index / STATUS_LIST_LENGTH))).to.deep.equal([0, 0, 0, 1, 1, 1]);
    expect(new Set(indices).size).to.equal(6);
    database.close();
  });

  it("goes on after a lease that failed", async () => {
    const { store, database } = open();
    let broken = true;
    const flaky = {
      ...store,
      leaseStatusIndices: async (region: string, count: number) => {
        if (broken) throw new Error("no store");
        return store.leaseStatusIndices(region, count);
      },
    };
    const indices = createStatusIndices({ store: flaky, crypto: nodeCrypto, region: "340000" });
    const failed = await indices.take(1).catch((error: Error) => error.message);
    expect(failed).to.equal("no store");
    broken = false;
    expect(await indices.take(2)).to.have.length(2);
    database.close();
  });
});

/** Of key 03…03, region 340000, list 0. */
const GOLDEN = [28_979, 7_610, 112_862, 11_499, 43_028];
