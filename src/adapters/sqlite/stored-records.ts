// SPDX-License-Identifier: Apache-2.0
import { toHex } from "../../core/hex.js";
import type { RecordedEvent } from "../../domain/audit/index.js";
import {
  type AuditHeadRecord,
  type BatchRecord,
  type CertificateFile,
  FILE_ACTIONS,
  type RecordCounts,
  type StatusChangeRecord,
  type StoredRecords,
  type StoredSeal,
  type StoreFault,
} from "../../domain/examination/stored-records.js";
import type { StatusAction } from "../../domain/issuance/index.js";
import { type EventRow, lastSequence, recordedEvent } from "./audit-store.js";
import { FROM_RECORDS, RECORD_COLUMNS, type RecordRow, recordOf } from "./certificate-rows.js";
import { copiesOf } from "./copy-store.js";
import { type Database, openDatabase } from "./database.js";
import { linksOf } from "./pick-up-store.js";
import { type SealCertificateRow, sealCertificateOf, sealsOf } from "./seal-store.js";

export function sqliteStoredRecords(database: Database): StoredRecords {
  return {
    async certificateFiles(after, limit) {
      return database.read(() => {
        const from = after === null ? 0 : Number(after);
        const page = database.all<PlaceRow>(
          "SELECT seq, id FROM certificates WHERE seq > ? ORDER BY seq LIMIT ?",
          from,
          limit,
        );
        const next = page.length < limit ? null : (page.at(-1) as PlaceRow).seq;
        const sql = `SELECT ${FILE_COLUMNS} ${FROM_RECORDS} WHERE c.seq > ? AND c.seq <= ? ORDER BY c.seq`;
        const rows = database.all<FileRow>(sql, from, next ?? Number.MAX_SAFE_INTEGER);
        return {
          files: rows.map((row) => fileOf(database, row)),
          faults: withoutHalves(page, rows),
          next: next === null ? null : String(next),
        };
      });
    },

    async certificateFile(identifier) {
      return database.read(() => {
        const sql = `SELECT ${FILE_COLUMNS} ${FROM_RECORDS} WHERE c.id = ?`;
        const row = database.get<FileRow>(sql, identifier);
        return row && fileOf(database, row);
      });
    },

    async outbox(after, limit) {
      const sql = `SELECT o.*, s.ordinal, c.number FROM outbox o LEFT JOIN seal_entries s ON s.entry = o.seq
        LEFT JOIN copies c ON c.entry = o.seq WHERE o.seq > ? ORDER BY o.seq LIMIT ?`;
      return database
        .all<OutboxRow>(sql, after, limit)
        .map(({ seq, leaf_hash, certificate_id, ordinal, number, key_digest, queued_at }) => ({
          ...{ seq, leafHash: leaf_hash, certificateId: certificate_id, seal: ordinal, copy: number },
          ...{ keyDigest: key_digest, queuedAt: queued_at },
        }));
    },

    async batches(after, limit) {
      const counted = `(SELECT count(*) FROM certificates c WHERE c.batch_id = b.id)
        + (SELECT count(*) FROM seal_entries s WHERE s.batch_id = b.id)
        + (SELECT count(*) FROM copies c WHERE c.batch_id = b.id) AS entries`;
      const head = "(SELECT h.seq FROM audit_heads h WHERE h.batch_id = b.id) AS audit_head";
      const sql = `SELECT b.*, ${counted}, ${head} FROM batches b WHERE b.id > ? ORDER BY b.id LIMIT ?`;
      return database.all<BatchRow>(sql, after, limit).map(batchOf);
    },

    async auditEvents(after, limit) {
      const sql = "SELECT * FROM audit_events WHERE seq > ? ORDER BY seq LIMIT ?";
      const rows = database.all<EventRow & { hash: Uint8Array }>(sql, after, limit);
      return rows.map(({ hash, ...row }) => ({ event: readEvent(row), hash }));
    },

    async auditHeads(after, limit) {
      const sql = `SELECT h.seq, h.hash, h.batch_id, b.region, b.root, b.size
        FROM audit_heads h LEFT JOIN batches b ON b.id = h.batch_id WHERE h.seq > ? ORDER BY h.seq LIMIT ?`;
      return database.all<HeadRow>(sql, after, limit).map(headOf);
    },

    lastAuditSequence: async () => lastSequence(database),

    async sealCertificates(after, limit) {
      const sql = "SELECT * FROM seal_certificates WHERE event > ? ORDER BY event LIMIT ?";
      const rows = database.all<SealCertificateRow>(sql, after, limit);
      return rows.map((row) => ({ event: row.event, record: sealCertificateOf(row) }));
    },

    async mirroredBatches(after, limit) {
      const sql = "SELECT * FROM mirrored_batches WHERE id > ? ORDER BY id LIMIT ?";
      return database
        .all<MirroredRow>(sql, after, limit)
        .map(({ id, region, root, size, tile_roots, block, anchored_at }) => {
          return { id, region, root: toHex(root), size, tileRoots: tile_roots, block, anchoredAt: anchored_at };
        });
    },

    async mirroredPositions(batchId, leaves) {
      const sql = "SELECT position FROM mirrored_leaves WHERE leaf_hash = ? AND batch_id = ?";
      return leaves.map((leaf) => database.get<{ position: number }>(sql, leaf, batchId)?.position ?? null);
    },

    async mirroredTypes() {
      const rows = database.all<TypeRow>("SELECT type_code, version, digest, arrived FROM mirrored_types");
      return rows.map(({ type_code, version, digest, arrived }) => {
        return { typeCode: type_code, version, digest, arrived: arrived !== 0 };
      });
    },

    async requests(after, limit) {
      const { scope, key } = after ?? { scope: "", key: "" };
      const sql = "SELECT * FROM idempotency WHERE (scope, key) > (?, ?) ORDER BY scope, key LIMIT ?";
      return database.all<RequestRow>(sql, scope, key, limit).map(({ request_hash, created_at, ...row }) => {
        return { ...row, requestHash: request_hash, createdAt: created_at };
      });
    },

    cursors: async () => database.all<{ name: string; block: number }>("SELECT name, block FROM cursors ORDER BY name"),

    async statusIndexKey(region) {
      const sql = "SELECT key FROM status_index_keys WHERE region = ?";
      return database.get<{ key: Uint8Array }>(sql, region)?.key ?? null;
    },

    counts: async () => database.read(() => counts(database)),

    nameOf: (table) => table,

    faults: async () => [...missingRules(database), ...brokenReferences(database), ...damage(database)],
  };
}

