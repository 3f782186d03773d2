// SPDX-License-Identifier: Apache-2.0
import type { ClientSession } from "mongodb";
import { equalBytes } from "../../core/bytes.js";
import { fromHex, toHex } from "../../core/hex.js";
import {
  type AnchorOnChain,
  type BatchName,
  joinLeaves,
  LEAF_LENGTH,
  type Lease,
  type NewBatch,
  type StageOutcome,
  type TiledLeaves,
} from "../../domain/anchoring/index.js";
import { nextValue, STAGING_COUNTER } from "./counters.js";
import type { MongoDatabase } from "./database.js";
import type { BatchDocument, EntryRun } from "./documents.js";
import { insertTiles } from "./leaf-tiles.js";
import { holdsLease, useLease } from "./lease-store.js";
import { certificateOf, entriesOf, pendingEntries, stagedUpTo, type WaitingEntry } from "./outbox.js";

/**
 * The tiles are written first, under a number that no other batch has; nobody looks for them before the batch is there. Then a
 * transaction of a few documents, however large the batch: the batch says which entries it took, and the mark up to
 * which everything is staged moves on. Nothing is written to the certificates.
 */
export async function stageBatch(
  database: MongoDatabase,
  lease: Lease,
  { region, root, size, entries, tileRoots }: NewBatch,
  now: number,
): Promise<StageOutcome> {
  // Spares writing tiles for nothing.
  if (!(await holdsLease(database, lease))) return { outcome: "lease-lost" };
  const id = await nextValue(database, "batches");
  await insertTiles(database, "batchTiles", id, joinLeaves(entries.map(({ leafHash }) => leafHash)));
  return database.transaction(async (session): Promise<StageOutcome> => {
    const undone = async (outcome: "lease-lost" | "changed"): Promise<StageOutcome> => {
      await session.abortTransaction();
      return { outcome };
    };
    if (!(await useLease(database, lease, session))) return undone("lease-lost");
    await takeFront(database, session);
    const waiting = await pendingEntries(database, entries.length, session);
    const isSame = waiting.every(({ seq, leafHash }, i) => {
      const wanted = entries[i];
      return wanted !== undefined && wanted.seq === seq && equalBytes(wanted.leafHash, leafHash);
    });
    if (!isSame || waiting.length !== entries.length) return undone("changed");
    const [first, last] = [waiting[0], waiting.at(-1)];
    if (first === undefined || last === undefined) return undone("changed");
    const batch: BatchDocument = {
      ...{ _id: id, region, root: fromHex(root, "root"), size, tileRoots, stagedAt: now },
      ...{ open: true, submittedAt: null, tx: null },
      ...{ firstEntry: first.seq, lastEntry: last.seq, runs: runsOf(waiting), keys: keysOf(waiting) },
    };
    await database.collection("batches").insertOne(batch, { session });
    const counters = database.collection("counters");
    await counters.updateOne({ _id: STAGING_COUNTER }, { $set: { entry: last.seq } }, { session });
    return { outcome: "staged", batch: { id, region, root, size, stagedAt: now, submitted: null, auditHead: null } };
  });
}

/**
 * Deletes what is staged from the outbox. Nothing reads it any more, so this needs no transaction: what a crash leaves goes with
 * the next batch.
 */
export async function forgetStaged(database: MongoDatabase): Promise<void> {
  await database.collection("outbox").deleteMany({ _id: { $lte: await stagedUpTo(database) } });
}

/** Whatever changes the front of the outbox writes this counter first, so no two do so at once. */
async function takeFront(database: MongoDatabase, session: ClientSession): Promise<void> {
  const counters = database.collection("counters");
  const written = { $inc: { turn: 1 }, $setOnInsert: { entry: 0 } };
  await counters.updateOne({ _id: STAGING_COUNTER }, written, { session, upsert: true });
}

function runsOf(entries: readonly WaitingEntry[]): EntryRun[] {
  const runs: { entry: number; index: number; count: number }[] = [];
  entries.forEach(({ seq }, index) => {
    const run = runs.at(-1);
    if (run !== undefined && run.entry + run.count === seq) run.count++;
    else runs.push({ entry: seq, index, count: 1 });
  });
  return runs;
}

