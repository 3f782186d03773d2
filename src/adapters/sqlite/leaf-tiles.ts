// SPDX-License-Identifier: Apache-2.0
import { LEAF_LENGTH, type LeafTile, TILE_SIZE, tileOf } from "../../domain/anchoring/index.js";
import type { Database } from "./database.js";

/** The two tables that hold batches, each with its table of tiles. */
export type TileTables = "own" | "mirrored";

const SQL = {
  own: {
    insert: "INSERT INTO batch_tiles (batch_id, tile, leaves) VALUES (?, ?, ?)",
    size: "SELECT size FROM batches WHERE id = ?",
    leaves: "SELECT leaves FROM batch_tiles WHERE batch_id = ? AND tile = ?",
    tile: `SELECT t.leaves, b.tile_roots FROM batches b JOIN batch_tiles t ON t.batch_id = b.id WHERE b.id = ? AND t.tile = ?`,
  },
  mirrored: {
    // A keeper that was stopped in between has left some of them.
    insert: "INSERT INTO mirrored_tiles (batch_id, tile, leaves) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
    size: "SELECT size FROM mirrored_batches WHERE id = ? AND tile_roots IS NOT NULL",
    leaves: "SELECT leaves FROM mirrored_tiles WHERE batch_id = ? AND tile = ?",
    tile: `SELECT t.leaves, b.tile_roots FROM mirrored_batches b JOIN mirrored_tiles t ON t.batch_id = b.id
       WHERE b.id = ? AND t.tile = ? AND b.tile_roots IS NOT NULL`,
  },
} as const satisfies Record<TileTables, Record<string, string>>;

/** To be called in a transaction. All tiles, or `count` of them from number `from` on. */
export function insertTiles(
  database: Database,
  tables: TileTables,
  batchId: number,
  leaves: Uint8Array,
  { from = 0, count = Number.POSITIVE_INFINITY } = {},
): void {
  const end = Math.min(from + count, Math.ceil(leaves.length / (TILE_SIZE * LEAF_LENGTH)));
  for (let tile = from; tile < end; tile++) database.run(SQL[tables].insert, batchId, tile, tileOf(leaves, tile));
}

/** Null for a batch that is not there whole. */
export function allLeaves(database: Database, tables: TileTables, batchId: number): Uint8Array | null {
  return database.read(() => {
    const batch = database.get<{ size: number }>(SQL[tables].size, batchId);
    if (batch === null) return null;
    const all = new Uint8Array(batch.size * LEAF_LENGTH);
    for (let tile = 0; tile * TILE_SIZE < batch.size; tile++) {
      const row = database.get<{ leaves: Uint8Array }>(SQL[tables].leaves, batchId, tile);
      if (row) all.set(row.leaves, tile * TILE_SIZE * LEAF_LENGTH);
    }
    return all;
  });
}

export function oneTile(database: Database, tables: TileTables, batchId: number, tile: number): LeafTile | null {
  const row = database.get<{ leaves: Uint8Array; tile_roots: Uint8Array }>(SQL[tables].tile, batchId, tile);
  return row && { leaves: row.leaves, tileRoots: row.tile_roots };
}
