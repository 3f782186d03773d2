// SPDX-License-Identifier: Apache-2.0
import { equalBytes, fromUtf8, utf8 } from "../../core/bytes.js";
import type { IdempotencyStore, Reservation, ReserveOutcome } from "../../domain/issuance/idempotency-store.js";
import type { Database } from "./database.js";

interface Row {
  readonly request_hash: Uint8Array;
  readonly status: number | null;
  /** The plan while `status` is null, then the body of the response. */
  readonly response: Uint8Array;
  readonly created_at: number;
}

const FIND = "SELECT request_hash, status, response, created_at FROM idempotency WHERE scope = ? AND key = ?";
const INSERT =
  "INSERT OR REPLACE INTO idempotency (scope, key, request_hash, status, response, created_at) VALUES (?, ?, ?, NULL, ?, ?)";
const RENEW = "UPDATE idempotency SET created_at = ? WHERE scope = ? AND key = ?";
const ANSWER = "UPDATE idempotency SET status = ?, response = ? WHERE scope = ? AND key = ?";
const RELEASE = "DELETE FROM idempotency WHERE scope = ? AND key = ? AND status IS NULL";
const PURGE = "DELETE FROM idempotency WHERE created_at < ? AND status IS NOT NULL";

export function sqliteIdempotencyStore(database: Database): IdempotencyStore {
  return {
    async reserve(reservations, times) {
      return database.write(() => reservations.map((reservation) => reserveOne(database, reservation, times)));
    },

    async answer(responses) {
      database.write(() => {
        for (const { scope, key, response } of responses) {
          database.run(ANSWER, response.status, response.body, scope, key);
        }
      });
    },

    async release(names) {
      database.write(() => {
        for (const { scope, key } of names) database.run(RELEASE, scope, key);
      });
    },

    async purge(forgottenBefore) {
      return database.run(PURGE, forgottenBefore).changes;
    },
  };
}

function reserveOne(
  database: Database,
  { scope, key, requestHash, plan }: Reservation,
  { now, abandonedBefore, forgottenBefore }: Parameters<IdempotencyStore["reserve"]>[1],
): ReserveOutcome {
  const row = database.get<Row>(FIND, scope, key);
  if (row === null || (row.status !== null && row.created_at < forgottenBefore)) {
    database.run(INSERT, scope, key, requestHash, utf8(plan), now);
    return { outcome: "reserved" };
  }
  if (!equalBytes(row.request_hash, requestHash)) return { outcome: "mismatch" };
  if (row.status !== null) return { outcome: "answered", response: { status: row.status, body: row.response } };
  if (row.created_at >= abandonedBefore) return { outcome: "under-way" };
  database.run(RENEW, now, scope, key);
  return { outcome: "taken-over", plan: fromUtf8(row.response) ?? "" };
}
