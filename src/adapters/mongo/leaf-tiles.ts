// SPDX-License-Identifier: Apache-2.0
import { LEAF_LENGTH, type LeafTile, TILE_SIZE, tileOf } from "../../domain/anchoring/index.js";
import { bytesOf } from "./bytes.js";
import type { MongoDatabase } from "./database.js";
import type { Bytes, TileDocument } from "./documents.js";
import { ignoringDuplicates } from "./failures.js";

/** The two collections that hold the tiles of batches. */
export type TileCollection = "batchTiles" | "mirroredTiles";

/** Tiles of 32 KiB written at once: 4 MiB. */
const TILES_AT_ONCE = 128;

/**
 * In no transaction: the batch's own document says afterwards that they are there, and until then nobody looks. Those that an
 * attempt which was cut off has left are left as they are.
 */
export async function insertTiles(
  database: MongoDatabase,
  collection: TileCollection,
  batch: number,
  leaves: Uint8Array,
): Promise<void> {
  const count = tilesOf(leaves.length / LEAF_LENGTH);
  for (let from = 0; from < count; from += TILES_AT_ONCE) {
    const documents: TileDocument[] = [];
    for (let tile = from; tile < Math.min(count, from + TILES_AT_ONCE); tile++)
      documents.push({ _id: { batch, tile }, leaves: tileOf(leaves, tile) });
    await ignoringDuplicates(database.collection(collection).insertMany(documents, { ordered: false }));
  }
}

/** Null when a tile is missing. */
export async function allLeaves(
  database: MongoDatabase,
  collection: TileCollection,
  batch: number,
  size: number,
): Promise<Uint8Array | null> {
  const ids = Array.from({ length: tilesOf(size) }, (_, tile) => ({ batch, tile }));
  const all = new Uint8Array(size * LEAF_LENGTH);
  let found = 0;
  for await (const { _id, leaves } of database.collection(collection).find({ _id: { $in: ids } })) {
    all.set(bytesOf(leaves), _id.tile * TILE_SIZE * LEAF_LENGTH);
    found += 1;
  }
  return found === ids.length ? all : null;
}

/** A tile of a batch that is there whole; null when it has no such tile. */
export async function oneTile(
  database: MongoDatabase,
  collection: TileCollection,
  batch: number,
  tile: number,
  tileRoots: Bytes,
): Promise<LeafTile | null> {
  const document = await database.collection(collection).findOne({ _id: { batch, tile } });
  return document && { leaves: bytesOf(document.leaves), tileRoots: bytesOf(tileRoots) };
}

function tilesOf(size: number): number {
  return Math.ceil(size / TILE_SIZE);
}
