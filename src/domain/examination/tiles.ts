// SPDX-License-Identifier: Apache-2.0
import { equalBytes } from "../../core/bytes.js";
import type { Crypto } from "../../core/crypto.js";
import { fromHex } from "../../core/hex.js";
import { buildTree, MAX_TREE_SIZE } from "../../core/merkle.js";
import {
  type BatchName,
  hashAt,
  joinLeaves,
  LEAF_LENGTH,
  type LeafTile,
  splitLeaves,
  TILE_SIZE,
  turn,
} from "../anchoring/index.js";
import { type Discrepancy, fault, REMEDY } from "./discrepancy.js";

export interface TiledBatch extends BatchName {
  readonly id: number;
  readonly tileRoots: Uint8Array;
}

/** Where its tiles are, and what it is called itself. */
export type TileTables = { readonly batches: string; readonly tiles: string };

export const OWN: TileTables = { batches: "batches", tiles: "batch_tiles" };
export const MIRRORED: TileTables = { batches: "mirrored_batches", tiles: "mirrored_tiles" };

export const tilesOf = (size: number): number => Math.ceil(size / TILE_SIZE);

export const keyOf = ({ id, region, root, size }: BatchName & { readonly id: number }): string =>
  `${id}, ${region}/${root}/${size}`;

/**
 * Leaves, tile roots and root of a batch against one another, one tile in memory at a time: whichever of the three two others
 * contradict is named. `each` gets every tile that is right.
 */
export async function* examineTiles(
  { batches, tiles }: TileTables,
  batch: TiledBatch,
  {
    crypto,
    tileAt,
    each,
  }: {
    readonly crypto: Crypto;
    readonly tileAt: (tile: number) => Promise<LeafTile | null>;
    readonly each?: (tile: number, leaves: Uint8Array) => AsyncIterable<Discrepancy>;
  },
): AsyncGenerator<Discrepancy> {
  const { size, root, tileRoots } = batch;
  const remedy = REMEDY.restore;
  const place = (field: string) => ({ collection: batches, key: keyOf(batch), field });
  const count = tilesOf(size);
  if (!(Number.isSafeInteger(size) && size >= 1 && size <= MAX_TREE_SIZE)) {
    yield fault(place("size"), { why: "is no size of a batch", remedy, stored: size });
    return;
  }
  const computed: Uint8Array[] = [];
  const wrong: Discrepancy[] = [];
  for (let tile = 0; tile < count; tile++) {
    const at = { collection: tiles, key: `${batch.id}, ${tile}`, field: "leaves" };
    const leaves = (await tileAt(tile))?.leaves;
    const length = Math.min(TILE_SIZE, size - tile * TILE_SIZE) * LEAF_LENGTH;
    if (leaves === undefined || leaves.length !== length) {
      const why =
        leaves === undefined ? "there is no such tile" : `has ${leaves.length} bytes of leaves, not ${length}`;
      yield fault(leaves === undefined ? { ...at, field: "record" } : at, { why, remedy });
      yield fault(place("size"), {
        why: "is not that of the leaves in its tiles, or the tiles were edited",
        remedy,
        stored: size,
      });
      return;
    }
    const tileRoot = buildTree(crypto, splitLeaves(leaves)).root;
    computed.push(tileRoot);
    if (equalBytes(tileRoot, hashAt(tileRoots, tile))) {
      if (each) yield* each(tile, leaves);
    } else wrong.push(fault(at, { why: "their root is not that which the batch keeps of the tile", remedy }));
    if (tile % TILES_A_TURN === 0) await turn();
  }
  if (await tileAt(count)) {
    const at = { collection: tiles, key: `${batch.id}, ${count}`, field: "tile" };
    yield fault(at, { why: `the batch of ${size} has ${count} tiles`, remedy });
  }
  const recomputed = buildTree(crypto, computed).root;
  const stated = fromHex(root);
  if (equalBytes(recomputed, stated)) {
    if (!equalBytes(joinLeaves(computed), tileRoots))
      yield fault(place("tileRoots"), { why: "are not the roots of the tiles", remedy });
  } else if (wrong.length > 0) yield* wrong;
  else
    yield fault(place("root"), { why: "is not the root of the leaves", remedy, stored: stated, expected: recomputed });
}

const TILES_A_TURN = 16;
