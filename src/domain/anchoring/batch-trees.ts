// SPDX-License-Identifier: Apache-2.0
import type { Crypto } from "../../core/crypto.js";
import { buildTree, type MerkleTree } from "../../core/merkle.js";

export const LEAF_LENGTH = 32;

/** Cuts ordered leaf hashes, 32 bytes each, apart. Views, not copies. */
export function splitLeaves(leaves: Uint8Array): Uint8Array[] {
  return Array.from({ length: Math.floor(leaves.length / LEAF_LENGTH) }, (_, i) =>
    leaves.subarray(i * LEAF_LENGTH, (i + 1) * LEAF_LENGTH),
  );
}

export interface BatchTrees {
  /** The tree of a batch, from memory or built from what `load` gives; null when `load` does. */
  treeOf(batchId: number, load: () => Promise<Uint8Array | null>): Promise<MerkleTree | null>;
}

/**
 * Keeps the recently used trees, at most `maxLeaves` leaves (64 bytes each) in all and always the last one. A batch never
 * changes, so nothing is ever stale.
 */
export function createBatchTrees(crypto: Crypto, maxLeaves = 262_144): BatchTrees {
  // In order of use, the least recent first. Promises, so that many who ask for one tree at once build it once.
  const trees = new Map<number, Promise<MerkleTree | null>>();
  const sizes = new Map<number, number>();

  async function build(batchId: number, load: () => Promise<Uint8Array | null>): Promise<MerkleTree | null> {
    const leaves = await load();
    if (!leaves) return null;
    const tree = buildTree(crypto, splitLeaves(leaves));
    sizes.set(batchId, tree.size);
    evict(batchId);
    return tree;
  }

  function evict(keep: number): void {
    let total = [...sizes.values()].reduce((sum, size) => sum + size, 0);
    for (const batchId of trees.keys()) {
      if (total <= maxLeaves) return;
      if (batchId === keep) continue;
      total -= sizes.get(batchId) ?? 0;
      forget(batchId);
    }
  }

  function forget(batchId: number): void {
    trees.delete(batchId);
    sizes.delete(batchId);
  }

  return {
    async treeOf(batchId, load) {
      const tree = trees.get(batchId) ?? build(batchId, load);
      trees.delete(batchId);
      trees.set(batchId, tree);
      try {
        const built = await tree;
        if (!built) forget(batchId);
        return built;
      } catch (error) {
        forget(batchId);
        throw error;
      }
    },
  };
}