const FILE_COLUMNS = `c.seq, c.batch_index, ${RECORD_COLUMNS}`;

interface PlaceRow {
  readonly seq: number;
  readonly id: string;
}

interface FileRow extends RecordRow {
  readonly seq: number;
  readonly batch_index: number | null;
}

/** Of these nothing can be examined. */
function withoutHalves(page: readonly PlaceRow[], rows: readonly FileRow[]): StoreFault[] {
  const whole = new Set(rows.map(({ seq }) => seq));
  return page
    .filter(({ seq }) => !whole.has(seq))
    .map(({ id: key }) => ({ collection: "halves", key, field: "record", why: "what was signed is missing" }));
}

const HISTORY = `SELECT * FROM audit_events WHERE object = ?
  AND +action IN (${FILE_ACTIONS.map((action) => `'${action}'`).join(", ")}) ORDER BY seq`;

function fileOf(database: Database, row: FileRow): CertificateFile {
  const { anchoring: _, ...certificate } = recordOf(row);
  const { seq, id, status_index, batch_id, batch_index, held } = row;
  const holders = database.all<{ code: string; code_type: string }>(
    "SELECT code, code_type FROM holders WHERE certificate = ?",
    seq,
  );
  const changes = database.all<ChangeRow>(
    "SELECT * FROM status_changes WHERE status_index = ? ORDER BY seq",
    status_index,
  );
  return {
    // Anything but 0 counts as held here: an examination must not take a value that nobody writes for a usual one.
    certificate: { ...certificate, held: held !== 0 },
    place: { batchId: batch_id, index: batch_index },
    holders: holders.map(({ code, code_type }) => ({ code, codeType: code_type })),
    statusChanges: changes.map(changeOf),
    links: linksOf(database, seq),
    seals: sealsIn(database, row),
    copies: copiesOf(database, row),
    history: database.all<EventRow>(HISTORY, id).map(readEvent),
  };
}

function sealsIn(database: Database, certificate: FileRow): readonly StoredSeal[] {
  const sql = "SELECT ordinal, batch_id, batch_index FROM seal_entries WHERE certificate = ?";
  const places = new Map(
    database
      .all<SealPlaceRow>(sql, certificate.seq)
      .map(({ ordinal, batch_id, batch_index }) => [ordinal, { batchId: batch_id, index: batch_index }]),
  );
  return sealsOf(database, certificate).map((seal) => ({ seal, place: places.get(seal.ordinal) ?? null }));
}

/** An event whose detail is no JSON was edited: it is read without it, and its hash tells. */
function readEvent(row: EventRow): RecordedEvent {
  try {
    return recordedEvent(row);
  } catch (error) {
    if (error instanceof SyntaxError) return recordedEvent({ ...row, detail: null });
    throw error;
  }
}

function changeOf(row: ChangeRow): StatusChangeRecord {
  return {
    seq: row.seq,
    certificateId: row.certificate_id,
    statusIndex: row.status_index,
    action: row.action,
    queuedAt: row.queued_at,
    submittedAt: row.submitted_at,
    tx: row.tx,
    confirmedAt: row.confirmed_at,
  };
}

function batchOf(row: BatchRow): BatchRecord {
  const { id, region, root, size, tile_roots, state, staged_at, submitted_at, tx, block, anchored_at } = row;
  return {
    ...{ id, region, root: toHex(root), size, tileRoots: tile_roots, state, stagedAt: staged_at },
    ...{ submittedAt: submitted_at, tx, block, anchoredAt: anchored_at, entries: row.entries },
    auditHead: row.audit_head,
  };
}

