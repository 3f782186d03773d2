// SPDX-License-Identifier: Apache-2.0
import type { ClientSession } from "mongodb";
import { bytesOf } from "./bytes.js";
import { STAGING_COUNTER } from "./counters.js";
import type { MongoDatabase } from "./database.js";
import type { OutboxDocument } from "./documents.js";

export interface WaitingEntry {
  readonly seq: number;
  readonly leafHash: Uint8Array;
  readonly queuedAt: number;
  readonly keyDigest: Uint8Array;
}

/** Everything up to this entry is staged or was taken out; what the outbox still has of it only waits to be deleted. */
export async function stagedUpTo(database: MongoDatabase, session?: ClientSession): Promise<number> {
  const options = session === undefined ? {} : { session };
  return (await database.collection("counters").findOne({ _id: STAGING_COUNTER }, options))?.entry ?? 0;
}

/** The first entries that wait, in order. */
export async function pendingEntries(
  database: MongoDatabase,
  limit: number,
  session?: ClientSession,
): Promise<WaitingEntry[]> {
  const after = await stagedUpTo(database, session);
  const entries: WaitingEntry[] = [];
  if (limit === 0) return entries;
  const documents = database
    .collection("outbox")
    // The identifiers are most of a document, and nobody asks for them here.
    .find({ _id: { $gt: after } }, { projection: { certificates: 0 }, ...(session === undefined ? {} : { session }) })
    .sort({ _id: 1 })
    .batchSize(AT_ONCE);
  for await (const document of documents) {
    for (const entry of entriesOf(document, after)) entries.push(entry);
    if (entries.length >= limit) break;
  }
  return entries.slice(0, limit);
}

/** A document holds from one entry to as many as an import stores together. */
const AT_ONCE = 200;

/** Those of a document that still wait. */
export function entriesOf(
  { _id, count, leaves, queuedAt, keyDigest, adopted }: Omit<OutboxDocument, "certificates">,
  after: number,
): WaitingEntry[] {
  const bytes = bytesOf(leaves);
  const key = bytesOf(keyDigest);
  const gone = new Set(adopted);
  const first = _id - count + 1;
  const entries: WaitingEntry[] = [];
  for (let i = Math.max(0, after - first + 1); i < count; i++) {
    if (gone.has(first + i)) continue;
    entries.push({ seq: first + i, leafHash: bytes.subarray(i * 32, (i + 1) * 32), queuedAt, keyDigest: key });
  }
  return entries;
}

/** The certificate of an entry that is of one. */
export function certificateOf({ _id, count, certificates }: OutboxDocument, seq: number): string {
  return certificates[seq - (_id - count + 1)] as string;
}

/** Whether entries with this digest of a signing key are of seals and copies, which no such key holds. */
export function isHeldByNone(keyDigest: Uint8Array): boolean {
  return keyDigest.length === 0;
}

/** How many wait, of one key or of all. */
export async function countPending(database: MongoDatabase, key?: Uint8Array): Promise<number> {
  const after = await stagedUpTo(database);
  const size = "$count";
  const staged = { $max: [0, { $subtract: [after, { $subtract: ["$_id", size] }] }] };
  const gone = { $filter: { input: { $ifNull: ["$adopted", []] }, cond: { $gt: ["$$this", after] } } };
  const [counted] = await database
    .collection("outbox")
    .aggregate<{ n: number }>([
      { $match: { ...(key === undefined ? {} : { keyDigest: key }), _id: { $gt: after } } },
      { $group: { _id: null, n: { $sum: { $subtract: [{ $subtract: [size, staged] }, { $size: gone }] } } } },
    ])
    .toArray();
  return counted?.n ?? 0;
}
