// SPDX-License-Identifier: Apache-2.0
import type { Crypto } from "../../core/crypto.js";
import { TallyError } from "../../core/errors.js";
import { buildTree, MAX_TREE_SIZE } from "../../core/merkle.js";
import { turn } from "./pause.js";

export const LEAF_LENGTH = 32;

/**
 * Leaves in a tile: leaves 1,024 n and up to 1,023 behind it. A power of two, so the root of each tile is a node of the batch's
 * tree, and a path is the path within the tile followed by the path of the tile's root among the tile roots. The largest batch
 * has as many tiles as a tile has leaves, so neither half of a proof is ever more than 1,023 hashes.
 */
export const TILE_SIZE = 1_024;

/** What a proof is made from, the same work in every batch. */
export interface LeafTile {
  /** The tile's leaf hashes in order, 32 bytes each; in the last tile perhaps fewer than `TILE_SIZE`. */
  readonly leaves: Uint8Array;
  /** The root of every tile of the batch in order, 32 bytes each. */
  readonly tileRoots: Uint8Array;
}

/** A batch whole. */
export interface TiledLeaves {
  /** All leaf hashes in order, 32 bytes each. */
  readonly leaves: Uint8Array;
  readonly tileRoots: Uint8Array;
}

/** Cuts ordered hashes, 32 bytes each, apart. Views, not copies. */
export function splitLeaves(leaves: Uint8Array): Uint8Array[] {
  return Array.from({ length: Math.floor(leaves.length / LEAF_LENGTH) }, (_, i) => hashAt(leaves, i));
}

/** Hashes of 32 bytes one after another. */
export function joinLeaves(hashes: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(hashes.length * LEAF_LENGTH);
  hashes.forEach((hash, i) => {
    joined.set(hash, i * LEAF_LENGTH);
  });
  return joined;
}

/** Hash number `index` of ordered ones; a view. Shorter than a hash when there are not so many. */
export function hashAt(hashes: Uint8Array, index: number): Uint8Array {
  return hashes.subarray(index * LEAF_LENGTH, (index + 1) * LEAF_LENGTH);
}

/** The leaves of tile number `tile`, a view. */
export function tileOf(leaves: Uint8Array, tile: number): Uint8Array {
  return leaves.subarray(tile * TILE_SIZE * LEAF_LENGTH, (tile + 1) * TILE_SIZE * LEAF_LENGTH);
}

/**
 * The root of a batch and those of its tiles. Other work goes on in between: the largest batch is a second of hashes. Rejects
 * with `tree.empty` without leaves and `tree.index-out-of-range` beyond 2^20.
 */
export async function digestTiles(
  crypto: Crypto,
  leaves: Uint8Array,
): Promise<{ readonly root: Uint8Array; readonly tileRoots: Uint8Array }> {
  const size = leaves.length / LEAF_LENGTH;
  if (size > MAX_TREE_SIZE)
    throw new TallyError("tree.index-out-of-range", `a batch of ${size} entries is larger than ${MAX_TREE_SIZE}`);
  const roots: Uint8Array[] = [];
  for (let tile = 0; tile * TILE_SIZE < size; tile++) {
    if (tile > 0 && tile % TILES_A_TURN === 0) await turn();
    roots.push(buildTree(crypto, splitLeaves(tileOf(leaves, tile))).root);
  }
  return { root: buildTree(crypto, roots).root, tileRoots: joinLeaves(roots) };
}

/** Some 15 ms of hashes. */
const TILES_A_TURN = 16;
