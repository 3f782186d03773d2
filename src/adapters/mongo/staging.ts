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
import type { BatchDocument, CopyDocument, EntryRun, OutboxDocument, SealDocument } from "./documents.js";
import { insertTiles } from "./leaf-tiles.js";
import { holdsLease, useLease } from "./lease-store.js";
import { certificateOf, entriesOf, isHeldByNone, pendingEntries, stagedUpTo, type WaitingEntry } from "./outbox.js";

/**
 * The tiles are written first, under a number that no other batch has; nobody looks for them before the batch is there. Then a
 * transaction of a few documents, however large the batch: the batch says which entries it took, and the mark up to
 * which everything is staged moves on. Nothing is written to certificates, seals and copies.
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
    if (waiting.length === 0) return undone("changed");
    const batch: BatchDocument = {
      ...{ _id: id, region, root: fromHex(root, "root"), size, tileRoots, stagedAt: now },
      ...{ open: true, submittedAt: null, tx: null },
      ...(await shiftFront(database, session, waiting)),
      keys: keysOf(waiting),
    };
    await database.collection("batches").insertOne(batch, { session });
    const certificates = waiting.filter(({ keyDigest }) => !isHeldByNone(keyDigest)).length;
    const staged = { id, region, root, size, stagedAt: now, submitted: null, certificates, auditHead: null };
    return { outcome: "staged", batch: staged };
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

/** Moves the mark behind the entries, the first that wait; what their batch says of them. */
async function shiftFront(
  database: MongoDatabase,
  session: ClientSession,
  entries: readonly WaitingEntry[],
): Promise<Required<Pick<BatchDocument, "firstEntry" | "lastEntry" | "runs">>> {
  const [firstEntry, lastEntry] = [entries[0]!.seq, entries.at(-1)!.seq];
  const counters = database.collection("counters");
  await counters.updateOne({ _id: STAGING_COUNTER }, { $set: { entry: lastEntry } }, { session });
  return { firstEntry, lastEntry, runs: runsOf(entries) };
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

/**
 * Writes the batch anchored and gives those of its leaves that wait their place. Mostly they are the first that wait, in the batch's order:
 * then the batch says which it took, as one that was staged here. Else every certificate, seal and copy has its place written down. Rare, so it may
 * look through the whole outbox.
 */
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
    const { entries, isFront } = await waitingAmong(database, session, leaves);
    const taken = isFront && entries.length > 0 ? await shiftFront(database, session, entries) : {};
    if (!isFront) await writePlaces(database, session, id, entries);
    const anchor = { submittedAt: time * 1000, tx, block, anchoredAt: time };
    const batch = { _id: id, ...name, tileRoots, stagedAt: time * 1000, ...anchor, ...taken, keys: keysOf(entries) };
    await batches.insertOne(batch, { session });
    return entries.length;
  });
}

/** An entry that waits, and what has to be written when it gets a place. */
interface AdoptedEntry extends WaitingEntry {
  readonly index: number;
  readonly of:
    | { readonly seal: SealDocument["_id"] }
    | { readonly copy: CopyDocument["_id"] }
    | { readonly certificate: string };
  /** The document of the outbox that it lies in, and what another batch has of that already. */
  readonly document: number;
  readonly before: readonly number[];
}

/** Those of the leaves that wait, in order; `isFront`: they are the first that wait, and the first of the batch in its order. */
async function waitingAmong(
  database: MongoDatabase,
  session: ClientSession,
  leaves: Uint8Array,
): Promise<{ readonly entries: readonly AdoptedEntry[]; readonly isFront: boolean }> {
  const indexOf = new Map<string, number>();
  for (let index = 0; index * LEAF_LENGTH < leaves.length; index++)
    indexOf.set(toHex(leaves.subarray(index * LEAF_LENGTH, (index + 1) * LEAF_LENGTH)), index);
  const after = await stagedUpTo(database, session);
  const entries: AdoptedEntry[] = [];
  let [isFront, isOneLeft] = [true, false];
  const outbox = database.collection("outbox").find({ _id: { $gt: after } }, { session });
  for await (const document of outbox.sort({ _id: 1 })) {
    for (const entry of entriesOf(document, after)) {
      const index = indexOf.get(toHex(entry.leafHash));
      isOneLeft ||= index === undefined;
      if (index === undefined) continue;
      isFront &&= !isOneLeft && index === entries.length;
      entries.push({
        ...entry,
        index,
        of: whose(document, entry.seq),
        document: document._id,
        before: document.adopted ?? [],
      });
    }
    // What the batch holds of the outbox is mostly its oldest part, so this ends early.
    if (entries.length === indexOf.size) break;
  }
  return { entries, isFront };
}

