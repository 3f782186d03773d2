// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { nodeCrypto } from "../../../src/adapters/node-crypto/index.js";
import { concatBytes } from "../../../src/core/bytes.js";
import { createBatchTrees } from "../../../src/domain/anchoring/index.js";
import { leafOf } from "../../adapters/issued.js";

describe("batch trees", () => {
  let loads: number[];
  beforeEach(() => {
    loads = [];
  });

  const load = (batch: number, size: number) => async () => {
    loads.push(batch);
    return concatBytes(...Array.from({ length: size }, (_, i) => leafOf(batch * 100 + i)));
  };

  it("are built once while they are in use", async () => {
    const trees = createBatchTrees(nodeCrypto, 100);
    const both = await Promise.all([trees.treeOf(1, load(1, 3)), trees.treeOf(1, load(1, 3))]);
    expect(both[0]).to.equal(both[1]);
    expect(await trees.treeOf(1, load(1, 3))).to.equal(both[0]);
    expect(loads).to.deep.equal([1]);
  });

  it("make room for others, the least recently used first", async () => {
    const trees = createBatchTrees(nodeCrypto, 10);
    for (const batch of [1, 2, 1, 3]) await trees.treeOf(batch, load(batch, 5));
    loads = [];
    await trees.treeOf(1, load(1, 5));
    await trees.treeOf(3, load(3, 5));
    expect(loads).to.deep.equal([]);
    await trees.treeOf(2, load(2, 5));
    expect(loads).to.deep.equal([2]);
  });

  it("serve a batch larger than the bound", async () => {
    const trees = createBatchTrees(nodeCrypto, 10);
    expect((await trees.treeOf(1, load(1, 50)))?.size).to.equal(50);
  });

  it("do not remember a failure or an absence", async () => {
    const trees = createBatchTrees(nodeCrypto, 10);
    const failing = async () => {
      throw new Error("disk");
    };
    expect(await trees.treeOf(1, failing).catch(() => "failed")).to.equal("failed");
    expect(await trees.treeOf(1, async () => null)).to.equal(null);
    expect((await trees.treeOf(1, load(1, 2)))?.size).to.equal(2);
  });
});