function keysOf(entries: readonly WaitingEntry[]): { key: Uint8Array; count: number }[] {
  const counts = new Map<string, { key: Uint8Array; count: number }>();
  for (const { keyDigest } of entries) {
    const name = toHex(keyDigest);
    const known = counts.get(name);
    if (known === undefined) counts.set(name, { key: keyDigest, count: 1 });
    else known.count++;
  }
  return [...counts.values()];
}

/** Writes the batch anchored and gives those of its leaves that wait their place. Rare, so it looks through the whole outbox. */
export async function adoptBatch(
  database: MongoDatabase,
  { region, root, size, leaves, tileRoots }: BatchName & TiledLeaves,
  { block, time, tx }: AnchorOnChain,
): Promise<number> {
  const name = { region, root: fromHex(root, "root"), size };
  const batches = database.collection("batches");
  const isThere = async (session?: ClientSession) => {
    const options = session === undefined ? {} : { session };
    return (await batches.findOne(name, { ...options, projection: { _id: 1 } })) !== null;
  };
  if (await isThere()) return 0;
  const id = await nextValue(database, "batches");
  await insertTiles(database, "batchTiles", id, leaves);
  return database.transaction(async (session) => {
    await takeFront(database, session);
    if (await isThere(session)) {
      await session.abortTransaction();
      return 0;
    }
    const placed = await takeAdopted(database, session, id, leaves);
    const anchor = { submittedAt: time * 1000, tx, block, anchoredAt: time };
    const batch = { _id: id, ...name, tileRoots, stagedAt: time * 1000, ...anchor, keys: keysOf(placed) };
    await batches.insertOne(batch, { session });
    return placed.length;
  });
}

async function takeAdopted(
  database: MongoDatabase,
  session: ClientSession,
  batchId: number,
  leaves: Uint8Array,
): Promise<WaitingEntry[]> {
  const indexOf = new Map<string, number>();
  for (let index = 0; index * LEAF_LENGTH < leaves.length; index++)
    indexOf.set(toHex(leaves.subarray(index * LEAF_LENGTH, (index + 1) * LEAF_LENGTH)), index);
  const after = await stagedUpTo(database, session);
  const outbox = database.collection("outbox");
  const placed: WaitingEntry[] = [];
  for (const document of await outbox
    .find({ _id: { $gt: after } }, { session })
    .sort({ _id: 1 })
    .toArray()) {
    const taken = entriesOf(document, after).filter(({ leafHash }) => indexOf.has(toHex(leafHash)));
    if (taken.length === 0) continue;
    const adopted = [...(document.adopted ?? []), ...taken.map(({ seq }) => seq)];
    await outbox.updateOne({ _id: document._id }, { $set: { adopted } }, { session });
    const writes = taken.map(({ seq, leafHash }) => {
      const place = { batchId, index: indexOf.get(toHex(leafHash)) as number };
      return { updateOne: { filter: { _id: certificateOf(document, seq) }, update: { $set: { place } } } };
    });
    await database.collection("register").bulkWrite(writes, { session, ordered: false });
    placed.push(...taken);
  }
  return placed;
}

/** Takes the key's entries out of the outbox. A document of the outbox has one key, so it goes as a whole. */
export async function holdPending(database: MongoDatabase, key: Uint8Array): Promise<number> {
  return database.transaction(async (session) => {
    await takeFront(database, session);
    const after = await stagedUpTo(database, session);
    const outbox = database.collection("outbox");
    const documents = await outbox
      .find({ keyDigest: key, _id: { $gt: after } }, { session })
      .sort({ _id: 1 })
      .toArray();
    const held = documents.flatMap((document) =>
      entriesOf(document, after).map(({ seq }) => certificateOf(document, seq)),
    );
    for (let done = 0; done < held.length; done += HELD_AT_ONCE) {
      const ids = held.slice(done, done + HELD_AT_ONCE);
      await database.collection("register").updateMany({ _id: { $in: ids } }, { $set: { held: true } }, { session });
    }
    await outbox.deleteMany({ _id: { $in: documents.map(({ _id }) => _id) } }, { session });
    return held.length;
  });
}

const HELD_AT_ONCE = 10_000;
