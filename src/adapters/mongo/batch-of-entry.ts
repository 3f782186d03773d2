// SPDX-License-Identifier: Apache-2.0
import type { ClientSession } from "mongodb";
import type { MongoDatabase } from "./database.js";
import type { BatchDocument, EntryRun, RegisterDocument } from "./documents.js";

export type TakenBy = Pick<BatchDocument, "_id" | "open" | "firstEntry" | "lastEntry" | "runs">;

const PROJECTION = { open: 1, firstEntry: 1, lastEntry: 1, runs: 1 } as const;

/** So few are looked up one by one. */
const FEW = 2;
/** Batches fetched in one question; where a page is spread over more, each of its rows is looked up by itself. */
const MOST_TOGETHER = 200;

/** Looked up at once, so that a page whose rows lie in many batches does not wait for one after another. */
const AT_ONCE = 8;

/**
 * The batch that took an entry of the outbox; null while none has. A batch knows the entries that it took, so staging writes
 * nothing to the certificates, however many they are.
 */
export async function batchOfEntry(database: MongoDatabase, entry: number): Promise<TakenBy | null> {
  const found = await newestFrom(database, entry);
  return found !== null && indexIn(found, entry) !== null ? found : null;
}

/** The same for many; those that no batch has are not in the answer. One after another within a session. */
export async function batchesOfEntries(
  database: MongoDatabase,
  entries: readonly number[],
  session?: ClientSession,
): Promise<ReadonlyMap<number, TakenBy>> {
  const sorted = [...new Set(entries)].sort((a, b) => b - a);
  const together = sorted.length > FEW ? await batchesBetween(database, sorted.at(-1)!, sorted[0]!, session) : null;
  if (together !== null) return placed(sorted, together);
  const found = new Map<number, TakenBy>();
  const atOnce = session === undefined ? AT_ONCE : 1;
  const share = Math.ceil(sorted.length / atOnce);
  const shares = Array.from({ length: atOnce }, (_, n) => sorted.slice(n * share, (n + 1) * share));
  await Promise.all(
    shares.map(async (part) => {
      let batch: TakenBy | null = null;
      for (const entry of part) {
        // Neighbours are mostly in one batch.
        if (batch === null || entry < (batch.firstEntry ?? 0)) batch = await newestFrom(database, entry, session);
        if (batch === null) return;
        if (indexIn(batch, entry) !== null) found.set(entry, batch);
      }
    }),
  );
  return found;
}

/** All that may have an entry from the first to the last, the newest first; null when there are many more than a page needs. */
async function batchesBetween(
  database: MongoDatabase,
  first: number,
  last: number,
  session?: ClientSession,
): Promise<readonly TakenBy[] | null> {
  const oldest = await newestFrom(database, first, session);
  const filter = { firstEntry: { $gte: oldest?.firstEntry ?? first, $lte: last } };
  const options = { projection: PROJECTION, ...(session === undefined ? {} : { session }) };
  const cursor = database.collection("batches").find(filter, options);
  const batches = await cursor
    .sort({ firstEntry: -1 })
    .limit(MOST_TOGETHER + 1)
    .toArray();
  return batches.length > MOST_TOGETHER ? null : batches;
}

/** Of entries and batches, both the newest first. */
function placed(entries: readonly number[], batches: readonly TakenBy[]): ReadonlyMap<number, TakenBy> {
  const found = new Map<number, TakenBy>();
  let i = 0;
  for (const entry of entries) {
    while (i < batches.length && (batches[i]!.firstEntry ?? 0) > entry) i++;
    const batch = batches[i];
    if (batch !== undefined && indexIn(batch, entry) !== null) found.set(entry, batch);
  }
  return found;
}

/** Batches take entries in order, so it is the one with the last beginning before the entry or none. */
async function newestFrom(database: MongoDatabase, entry: number, session?: ClientSession): Promise<TakenBy | null> {
  const filter = { firstEntry: { $lte: entry } };
  const options = {
    sort: { firstEntry: -1 },
    projection: PROJECTION,
    ...(session === undefined ? {} : { session }),
  } as const;
  return database.collection("batches").findOne(filter, options);
}

/** The place in the batch; null when the entry is not in it. */
export function indexIn({ runs = [], lastEntry = -1 }: TakenBy, entry: number): number | null {
  if (entry > lastEntry) return null;
  let [low, high] = [0, runs.length - 1];
  while (low <= high) {
    const middle = (low + high) >> 1;
    const run = runs[middle] as EntryRun;
    if (entry < run.entry) high = middle - 1;
    else if (entry >= run.entry + run.count) low = middle + 1;
    else return run.index + entry - run.entry;
  }
  return null;
}

/** How far each has come; documents in the order given. */
export async function anchoringOf(
  database: MongoDatabase,
  documents: readonly Pick<RegisterDocument, "entry" | "place">[],
): Promise<("pending" | "staged" | "anchored")[]> {
  const placed = documents.flatMap(({ place }) => (place === undefined ? [] : [place.batchId]));
  const waiting = documents.flatMap(({ place, entry }) => (place === undefined ? [entry] : []));
  const [byEntry, openOnes] = await Promise.all([batchesOfEntries(database, waiting), openAmong(database, placed)]);
  return documents.map(({ place, entry }) => {
    if (place !== undefined) return openOnes.includes(place.batchId) ? "staged" : "anchored";
    const batch = byEntry.get(entry);
    return batch === undefined ? "pending" : batch.open ? "staged" : "anchored";
  });
}

async function openAmong(database: MongoDatabase, ids: readonly number[]): Promise<number[]> {
  if (ids.length === 0) return [];
  const found = database.collection("batches").find({ _id: { $in: [...ids] }, open: true }, { projection: { _id: 1 } });
  return (await found.toArray()).map(({ _id }) => _id);
}