function whose(document: OutboxDocument, seq: number): AdoptedEntry["of"] {
  const { seal, copy } = document;
  if (seal !== undefined) return { seal };
  return copy === undefined ? { certificate: certificateOf(document, seq) } : { copy };
}

/**
 * A few commands, however the entries were stored: certificates that were issued one by one have a document of the outbox each, and a
 * transaction must end before the server ends it.
 */
async function writePlaces(
  database: MongoDatabase,
  session: ClientSession,
  batchId: number,
  entries: readonly AdoptedEntry[],
): Promise<void> {
  const marks = new Map<number, number[]>();
  for (const { seq, document, before } of entries) {
    const adopted = marks.get(document);
    if (adopted === undefined) marks.set(document, [...before, seq]);
    else adopted.push(seq);
  }
  const options = { session, ordered: false };
  for (const part of parts([...marks]))
    await database.collection("outbox").bulkWrite(
      part.map(([_id, adopted]) => ({ updateOne: { filter: { _id }, update: { $set: { adopted } } } })),
      options,
    );
  const ofCertificates = entries.flatMap(({ of, index }) =>
    "certificate" in of ? [placed({ _id: of.certificate }, batchId, index)] : [],
  );
  const ofSeals = entries.flatMap(({ of, index }) => ("seal" in of ? [placed({ _id: of.seal }, batchId, index)] : []));
  const ofCopies = entries.flatMap(({ of, index }) => ("copy" in of ? [{ _id: of.copy, batchId, index }] : []));
  for (const part of parts(ofCertificates)) await database.collection("register").bulkWrite([...part], options);
  for (const part of parts(ofSeals)) await database.collection("sealEntries").bulkWrite([...part], options);
  for (const part of parts(ofCopies)) await database.collection("copyPlaces").insertMany([...part], options);
}

function placed<Of>(filter: Of, batchId: number, index: number) {
  return { updateOne: { filter, update: { $set: { place: { batchId, index } } } } };
}

/** Written in one command. */
const WRITTEN_AT_ONCE = 10_000;

function* parts<Of>(all: readonly Of[]): Iterable<readonly Of[]> {
  for (let done = 0; done < all.length; done += WRITTEN_AT_ONCE) yield all.slice(done, done + WRITTEN_AT_ONCE);
}

/**
 * Takes the key's entries out of the outbox. A document of the outbox has one key, so it goes as a whole. In transactions of some
 * thousand certificates: one of all could take longer than the server lets it, at every attempt.
 */
export async function holdPending(database: MongoDatabase, key: Uint8Array): Promise<number> {
  let held = 0;
  for (;;) {
    const taken = await holdFirst(database, key);
    held += taken.certificates;
    if (taken.documents === 0) return held;
  }
}

async function holdFirst(
  database: MongoDatabase,
  key: Uint8Array,
): Promise<{ readonly documents: number; readonly certificates: number }> {
  return database.transaction(async (session) => {
    await takeFront(database, session);
    const after = await stagedUpTo(database, session);
    const outbox = database.collection("outbox");
    const documents: number[] = [];
    const certificates: string[] = [];
    const ofKey = outbox.find({ keyDigest: key, _id: { $gt: after } }, { session }).sort({ _id: 1 });
    for await (const document of ofKey) {
      documents.push(document._id);
      for (const { seq } of entriesOf(document, after)) certificates.push(certificateOf(document, seq));
      if (documents.length + certificates.length >= HELD_AT_ONCE) break;
    }
    const register = database.collection("register");
    await register.updateMany({ _id: { $in: certificates } }, { $set: { held: true } }, { session });
    await outbox.deleteMany({ _id: { $in: documents } }, { session });
    return { documents: documents.length, certificates: certificates.length };
  });
}

/** Documents and certificates of one transaction; the last document may have more. */
const HELD_AT_ONCE = 10_000;
