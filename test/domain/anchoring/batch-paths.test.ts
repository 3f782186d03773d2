// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { nodeCrypto } from "../../../src/adapters/node-crypto/index.js";
import { TallyError } from "../../../src/core/errors.js";
import { toHex } from "../../../src/core/hex.js";
import { buildTree } from "../../../src/core/merkle.js";
import {
  type BatchPaths,
  createBatchPaths,
  digestTiles,
  joinLeaves,
  splitLeaves,
  tileOf,
} from "../../../src/domain/anchoring/index.js";
import { leafOf } from "../../adapters/issued.js";
import { countingCrypto } from "./counting-crypto.js";

/** Room for the tree of one tile of five leaves. */
const ONE_TILE = 5 * 64 + 4_096;

describe("batch paths", () => {
  let loads: string[];
  beforeEach(() => {
    loads = [];
  });

  async function batchOf(id: number, size: number) {
    const leaves = joinLeaves(Array.from({ length: size }, (_, i) => leafOf(id * 100_000 + i)));
    const { root, tileRoots } = await digestTiles(nodeCrypto, leaves);
    const load = async (tile: number) => {
      loads.push(`${id}/${tile}`);
      return { leaves: tileOf(leaves, tile), tileRoots };
    };
    const name = { id, root: toHex(root) };
    const path = (paths: BatchPaths, index: number) => paths.pathOf(name, index, load);
    return { name, leaves, load, path };
  }

  for (const size of [1, 2, 1_023, 1_024, 1_025, 2_047, 2_049, 3_000, 5_121]) {
    it(`are those of the whole tree, in a batch of ${size}`, async () => {
      const { leaves, path } = await batchOf(1, size);
      const whole = buildTree(nodeCrypto, splitLeaves(leaves));
      const paths = createBatchPaths(nodeCrypto);
      for (const index of new Set([0, 1, 1_022, 1_023, 1_024, 1_025, 2_048, size >> 1, size - 2, size - 1]))
        if (index >= 0 && index < size) expect(await path(paths, index), `${index}`).to.deep.equal(whole.path(index));
    });
  }

  it("cost one tile and the tile roots in hashes, however large the batch", async () => {
    const { crypto, hashes } = countingCrypto();
    const { path } = await batchOf(1, 70_000);
    await path(createBatchPaths(crypto), 50_000);
    expect(hashes()).to.equal(1_023 + 68);
    expect(loads).to.deep.equal(["1/48"]);
  });

  it("are made once while their tile is in use", async () => {
    const { crypto, hashes } = countingCrypto();
    const paths = createBatchPaths(crypto);
    const { path } = await batchOf(1, 2_000);
    await Promise.all([path(paths, 1), path(paths, 2)]);
    await path(paths, 3);
    expect(loads).to.deep.equal(["1/0"]);
    expect(hashes()).to.equal(1_023 + 1);
    await path(paths, 1_500);
    expect(loads).to.deep.equal(["1/0", "1/1"]);
  });

  it("make room for others by bytes, the least recently used tile first", async () => {
    const paths = createBatchPaths(nodeCrypto, 2 * ONE_TILE);
    const [one, two, three] = [await batchOf(1, 5), await batchOf(2, 5), await batchOf(3, 5)];
    for (const { path } of [one, two, one, three]) await path(paths, 0);
    loads = [];
    await one.path(paths, 4);
    await three.path(paths, 4);
    expect(loads).to.deep.equal([]);
    await two.path(paths, 4);
    expect(loads).to.deep.equal(["2/0"]);
  });

  it("keep within their bytes when many are made at once and some fail", async () => {
    const paths = createBatchPaths(nodeCrypto, 2 * ONE_TILE);
    const batches = await Promise.all([1, 2, 3, 4, 5, 6].map((id) => batchOf(id, 5)));
    const failing = async () => {
      throw new Error("disk");
    };
    const tries = batches.flatMap(({ name, path }, n) => [
      path(paths, 0),
      ...(n % 2 === 0 ? [paths.pathOf({ ...name, id: 50 + n }, 0, failing)] : []),
    ]);
    await Promise.allSettled(tries);
    loads = [];
    for (const { path } of [...batches].reverse()) await path(paths, 0);
    expect(loads).to.have.length(4);
  });

  it("come from a tile larger than the bound as well", async () => {
    const { path } = await batchOf(1, 50);
    expect(await path(createBatchPaths(nodeCrypto, 10), 7)).to.have.length(6);
  });

  it("do not remember a failure or an absence", async () => {
    const paths = createBatchPaths(nodeCrypto);
    const { name, path } = await batchOf(1, 2);
    const failing = async () => {
      throw new Error("disk");
    };
    expect(await paths.pathOf(name, 0, failing).catch(() => "failed")).to.equal("failed");
    expect(await paths.pathOf(name, 0, async () => null)).to.equal(null);
    expect(await path(paths, 0)).to.have.length(1);
  });

  it("are refused when tile, tile roots and root do not belong together", async () => {
    const { name, load } = await batchOf(1, 2_000);
    const { load: other } = await batchOf(2, 2_000);
    const wrong: readonly [string, { id: number; root: string }, typeof load][] = [
      ["another root", { id: 1, root: "ab".repeat(32) }, load],
      ["another batch's tile", name, async (tile) => ({ ...(await load(tile)), leaves: (await other(tile)).leaves })],
      ["another tile", name, async (tile) => ({ ...(await load(tile)), leaves: (await load(tile + 1)).leaves })],
      ["other tile roots", name, async (tile) => ({ ...(await load(tile)), tileRoots: (await other(tile)).tileRoots })],
      ["no leaves", name, async (tile) => ({ ...(await load(tile)), leaves: new Uint8Array() })],
      ["no tile roots", name, async (tile) => ({ ...(await load(tile)), tileRoots: new Uint8Array() })],
    ];
    for (const [what, batch, from] of wrong) {
      const error = await createBatchPaths(nodeCrypto)
        .pathOf(batch, 0, from)
        .catch((reason: unknown) => reason);
      expect(error, what).to.be.instanceOf(TallyError).with.property("code", "store.failed");
    }
  });
});
