// SPDX-License-Identifier: Apache-2.0

import { TallyError } from "../../core/errors.js";
import { fromHex, toHex } from "../../core/hex.js";
import {
  type AnchoredBatch,
  type AnchoringState,
  type AnchoringStore,
  type AnchorOnChain,
  type AuditHead,
  type AuditHeadBatch,
  type BatchName,
  joinLeaves,
  type NewBatch,
  type OpenBatch,
  type StageOutcome,
  type StoredBatch,
  type TiledLeaves,
} from "../../domain/anchoring/index.js";
import { copiesUnanchoredOfKey, placeCopy } from "./copy-store.js";
import type { Database } from "./database.js";
import { allLeaves, insertTiles, oneTile } from "./leaf-tiles.js";
import { holdsLease, sqliteLeaseStore } from "./lease-store.js";
import { placeSeal } from "./seal-entries.js";

export function sqliteAnchoringStore(database: Database): AnchoringStore {
  return {
    ...sqliteLeaseStore(database),

    async pendingWork(limit) {
      return database.read(() => {
        const rows = database.all<OutboxRow>("SELECT seq, leaf_hash FROM outbox ORDER BY seq LIMIT ?", limit);
        const oldest = database.get<{ at: number }>("SELECT queued_at AS at FROM outbox ORDER BY seq LIMIT 1");
        return {
          entries: rows.map(({ seq, leaf_hash }) => ({ seq, leafHash: leaf_hash })),
          oldestAt: oldest?.at ?? null,
        };
      });
    },

    async stageBatch(lease, batch, now) {
      try {
        return database.write((): StageOutcome => {
          if (!holdsLease(database, lease)) return { outcome: "lease-lost" };
          return { outcome: "staged", batch: stage(database, batch, now) };
        });
      } catch (error) {
        if (error instanceof EntryGone) return { outcome: "changed" };
        throw error;
      }
    },

    async uncoveredEvents() {
      return database.read(() => {
        const covered = newestHead(database)?.seq ?? 0;
        const oldest = database.get<{ time: number }>(
          "SELECT time FROM audit_events WHERE seq > ? ORDER BY seq LIMIT 1",
          covered,
        );
        const newest = database.get<HeadRow>("SELECT seq, hash FROM audit_events ORDER BY seq DESC LIMIT 1");
        return oldest === null || newest === null ? null : { head: headOf(newest), oldestAt: oldest.time };
      });
    },

    async stageAuditHead(lease, batch, now) {
      return database.write((): StageOutcome => {
        if (!holdsLease(database, lease)) return { outcome: "lease-lost" };
        return stageHead(database, batch, now);
      });
    },

    async newestAuditHead() {
      const row = newestHead(database);
      return row && headOf(row);
    },

    async openBatches(limit) {
      const sql = `SELECT ${BATCH}, ${OTHERS_IN_IT} AS others, h.seq, h.hash FROM batches LEFT JOIN audit_heads h ON h.batch_id = batches.id
         WHERE state IN ('staged', 'submitted') ORDER BY id LIMIT ?`;
      return database.all<BatchRow & NoHeadRow & { readonly others: number }>(sql, limit).map(openBatchOf);
    },

    async recordSubmission(batchId, tx, now) {
      const sql =
        "UPDATE batches SET state = 'submitted', tx = ?, submitted_at = ? WHERE id = ? AND state <> 'anchored'";
      database.run(sql, tx, now, batchId);
    },

    async attachAnchor(batchId, anchor) {
      database.write(() => {
        const { block, time, tx } = anchor;
        const sql = `UPDATE batches SET state = 'anchored', block = ?, anchored_at = ?, tx = ? WHERE id = ? AND state <> 'anchored'`;
        if (database.run(sql, block, time, tx, batchId).changes === 1) return;
        const stored = database.get<BatchRow>(`SELECT ${BATCH} FROM batches WHERE id = ?`, batchId);
        if (stored === null)
          throw new TallyError("store.failed", `there is no batch ${batchId} to attach an anchor to`);
        if (!sameAnchor(anchorOf(stored), anchor)) {
          throw new TallyError(
            "store.failed",
            `batch ${batchId} is anchored in block ${stored.block} (${stored.tx}) already, not in block ${block} (${tx})`,
          );
        }
      });
    },

    async anchoredSince(block, limit) {
      const sql = `SELECT ${BATCH} FROM batches WHERE block >= ? AND state = 'anchored' ORDER BY block DESC, id DESC LIMIT ?`;
      return database.all<BatchRow>(sql, block, limit).map((row): AnchoredBatch => {
        return { id: row.id, ...nameOf(row), ...(anchorOf(row) as AnchorOnChain) };
      });
    },

    async reanchor(batchId, lost, found) {
      const where = "WHERE id = ? AND state = 'anchored' AND block = ? AND anchored_at = ? AND tx = ?";
      const lostAnchor = [batchId, lost.block, lost.time, lost.tx] as const;
      if (found === null) {
        const sql =
          "UPDATE batches SET state = 'staged', block = NULL, anchored_at = NULL, tx = NULL, submitted_at = NULL";
        database.run(`${sql} ${where}`, ...lostAnchor);
      } else {
        const sql = `UPDATE batches SET block = ?, anchored_at = ?, tx = ? ${where}`;
        database.run(sql, found.block, found.time, found.tx, ...lostAnchor);
      }
    },

    async adoptBatch(batch, anchor) {
      return database.write(() => adopt(database, batch, anchor));
    },

    async holdPending(keyDigest) {
      const key = fromHex(keyDigest, "keyDigest");
      return database.write(() => {
        const waiting = "SELECT certificate_id FROM outbox WHERE key_digest = ?";
        database.run(`UPDATE certificates SET held = 1 WHERE id IN (${waiting})`, key);
        return database.run("DELETE FROM outbox WHERE key_digest = ?", key).changes;
      });
    },

    async pendingForKey(keyDigest) {
      const key = fromHex(keyDigest, "keyDigest");
      const certificates = count(
        database,
        `SELECT (SELECT count(*) FROM outbox WHERE key_digest = ?) + (${COUNT_UNANCHORED_OF_KEY}) AS n`,
        ...[key, key],
      );
      return certificates + copiesUnanchoredOfKey(database, key);
    },

    async certificatesToReissue(query) {
      return database.read(() => certificatesToReissue(database, query));
    },

    async counts() {
      return database.read(() => ({
        pending: count(database, "SELECT count(*) AS n FROM outbox"),
        held: count(database, "SELECT count(*) AS n FROM certificates WHERE held = 1 AND successor IS NULL"),
        openBatches: count(database, "SELECT count(*) AS n FROM batches WHERE state IN ('staged', 'submitted')"),
        anchoredBatches: count(database, "SELECT count(*) AS n FROM batches WHERE state = 'anchored'"),
        openStatusChanges: count(database, "SELECT count(*) AS n FROM status_changes WHERE confirmed_at IS NULL"),
      }));
    },

    async leafPosition(certificateId) {
      const row = database.get<PositionRow>(
        `SELECT h.token, c.leaf_hash, c.held, c.batch_id, c.batch_index, b.state AS batch_state
         FROM certificates c JOIN halves h ON h.seq = c.seq LEFT JOIN batches b ON b.id = c.batch_id WHERE c.id = ?`,
        certificateId,
      );
      if (row === null) return null;
      const { token, leaf_hash, batch_id, batch_index } = row;
      const place = batch_id === null ? null : { batchId: batch_id, index: batch_index as number };
      return { certificateId, token, leafHash: leaf_hash, state: stateOf(row), place };
    },

    async findBatch(id) {
      const row = database.get<BatchRow>(`SELECT ${BATCH} FROM batches WHERE id = ?`, id);
      return row === null ? null : storedBatchOf(row);
    },

    async findBatchByName({ region, root, size }) {
      const sql = `SELECT ${BATCH} FROM batches WHERE region = ? AND root = ? AND size = ?`;
      const row = database.get<BatchRow>(sql, region, fromHex(root, "root"), size);
      return row === null ? null : storedBatchOf(row);
    },

    async batchLeaves(id) {
      return allLeaves(database, "own", id);
    },

    async batchTile(id, tile) {
      return oneTile(database, "own", id, tile);
    },
  };
}

