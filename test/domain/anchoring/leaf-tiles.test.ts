// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { nodeCrypto } from "../../../src/adapters/node-crypto/index.js";
import { TallyError } from "../../../src/core/errors.js";
import { buildTree, MAX_TREE_SIZE } from "../../../src/core/merkle.js";
import { digestTiles, joinLeaves, splitLeaves, TILE_SIZE, tileOf } from "../../../src/domain/anchoring/index.js";
import { leafOf } from "../../adapters/issued.js";
import { countingCrypto } from "./counting-crypto.js";

describe("the tiles of a batch", () => {
  const leaves = joinLeaves(Array.from({ length: 3_100 }, (_, n) => leafOf(n)));

  for (const size of [1, 1_023, 1_024, 1_025, 2_048, 3_100]) {
    it(`give the root of the tree and the roots of its subtrees, with ${size} leaves`, async () => {
      const some = leaves.subarray(0, size * 32);
      const { root, tileRoots } = await digestTiles(nodeCrypto, some);
      expect(root).to.deep.equal(buildTree(nodeCrypto, splitLeaves(some)).root);
      const subtrees = Array.from(
        { length: Math.ceil(size / TILE_SIZE) },
        (_, tile) => buildTree(nodeCrypto, splitLeaves(tileOf(some, tile))).root,
      );
      expect(splitLeaves(tileRoots)).to.deep.equal(subtrees);
    });
  }

  it("cost as many hashes as the tree, and other work goes on meanwhile", async () => {
    const { crypto, hashes } = countingCrypto();
    let turns = 0;
    let done = false;
    const count = (): void => {
      turns += 1;
      if (!done) setImmediate(count);
    };
    setImmediate(count);
    await digestTiles(crypto, new Uint8Array(40_000 * 32));
    done = true;
    expect(hashes()).to.equal(39_999);
    expect(turns).to.be.at.least(2);
  });

  it("are refused without leaves and beyond the largest batch", async () => {
    for (const [count, code] of [
      [0, "tree.empty"],
      [MAX_TREE_SIZE + 1, "tree.index-out-of-range"],
    ] as const) {
      const error = await digestTiles(nodeCrypto, new Uint8Array(count * 32)).catch((reason: unknown) => reason);
      expect(error).to.be.instanceOf(TallyError).with.property("code", code);
    }
  });
});
