// SPDX-License-Identifier: Apache-2.0
import { toHex } from "../../core/hex.js";
import {
  type AddCopyOutcome,
  type CopyCounts,
  type CopyRecord,
  type CopyStore,
  limitReached,
  type StoredCopy,
} from "../../domain/copies/index.js";
import { appendEvent } from "./audit-store.js";
import type { Database } from "./database.js";

/** As the entry of a seal: what a stolen key signed is judged by who verifies it, and held by nobody. */
const NO_KEY = new Uint8Array();

export function sqliteCopyStore(database: Database): CopyStore {
  return {
    async addCopy(copy, event, most) {
      return database.write((): AddCopyOutcome => {
        const { certificate, number, keyDigest, leafHash, statement, token, madeAt } = copy;
        const licence = database.get<LicenceRow>(LICENCE, certificate);
        if (licence === null || licence.state !== "valid" || licence.held !== 0)
          return { stored: false, conflict: "licence" };
        if (licence.suspended === 1 || licence.authorised === 0) return { stored: false, conflict: "agency" };
        if (licence.current_key === null || toHex(licence.current_key) !== toHex(keyDigest))
          return { stored: false, conflict: "key" };
        if (find(database, certificate, number) !== null) return { stored: false, conflict: "number" };
        const conflict = limitReached(event, countsOf(database, certificate), most);
        if (conflict !== null) return { stored: false, conflict };
        const { lastInsertRowid: entry } = database.run(QUEUE, leafHash, certificate, NO_KEY, madeAt);
        const values = [licence.seq, number, keyDigest, leafHash, statement, token, madeAt, entry];
        database.run(INSERT, appendEvent(database, event), ...values);
        return { stored: true };
      });
    },

    countCopies: async (certificate) => countsOf(database, certificate),

    findCopy: async (certificate, number) => find(database, certificate, number),

    async copiesOf(certificate, { after, limit }) {
      const sql = `SELECT ${COLUMNS} ${FROM} WHERE c.certificate = (SELECT seq FROM certificates WHERE id = ?) AND c.event > ?
        ORDER BY c.event LIMIT ?`;
      return database.all<CopyRow>(sql, certificate, after, limit).map((row) => copyOf(row, certificate));
    },
  };
}

const LICENCE = `SELECT l.seq, l.state, l.held, a.key_digest AS current_key, a.suspended,
    EXISTS (SELECT 1 FROM agency_types t WHERE t.agency = l.agency AND t.type_code = l.type_code) AS authorised
  FROM certificates l LEFT JOIN agencies a ON a.code = l.agency WHERE l.id = ?`;

const QUEUE = "INSERT INTO outbox (leaf_hash, certificate_id, key_digest, queued_at) VALUES (?, ?, ?, ?)";

const INSERT = `INSERT INTO copies (event, certificate, number, key_digest, leaf_hash, statement, token, made_at, entry)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`;

const COLUMNS = `c.event, c.number, c.key_digest, c.leaf_hash, c.statement, c.token, c.made_at, c.batch_id, c.batch_index,
  b.state AS batch_state`;

const FROM = "FROM copies c LEFT JOIN batches b ON b.id = c.batch_id";

interface LicenceRow {
  readonly seq: number;
  readonly state: string;
  readonly held: number;
  readonly current_key: Uint8Array | null;
  readonly suspended: number | null;
  readonly authorised: number;
}

interface CopyRow {
  readonly event: number;
  readonly number: string;
  readonly key_digest: Uint8Array;
  readonly leaf_hash: Uint8Array;
  readonly statement: Uint8Array;
  readonly token: Uint8Array;
  readonly made_at: number;
  readonly batch_id: number | null;
  readonly batch_index: number | null;
  readonly batch_state: string | null;
}

function countsOf(database: Database, certificate: string): CopyCounts {
  const sql = `SELECT count(*) AS "all", count(*) FILTER (WHERE e.actor_kind = 'link') AS byHolders
    FROM copies c JOIN audit_events e ON e.seq = c.event WHERE c.certificate = (SELECT seq FROM certificates WHERE id = ?)`;
  return database.get<CopyCounts>(sql, certificate) as CopyCounts;
}

function find(database: Database, certificate: string, number: string): StoredCopy | null {
  const sql = `SELECT ${COLUMNS} ${FROM} WHERE c.certificate = (SELECT seq FROM certificates WHERE id = ?) AND c.number = ?`;
  const row = database.get<CopyRow>(sql, certificate, number);
  return row && copyOf(row, certificate);
}

function copyOf(row: CopyRow, certificate: string): StoredCopy {
  const { batch_id, batch_index, batch_state } = row;
  return {
    ...recordOf(row, certificate),
    event: row.event,
    anchoring: batch_id === null ? "pending" : batch_state === "anchored" ? "anchored" : "staged",
    place: batch_id === null ? null : { batchId: batch_id, index: batch_index as number },
  };
}

function recordOf(row: CopyRow, certificate: string): CopyRecord {
  const { number, statement, token, leaf_hash, key_digest, made_at } = row;
  return { certificate, number, statement, token, leafHash: leaf_hash, keyDigest: key_digest, madeAt: made_at };
}

/** All copies of the certificate with this seq as they are stored, in order of making. */
export function copiesOf(database: Database, { seq, id }: { readonly seq: number; readonly id: string }) {
  const sql = `SELECT ${COLUMNS} ${FROM} WHERE c.certificate = ? ORDER BY c.event`;
  return database.all<CopyRow>(sql, seq).map((row) => ({
    ...{ event: row.event, copy: recordOf(row, id) },
    place: { batchId: row.batch_id, index: row.batch_index },
  }));
}

/** Gives the copy that waits as this entry its place; false when none does. */
export function placeCopy(
  database: Database,
  entry: number,
  { batchId, index }: { readonly batchId: number; readonly index: number },
): boolean {
  const sql = "UPDATE copies SET entry = NULL, batch_id = ?, batch_index = ? WHERE entry = ?";
  return database.run(sql, batchId, index, entry).changes === 1;
}

/** Copies of the key that no anchor protects yet. */
export function copiesUnanchoredOfKey(database: Database, key: Uint8Array): number {
  const sql = `SELECT (SELECT count(*) FROM copies WHERE key_digest = ? AND entry IS NOT NULL)
    + (SELECT count(*) FROM batches b JOIN copies c ON c.batch_id = b.id
       WHERE b.state IN ('staged', 'submitted') AND c.key_digest = ?) AS n`;
  return database.get<{ n: number }>(sql, key, key)?.n ?? 0;
}
