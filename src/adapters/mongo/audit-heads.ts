// SPDX-License-Identifier: Apache-2.0
import type { ClientSession } from "mongodb";
import { fromHex, toHex } from "../../core/hex.js";
import type { AuditHead, AuditHeadBatch, Lease, StageOutcome, UncoveredEvents } from "../../domain/anchoring/index.js";
import { bytesOf } from "./bytes.js";
import { LOG_COUNTER, nextValue } from "./counters.js";
import type { MongoDatabase } from "./database.js";
import type { BatchDocument } from "./documents.js";
import { insertTiles } from "./leaf-tiles.js";
import { holdsLease, useLease } from "./lease-store.js";

export async function uncoveredEvents(database: MongoDatabase): Promise<UncoveredEvents | null> {
  const covered = (await newestAuditHead(database))?.sequence ?? 0;
  // The newest event that has a hash, and the hash: one document.
  const log = await database.collection("counters").findOne({ _id: LOG_COUNTER });
  const { hashed = 0, hash } = log ?? {};
  if (hashed <= covered || hash === undefined) return null;
  const oldest = await database
    .collection("auditEvents")
    .find({ _id: { $gt: covered } }, { projection: { time: 1 } })
    .sort({ _id: 1 })
    .limit(1)
    .next();
  return oldest && { head: { sequence: hashed, hash: toHex(bytesOf(hash)) }, oldestAt: oldest.time };
}

/** The tile first, as with every batch. A tree of one leaf: the leaf is its root, and that of its only tile. */
export async function stageAuditHead(
  database: MongoDatabase,
  lease: Lease,
  { region, root, size, head }: AuditHeadBatch,
  now: number,
): Promise<StageOutcome> {
  if (!(await holdsLease(database, lease))) return { outcome: "lease-lost" };
  const { sequence } = head;
  if (!(await isToBeStaged(database, head))) return { outcome: "changed" };
  const leaf = fromHex(root, "root");
  const id = await nextValue(database, "batches");
  await insertTiles(database, "batchTiles", id, leaf);
  return database.transaction(async (session): Promise<StageOutcome> => {
    const undone = async (outcome: "lease-lost" | "changed"): Promise<StageOutcome> => {
      await session.abortTransaction();
      return { outcome };
    };
    // It writes, so whoever stages a head at the same time is in conflict with it.
    if (!(await useLease(database, lease, session))) return undone("lease-lost");
    if (!(await isToBeStaged(database, head, session))) return undone("changed");
    const batches = database.collection("batches");
    if ((await batches.findOne({ region, root: leaf, size }, { session, projection: { _id: 1 } })) !== null)
      return undone("changed");
    const batch: BatchDocument = {
      ...{ _id: id, region, root: leaf, size, tileRoots: leaf, stagedAt: now },
      ...{ open: true, submittedAt: null, tx: null },
      auditHead: { sequence, hash: fromHex(head.hash, "hash") },
    };
    await batches.insertOne(batch, { session });
    return {
      outcome: "staged",
      batch: { id, region, root, size, stagedAt: now, submitted: null, certificates: 0, auditHead: head },
    };
  });
}

export async function newestAuditHead(database: MongoDatabase, session?: ClientSession): Promise<AuditHead | null> {
  const newest = await database
    .collection("batches")
    .find(
      { "auditHead.sequence": { $exists: true } },
      { projection: { auditHead: 1 }, ...(session === undefined ? {} : { session }) },
    )
    .sort({ "auditHead.sequence": -1 })
    .limit(1)
    .next();
  return newest === null ? null : auditHeadOf(newest);
}

export function auditHeadOf({ auditHead }: Pick<BatchDocument, "auditHead">): AuditHead | null {
  return auditHead === undefined ? null : { sequence: auditHead.sequence, hash: toHex(bytesOf(auditHead.hash)) };
}

/** It covers more than every one that is staged, and the log has this hash at its event. */
async function isToBeStaged(
  database: MongoDatabase,
  { sequence, hash }: AuditHead,
  session?: ClientSession,
): Promise<boolean> {
  if (((await newestAuditHead(database, session))?.sequence ?? 0) >= sequence) return false;
  const options = { projection: { hash: 1 }, ...(session === undefined ? {} : { session }) };
  const event = await database.collection("auditEvents").findOne({ _id: sequence }, options);
  const beside =
    event === null || event.hash !== undefined
      ? null
      : await database.collection("auditHashes").findOne({ _id: sequence }, session === undefined ? {} : { session });
  const stored = event?.hash ?? beside?.hash;
  return stored !== undefined && toHex(bytesOf(stored)) === hash;
}
