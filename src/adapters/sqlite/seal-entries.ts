// SPDX-License-Identifier: Apache-2.0
import type { Database } from "./database.js";

/** A seal has no agency's signing key to be held by. */
const NO_KEY = new Uint8Array();

/** Puts the entry of a seal into the outbox, within the caller's transaction. */
export function queueSeal(
  database: Database,
  {
    certificate: { seq, id },
    ordinal,
    leafHash,
    at,
  }: {
    readonly certificate: { readonly seq: number; readonly id: string };
    readonly ordinal: number;
    readonly leafHash: Uint8Array;
    /** Milliseconds. */
    readonly at: number;
  },
): void {
  const { lastInsertRowid: entry } = database.run(
    "INSERT INTO outbox (leaf_hash, certificate_id, key_digest, queued_at) VALUES (?, ?, ?, ?)",
    ...[leafHash, id, NO_KEY, at],
  );
  database.run("INSERT INTO seal_entries (certificate, ordinal, entry) VALUES (?, ?, ?)", seq, ordinal, entry);
}

/** Gives the seal that waits as this entry its place; false when no seal does. */
export function placeSeal(
  database: Database,
  entry: number,
  { batchId, index }: { readonly batchId: number; readonly index: number },
): boolean {
  const sql = "UPDATE seal_entries SET entry = NULL, batch_id = ?, batch_index = ? WHERE entry = ?";
  return database.run(sql, batchId, index, entry).changes === 1;
}