/** All columns but the tile roots. */
const BATCH = "id, region, root, size, state, staged_at, submitted_at, tx, block, anchored_at";

/** Seals and copies. */
const OTHERS_IN_IT = `(SELECT count(*) FROM seal_entries s WHERE s.batch_id = batches.id)
  + (SELECT count(*) FROM copies c WHERE c.batch_id = batches.id)`;

const COUNT_UNANCHORED_OF_KEY = `SELECT count(*) FROM batches b JOIN certificates c ON c.batch_id = b.id
   WHERE b.state IN ('staged', 'submitted') AND c.key_digest = ?`;

interface OutboxRow {
  readonly seq: number;
  readonly leaf_hash: Uint8Array;
}

interface BatchRow {
  readonly id: number;
  readonly region: string;
  readonly root: Uint8Array;
  readonly size: number;
  readonly state: "staged" | "submitted" | "anchored";
  readonly staged_at: number;
  readonly submitted_at: number | null;
  readonly tx: string | null;
  readonly block: number | null;
  readonly anchored_at: number | null;
}

interface HeadRow {
  readonly seq: number;
  readonly hash: Uint8Array;
}

/** Of a batch of certificates, seals and copies. */
type NoHeadRow = { readonly [Column in keyof HeadRow]: HeadRow[Column] | null };

