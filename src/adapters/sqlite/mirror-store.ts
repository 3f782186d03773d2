// SPDX-License-Identifier: Apache-2.0
import { TallyError } from "../../core/errors.js";
import { fromHex, toHex } from "../../core/hex.js";
import { hashAt, LEAF_LENGTH, TILE_SIZE, turn } from "../../domain/anchoring/index.js";
import { type MirrorStore, piecesInOrder } from "../../domain/sharing/index.js";
import { sqliteCursorStore } from "./alarm-store.js";
import type { Database } from "./database.js";
import { allLeaves, insertTiles, oneTile } from "./leaf-tiles.js";

export function sqliteMirrorStore(database: Database): MirrorStore {
  return {
    ...sqliteCursorStore(database),

    async seeBatch({ region, root, size, block, anchoredAt }) {
      database.run(
        `INSERT INTO mirrored_batches (region, root, size, block, anchored_at) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT (region, root, size) DO NOTHING`,
        ...[region, fromHex(root, "root"), size, block, anchoredAt],
      );
    },

    async missingBatches(now, limit) {
      const rows = database.all<BatchRow>(
        `SELECT id, region, root, size, block, anchored_at, attempts FROM mirrored_batches
         WHERE tile_roots IS NULL AND next_try <= ? ORDER BY attempts, id LIMIT ?`,
        ...[now, limit],
      );
      return rows.map(({ id, region, root, size, block, anchored_at, attempts }) => {
        return { id, region, root: toHex(root), size, block, anchoredAt: anchored_at, attempts };
      });
    },

    async keepLeaves(batchId, { leaves, tileRoots }) {
      if (isMissing(database, batchId, leaves)) await keep(database, batchId, leaves, tileRoots);
    },

    async postponeBatch(batchId, attempts, nextTry) {
      const sql = "UPDATE mirrored_batches SET attempts = ?, next_try = ? WHERE id = ?";
      database.run(sql, attempts, nextTry, batchId);
    },

    async findLeaf(leafHash) {
      const rows = database.all<SightingRow>(
        `SELECT b.id, b.region, b.root, b.size, b.anchored_at, l.position
         FROM mirrored_leaves l JOIN mirrored_batches b ON b.id = l.batch_id
         WHERE l.leaf_hash = ? AND b.tile_roots IS NOT NULL ORDER BY b.block, b.id, l.position`,
        leafHash,
      );
      return rows.map(({ id, region, root, size, anchored_at, position }) => {
        return { batchId: id, region, root: toHex(root), size, index: position, anchoredAt: anchored_at };
      });
    },

    async mirroredLeaves({ region, root, size }) {
      const sql = "SELECT id FROM mirrored_batches WHERE region = ? AND root = ? AND size = ?";
      const row = database.get<{ id: number }>(sql, region, fromHex(root, "root"), size);
      return row && allLeaves(database, "mirrored", row.id);
    },

    async mirroredTile(batchId, tile) {
      return oneTile(database, "mirrored", batchId, tile);
    },

    async seeType({ typeCode, version, digest }) {
      const sql = "INSERT INTO mirrored_types (type_code, version, digest) VALUES (?, ?, ?) ON CONFLICT DO NOTHING";
      database.run(sql, typeCode, version, fromHex(digest, "digest"));
    },

    async missingTypes(now, limit) {
      const rows = database.all<TypeRow>(
        `SELECT type_code, version, digest, attempts FROM mirrored_types
         WHERE arrived = 0 AND next_try <= ? ORDER BY attempts, type_code, version LIMIT ?`,
        ...[now, limit],
      );
      return rows.map(({ type_code, version, digest, attempts }) => {
        return { typeCode: type_code, version, digest: toHex(digest), attempts };
      });
    },

    async typeArrived(typeCode, version) {
      database.run("UPDATE mirrored_types SET arrived = 1 WHERE type_code = ? AND version = ?", typeCode, version);
    },

    async postponeType(typeCode, version, attempts, nextTry) {
      const sql = "UPDATE mirrored_types SET attempts = ?, next_try = ? WHERE type_code = ? AND version = ?";
      database.run(sql, attempts, nextTry, typeCode, version);
    },

    async mirrorCounts() {
      const count = (sql: string) => database.get<{ n: number }>(`SELECT count(*) AS n FROM ${sql}`)?.n ?? 0;
      return database.read(() => ({
        batches: count("mirrored_batches WHERE tile_roots IS NOT NULL"),
        missingBatches: count("mirrored_batches WHERE tile_roots IS NULL"),
        missingTypes: count("mirrored_types WHERE arrived = 0"),
      }));
    },
  };
}

interface BatchRow {
  readonly id: number;
  readonly region: string;
  readonly root: Uint8Array;
  readonly size: number;
  readonly block: number;
  readonly anchored_at: number;
  readonly attempts: number;
}

interface SightingRow {
  readonly id: number;
  readonly region: string;
  readonly root: Uint8Array;
  readonly size: number;
  readonly anchored_at: number;
  readonly position: number;
}

interface TypeRow {
  readonly type_code: string;
  readonly version: number;
  readonly digest: Uint8Array;
  readonly attempts: number;
}

/** False when its leaves are kept already; `store.failed` when they are not of that batch's size. */
function isMissing(database: Database, batchId: number, leaves: Uint8Array): boolean {
  const sql = "SELECT size, tile_roots IS NOT NULL AS kept FROM mirrored_batches WHERE id = ?";
  const batch = database.get<{ size: number; kept: number }>(sql, batchId);
  if (batch?.kept === 1) return false;
  if (batch?.size !== undefined && batch.size * LEAF_LENGTH === leaves.length) return true;
  throw new TallyError("store.failed", `there is no mirrored batch ${batchId} of that size`);
}

/**
 * The largest batch takes seconds, and a region that anchors such batches must not stop the service of another: so in pieces, with
 * other work in between. Until the last transaction nothing of it shows; what a crash leaves is found there by the next try.
 */
async function keep(database: Database, batchId: number, leaves: Uint8Array, tileRoots: Uint8Array): Promise<void> {
  const sql = "INSERT INTO mirrored_leaves (leaf_hash, batch_id, position) VALUES (?, ?, ?) ON CONFLICT DO NOTHING";
  for (const positions of piecesInOrder(leaves, PIECE)) {
    database.write(() => {
      for (const position of positions) database.run(sql, hashAt(leaves, position), batchId, position);
    });
    await turn();
  }
  for (let tile = 0; tile * TILE_SIZE * LEAF_LENGTH < leaves.length; tile += TILES_A_PIECE) {
    database.write(() => insertTiles(database, "mirrored", batchId, leaves, { from: tile, count: TILES_A_PIECE }));
    await turn();
  }
  database.run("UPDATE mirrored_batches SET tile_roots = ? WHERE id = ?", tileRoots, batchId);
}

/** Positions, and tiles of 32 KiB, written in one transaction: some 40 ms. */
const PIECE = 4_096;
const TILES_A_PIECE = 128;