function headOf({ seq, hash, batch_id, region, root, size }: HeadRow): AuditHeadRecord {
  const batch = region === null || root === null || size === null ? null : { region, root: toHex(root), size };
  return { sequence: seq, hash, batchId: batch_id, batch };
}

function counts(database: Database): RecordCounts {
  const count = (from: string): number => database.get<{ n: number }>(`SELECT count(*) AS n FROM ${from}`)?.n ?? 0;
  return {
    certificates: count("certificates"),
    holders: count("holders"),
    outbox: count("outbox"),
    statusChanges: count("status_changes"),
    pickUpLinks: count("pick_up_links"),
    seals: count("seals"),
    sealEntries: count("seal_entries"),
    copies: count("copies"),
    batchTiles: count("batch_tiles"),
    mirroredTiles: count("mirrored_tiles"),
    mirroredLeaves: count(
      "mirrored_leaves l WHERE EXISTS (SELECT 1 FROM mirrored_batches b WHERE b.id = l.batch_id AND b.tile_roots IS NOT NULL)",
    ),
  };
}

/** Tables, indexes and triggers that differ from what a new store gets: without its triggers a store can be edited by anybody. */
function missingRules(database: Database): StoreFault[] {
  const fresh = openDatabase(":memory:");
  try {
    const rules = (of: Database) =>
      new Map(
        of
          .all<{ name: string; sql: string }>("SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL")
          .map(({ name, sql }) => [name, sql]),
      );
    const [stored, wanted] = [rules(database), rules(fresh)];
    const names = [...new Set([...stored.keys(), ...wanted.keys()])].filter(
      (name) => stored.get(name) !== wanted.get(name),
    );
    return names.map((name) => {
      const why = !stored.has(name) ? "is missing" : wanted.has(name) ? "is another one" : "is not of this product";
      return { collection: "sqlite_schema", key: name, field: "sql", why: `the table, index or trigger ${why}` };
    });
  } finally {
    fresh.close();
  }
}

function brokenReferences(database: Database): StoreFault[] {
  const rows = database.all<{ table: string; rowid: number | null; parent: string; fkid: number }>(
    "PRAGMA foreign_key_check",
  );
  return rows.slice(0, MOST_FAULTS).map(({ table, rowid, parent, fkid }) => {
    const keys = database.all<{ id: number; from: string }>(`PRAGMA foreign_key_list(${table})`);
    const field = keys.find(({ id }) => id === fkid)?.from ?? "";
    const key = rowid === null ? "a row" : `row ${rowid}`;
    return { collection: table, key, field, why: `names a row of ${parent} that is not there` };
  });
}

function damage(database: Database): StoreFault[] {
  const rows = database.all<{ integrity_check: string }>(`PRAGMA integrity_check(${MOST_FAULTS})`);
  return rows
    .filter(({ integrity_check }) => integrity_check !== "ok")
    .map(({ integrity_check: why }) => ({ collection: "store", key: "file", field: "pages", why }));
}

const MOST_FAULTS = 100;

interface ChangeRow {
  readonly seq: number;
  readonly certificate_id: string;
  readonly status_index: number;
  readonly action: StatusAction;
  readonly queued_at: number;
  readonly submitted_at: number | null;
  readonly tx: string | null;
  readonly confirmed_at: number | null;
}

interface OutboxRow {
  readonly seq: number;
  readonly leaf_hash: Uint8Array;
  readonly certificate_id: string;
  readonly ordinal: number | null;
  readonly number: string | null;
  readonly key_digest: Uint8Array;
  readonly queued_at: number;
}

interface SealPlaceRow {
  readonly ordinal: number;
  readonly batch_id: number | null;
  readonly batch_index: number | null;
}

interface BatchRow {
  readonly id: number;
  readonly region: string;
  readonly root: Uint8Array;
  readonly size: number;
  readonly tile_roots: Uint8Array;
  readonly state: string;
  readonly staged_at: number;
  readonly submitted_at: number | null;
  readonly tx: string | null;
  readonly block: number | null;
  readonly anchored_at: number | null;
  readonly entries: number;
  readonly audit_head: number | null;
}

interface HeadRow {
  readonly seq: number;
  readonly hash: Uint8Array;
  readonly batch_id: number;
  readonly region: string | null;
  readonly root: Uint8Array | null;
  readonly size: number | null;
}

interface MirroredRow {
  readonly id: number;
  readonly region: string;
  readonly root: Uint8Array;
  readonly size: number;
  readonly tile_roots: Uint8Array | null;
  readonly block: number;
  readonly anchored_at: number;
}

interface TypeRow {
  readonly type_code: string;
  readonly version: number;
  readonly digest: Uint8Array;
  readonly arrived: number;
}

interface RequestRow {
  readonly scope: string;
  readonly key: string;
  readonly request_hash: Uint8Array;
  readonly status: number | null;
  readonly response: Uint8Array | null;
  readonly created_at: number;
}
