// SPDX-License-Identifier: Apache-2.0
import { equalBytes } from "../../core/bytes.js";
import type { Crypto } from "../../core/crypto.js";
import { TallyError } from "../../core/errors.js";
import { toHex } from "../../core/hex.js";
import { buildTree, type MerkleTree } from "../../core/merkle.js";
import { hashAt, type LeafTile, splitLeaves, TILE_SIZE } from "./leaf-tiles.js";

export interface BatchPaths {
  /**
   * The inclusion path of leaf `index`, from the leaf up: from memory, or from the tile that `load` gives; null when `load`
   * does. Rejects with `store.failed` when the tile does not belong to `root`.
   */
  pathOf(
    batch: { readonly id: number; readonly root: string },
    index: number,
    load: (tile: number) => Promise<LeafTile | null>,
  ): Promise<readonly Uint8Array[] | null>;
}

interface TileTree {
  readonly tree: MerkleTree;
  /** From the tile's root up. */
  readonly above: readonly Uint8Array[];
}

interface KeptTree {
  readonly tree: Promise<TileTree | null>;
  /** 0 while it is being built. */
  bytes: number;
}

/**
 * Keeps the trees of the recently used tiles, `maxBytes` in all and always the last one. A tile costs at most 2,046 hashes,
 * however large its batch, so that nobody makes the service slow by asking for what is not in memory. A batch never changes,
 * so nothing is ever stale.
 */
export function createBatchPaths(crypto: Crypto, maxBytes = 33_554_432): BatchPaths {
  // In order of use, the least recent first. Promises, so that many who ask for one tile at once build it once.
  const kept = new Map<number, KeptTree>();
  let total = 0;

  async function build(root: string, tile: number, load: (tile: number) => Promise<LeafTile | null>) {
    const found = await load(tile);
    return found && treeOf(crypto, root, tile, found);
  }

  function account(key: number, entry: KeptTree, built: TileTree): void {
    // Another that waited for the same tree has counted it, or it was forgotten meanwhile.
    if (entry.bytes > 0 || kept.get(key) !== entry) return;
    entry.bytes = bytesOf(built);
    total += entry.bytes;
    for (const [each, { bytes }] of kept) {
      if (total <= maxBytes) return;
      if (bytes === 0 || each === key) continue;
      kept.delete(each);
      total -= bytes;
    }
  }

  return {
    async pathOf({ id, root }, index, load) {
      const tile = Math.floor(index / TILE_SIZE);
      const key = id * TILE_SIZE + tile;
      const entry = kept.get(key) ?? { tree: build(root, tile, load), bytes: 0 };
      kept.delete(key);
      kept.set(key, entry);
      const built = await entry.tree.catch((error: unknown) => {
        forget(key, entry);
        throw error;
      });
      if (built === null) {
        forget(key, entry);
        return null;
      }
      account(key, entry, built);
      return [...built.tree.path(index % TILE_SIZE), ...built.above];
    },
  };

  /** An absence or a failure; the next who asks tries again. */
  function forget(key: number, entry: KeptTree): void {
    if (kept.get(key) === entry) kept.delete(key);
  }
}

function treeOf(crypto: Crypto, root: string, tile: number, { leaves, tileRoots }: LeafTile): TileTree {
  if (leaves.length > 0 && tileRoots.length > 0) {
    const tree = buildTree(crypto, splitLeaves(leaves));
    const upper = buildTree(crypto, splitLeaves(tileRoots));
    if (equalBytes(hashAt(tileRoots, tile), tree.root) && toHex(upper.root) === root)
      return { tree, above: upper.path(tile) };
  }
  throw new TallyError("store.failed", `the stored leaves of tile ${tile} do not give the root ${root} of their batch`);
}

/** Two hashes a leaf, and what the arrays cost that hold them. */
function bytesOf({ tree }: TileTree): number {
  return 64 * tree.size + 4_096;
}
