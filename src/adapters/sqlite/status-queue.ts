// SPDX-License-Identifier: Apache-2.0
import { indexRangeOf, type Lease, type StatusAction, type StatusQueue } from "../../domain/anchoring/index.js";
import type { Database, SqlValue } from "./database.js";
import { holdsLease, sqliteLeaseStore } from "./lease-store.js";

export function sqliteStatusQueue(database: Database): StatusQueue {
  /** Runs one statement for each change in one transaction, while the lease holds. */
  function write(lease: Lease | null, sql: string, seqs: readonly number[], value: SqlValue): boolean {
    return database.write(() => {
      if (lease !== null && !holdsLease(database, lease)) return false;
      for (const seq of seqs) database.run(sql, value, seq);
      return true;
    });
  }

  return {
    ...sqliteLeaseStore(database),

    async openStatusChanges(limit) {
      const open = "SELECT * FROM status_changes WHERE confirmed_at IS NULL AND";
      const sql =
        `SELECT * FROM (${open} action = 'revoke' ORDER BY seq LIMIT ?) ` +
        `UNION ALL SELECT * FROM (${open} action <> 'revoke' ORDER BY seq LIMIT ?) ORDER BY seq`;
      return database.all<ChangeRow>(sql, limit, limit).map(({ seq, status_index, action, submitted_at, tx }) => {
        const submitted = submitted_at === null ? null : { at: submitted_at, tx };
        return { seq, statusIndex: status_index, action, submitted };
      });
    },

    async fixStatusSubmission(lease, seqs, now) {
      // A transaction sent before says nothing about this sending.
      const sql = "UPDATE status_changes SET submitted_at = ?, tx = NULL WHERE seq = ? AND confirmed_at IS NULL";
      return write(lease, sql, seqs, now);
    },

    async recordStatusTransaction(seqs, tx) {
      write(null, "UPDATE status_changes SET tx = ? WHERE seq = ?", seqs, tx);
    },

    async confirmStatusChanges(lease, seqs, now) {
      const sql = "UPDATE status_changes SET confirmed_at = ? WHERE seq = ? AND confirmed_at IS NULL";
      return write(lease, sql, seqs, now);
    },

    async confirmedSince(since, limit) {
      const sql =
        "SELECT status_index, action FROM status_changes WHERE confirmed_at >= ? ORDER BY confirmed_at DESC, seq DESC LIMIT ?";
      return database
        .all<ChangeRow>(sql, since, limit)
        .map(({ status_index: statusIndex, action }) => ({ statusIndex, action }));
    },

    async reopenStatusChanges(lease, seqs) {
      const sql = "UPDATE status_changes SET confirmed_at = NULL, tx = NULL WHERE seq = ? AND confirmed_at IS NOT NULL";
      return database.write(() => {
        if (!holdsLease(database, lease)) return false;
        let reopened = 0;
        for (const seq of seqs) reopened += database.run(sql, seq).changes;
        return reopened > 0;
      });
    },

    async statusLog(list, word) {
      const { first, last } = indexRangeOf(list, word);
      const sql = "SELECT * FROM status_changes WHERE status_index BETWEEN ? AND ? ORDER BY seq";
      return database.all<ChangeRow>(sql, first, last).map(({ seq, status_index, action, confirmed_at, tx }) => {
        return { seq, statusIndex: status_index, action, confirmed: confirmed_at !== null, tx };
      });
    },
  };
}

interface ChangeRow {
  readonly seq: number;
  readonly status_index: number;
  readonly action: StatusAction;
  readonly submitted_at: number | null;
  readonly tx: string | null;
  readonly confirmed_at: number | null;
}