interface PositionRow {
  readonly token: Uint8Array;
  readonly leaf_hash: Uint8Array;
  readonly held: number;
  readonly batch_id: number | null;
  readonly batch_index: number | null;
  readonly batch_state: BatchRow["state"] | null;
}

/** Thrown to undo the transaction of a batch whose entries are not all in the outbox any more. */
class EntryGone extends Error {}

function stage(database: Database, { region, root, size, entries, tileRoots }: NewBatch, now: number): OpenBatch {
  const { lastInsertRowid: id } = database.run(
    "INSERT INTO batches (region, root, size, tile_roots, state, staged_at) VALUES (?, ?, ?, ?, 'staged', ?)",
    ...[region, fromHex(root, "root"), size, tileRoots, now],
  );
  insertTiles(database, "own", id, joinLeaves(entries.map(({ leafHash }) => leafHash)));
  let others = 0;
  entries.forEach(({ seq, leafHash }, index) => {
    const place = database.run(
      `UPDATE certificates SET batch_id = ?, batch_index = ? WHERE batch_id IS NULL
         AND id = (SELECT certificate_id FROM outbox WHERE seq = ? AND leaf_hash = ? AND key_digest <> x'')`,
      ...[id, index, seq, leafHash],
    );
    if (place.changes === 1) database.run("DELETE FROM outbox WHERE seq = ?", seq);
    else {
      // What is left to be: a seal or a copy.
      const { changes } = database.run(
        "DELETE FROM outbox WHERE seq = ? AND leaf_hash = ? AND key_digest = x''",
        seq,
        leafHash,
      );
      if (changes !== 1 || !placeOther(database, seq, { batchId: id, index })) throw new EntryGone();
      others += 1;
    }
  });
  return { id, region, root, size, stagedAt: now, submitted: null, certificates: size - others, auditHead: null };
}

/** Gives the seal or copy that waits as this entry its place; false when none does. */
function placeOther(
  database: Database,
  entry: number,
  place: { readonly batchId: number; readonly index: number },
): boolean {
  return placeSeal(database, entry, place) || placeCopy(database, entry, place);
}

/** A tree of one leaf: the leaf is its root, and that of its only tile. */
function stageHead(database: Database, { region, root, size, head }: AuditHeadBatch, now: number): StageOutcome {
  const { sequence, hash } = head;
  const event = database.get<HeadRow>("SELECT seq, hash FROM audit_events WHERE seq = ?", sequence);
  const isOfLog = event !== null && toHex(event.hash) === hash;
  if (!isOfLog || (newestHead(database)?.seq ?? 0) >= sequence) return { outcome: "changed" };
  const leaf = fromHex(root, "root");
  const { changes, lastInsertRowid: id } = database.run(
    `INSERT INTO batches (region, root, size, tile_roots, state, staged_at) VALUES (?, ?, ?, ?, 'staged', ?)
     ON CONFLICT DO NOTHING`,
    ...[region, leaf, size, leaf, now],
  );
  if (changes === 0) return { outcome: "changed" };
  insertTiles(database, "own", id, leaf);
  database.run("INSERT INTO audit_heads (seq, batch_id, hash) VALUES (?, ?, ?)", sequence, id, event.hash);
  const batch = { id, region, root, size, stagedAt: now, submitted: null, certificates: 0, auditHead: head };
  return { outcome: "staged", batch };
}

function newestHead(database: Database): HeadRow | null {
  return database.get<HeadRow>("SELECT seq, hash FROM audit_heads ORDER BY seq DESC LIMIT 1");
}

function headOf({ seq, hash }: HeadRow): AuditHead {
  return { sequence: seq, hash: toHex(hash) };
}

