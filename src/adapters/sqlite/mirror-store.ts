// SPDX-License-Identifier: Apache-2.0
import { TallyError } from "../../core/errors.js";
import { fromHex, toHex } from "../../core/hex.js";
import { LEAF_LENGTH, splitLeaves } from "../../domain/anchoring/index.js";
import type { MirrorStore } from "../../domain/sharing/index.js";
import { sqliteCursorStore } from "./alarm-store.js";
import type { Database } from "./database.js";

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
         WHERE leaves IS NULL AND next_try <= ? ORDER BY attempts, id LIMIT ?`,
        ...[now, limit],
      );
      return rows.map(({ id, region, root, size, block, anchored_at, attempts }) => {
        return { id, region, root: toHex(root), size, block, anchoredAt: anchored_at, attempts };
      });
    },

    async keepLeaves(batchId, leaves) {
      database.write(() => {
        const sql = "UPDATE mirrored_batches SET leaves = ? WHERE id = ? AND leaves IS NULL AND size * ? = ?";
        if (database.run(sql, leaves, batchId, LEAF_LENGTH, leaves.length).changes === 1)
          indexLeaves(database, batchId, leaves);
        else requireKept(database, batchId);
      });
    },

    async postponeBatch(batchId, attempts, nextTry) {
      const sql = "UPDATE mirrored_batches SET attempts = ?, next_try = ? WHERE id = ?";
      database.run(sql, attempts, nextTry, batchId);
    },

    async findLeaf(leafHash) {
      const rows = database.all<SightingRow>(
        `SELECT b.id, b.region, b.root, b.size, b.anchored_at, l.position
         FROM mirrored_leaves l JOIN mirrored_batches b ON b.id = l.batch_id
         WHERE l.leaf_hash = ? ORDER BY b.block, b.id, l.position`,
        leafHash,
      );
      return rows.map(({ id, region, root, size, anchored_at, position }) => {
        return { batchId: id, region, root: toHex(root), size, index: position, anchoredAt: anchored_at };
      });
    },

    async mirroredLeaves({ region, root, size }) {
      const sql = "SELECT leaves FROM mirrored_batches WHERE region = ? AND root = ? AND size = ?";
      const row = database.get<{ leaves: Uint8Array | null }>(sql, region, fromHex(root, "root"), size);
      return row?.leaves ?? null;
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
        batches: count("mirrored_batches WHERE leaves IS NOT NULL"),
        missingBatches: count("mirrored_batches WHERE leaves IS NULL"),
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

/** In the order of the hashes, so that neighbours in the B-tree are written one after another. */
function indexLeaves(database: Database, batchId: number, leaves: Uint8Array): void {
  const positions = splitLeaves(leaves).map((leaf, position) => ({ leaf, position }));
  positions.sort((a, b) => Buffer.compare(a.leaf, b.leaf));
  // A hostile region may anchor one leaf twice in a batch; its first position proves it as well.
  const sql = "INSERT INTO mirrored_leaves (leaf_hash, batch_id, position) VALUES (?, ?, ?) ON CONFLICT DO NOTHING";
  for (const { leaf, position } of positions) database.run(sql, leaf, batchId, position);
}

function requireKept(database: Database, batchId: number): void {
  const sql = "SELECT 1 AS one FROM mirrored_batches WHERE id = ? AND leaves IS NOT NULL";
  if (database.get(sql, batchId) === null)
    throw new TallyError("store.failed", `there is no mirrored batch ${batchId} of that size`);
}