function adopt(
  database: Database,
  { region, root, size, leaves, tileRoots }: BatchName & TiledLeaves,
  { block, time, tx }: AnchorOnChain,
): number {
  const added = database.run(
    `INSERT INTO batches (region, root, size, tile_roots, state, staged_at, submitted_at, tx, block, anchored_at)
     VALUES (?, ?, ?, ?, 'anchored', ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
    ...[region, fromHex(root, "root"), size, tileRoots, time * 1000, time * 1000, tx, block, time],
  );
  if (added.changes === 0) return 0;
  insertTiles(database, "own", added.lastInsertRowid, leaves);
  const indexOf = new Map<string, number>();
  for (let index = 0; index < size; index++) indexOf.set(toHex(leaves.slice(index * 32, (index + 1) * 32)), index);
  let placed = 0;
  // What the batch holds of the outbox is mostly its oldest part, so the pages end early.
  for (let after = 0; placed < size; ) {
    const page = database.all<{ seq: number; certificate_id: string; leaf_hash: Uint8Array }>(
      "SELECT seq, certificate_id, leaf_hash FROM outbox WHERE seq > ? ORDER BY seq LIMIT ?",
      ...[after, ADOPTION_PAGE],
    );
    for (const { seq, certificate_id, leaf_hash } of page) {
      after = seq;
      const index = indexOf.get(toHex(leaf_hash));
      if (index === undefined) continue;
      const batchId = added.lastInsertRowid;
      if (!placeOther(database, seq, { batchId, index })) {
        const place = "UPDATE certificates SET batch_id = ?, batch_index = ? WHERE id = ?";
        database.run(place, batchId, index, certificate_id);
      }
      database.run("DELETE FROM outbox WHERE seq = ?", seq);
      placed += 1;
    }
    if (page.length < ADOPTION_PAGE) break;
  }
  return placed;
}

const ADOPTION_PAGE = 10_000;

/**
 * Those in batches in the order of these, then the held ones: both are found through an index, however much the key has signed that is
 * safe.
 */
function certificatesToReissue(
  database: Database,
  { keyDigest, compromisedSince, after = "", limit }: Parameters<AnchoringStore["certificatesToReissue"]>[0],
): string[] {
  const key = fromHex(keyDigest, "keyDigest");
  const last = database.get<ReissuePlace>(
    "SELECT seq, agency, issue_date, batch_id, batch_index, held FROM certificates WHERE id = ?",
    after,
  );
  const [batch, index] = [last?.batch_id ?? 0, last?.batch_index ?? -1];
  const inBatches =
    last?.held === 1
      ? []
      : database.all<{ id: string }>(
          // The sign keeps the planner from looking batches up by their state, and sorting them.
          `SELECT c.id FROM batches b CROSS JOIN certificates c ON c.batch_id = b.id
           WHERE b.id >= ? AND (b.id > ? OR c.batch_index > ?) AND (+b.state <> 'anchored' OR b.anchored_at >= ?)
             AND c.held = 0 AND c.key_digest = ? AND c.successor IS NULL
           ORDER BY b.id, c.batch_index LIMIT ?`,
          ...[batch, batch, index, compromisedSince, key, limit],
        );
  const from = last?.held === 1 ? [last.agency, last.issue_date, last.seq] : ["", "", 0];
  const held = database.all<{ id: string }>(
    `SELECT id FROM certificates WHERE held = 1 AND (agency, issue_date, seq) > (?, ?, ?) AND key_digest = ? AND successor IS NULL
     ORDER BY agency, issue_date, seq LIMIT ?`,
    ...[...from, key, limit - inBatches.length],
  );
  return [...inBatches, ...held].map(({ id }) => id);
}

interface ReissuePlace {
  readonly seq: number;
  readonly agency: string;
  readonly issue_date: string;
  readonly batch_id: number | null;
  readonly batch_index: number | null;
  readonly held: number;
}

function stateOf({ held, batch_id, batch_state }: PositionRow): AnchoringState {
  if (batch_id === null) return held === 1 ? "held" : "pending";
  return batch_state === "anchored" ? "anchored" : "staged";
}

function nameOf({ region, root, size }: BatchRow) {
  return { region, root: toHex(root), size };
}

function openBatchOf(row: BatchRow & NoHeadRow & { readonly others: number }): OpenBatch {
  const { id, size, staged_at, submitted_at, tx, others, seq, hash } = row;
  const submitted = tx !== null && submitted_at !== null ? { tx, at: submitted_at } : null;
  const auditHead = seq === null || hash === null ? null : headOf({ seq, hash });
  const certificates = auditHead === null ? size - others : 0;
  return { id, ...nameOf(row), stagedAt: staged_at, submitted, certificates, auditHead };
}

function storedBatchOf(row: BatchRow): StoredBatch {
  return { id: row.id, ...nameOf(row), anchor: anchorOf(row) };
}

function anchorOf({ state, block, anchored_at, tx }: BatchRow): AnchorOnChain | null {
  if (state !== "anchored" || block === null || anchored_at === null || tx === null) return null;
  return { block, time: anchored_at, tx };
}

function sameAnchor(a: AnchorOnChain | null, b: AnchorOnChain): boolean {
  return a !== null && a.block === b.block && a.time === b.time && a.tx === b.tx;
}

function count(database: Database, sql: string, ...values: readonly Uint8Array[]): number {
  return database.get<{ n: number }>(sql, ...values)?.n ?? 0;
}
