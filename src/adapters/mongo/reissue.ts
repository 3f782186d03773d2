// SPDX-License-Identifier: Apache-2.0
import { equalBytes } from "../../core/bytes.js";
import { fromHex } from "../../core/hex.js";
import type { AnchoringStore } from "../../domain/anchoring/index.js";
import { indexIn } from "./batch-of-entry.js";
import { bytesOf } from "./bytes.js";
import { bodyOf } from "./certificate-documents.js";
import type { MongoDatabase } from "./database.js";
import type { BatchDocument } from "./documents.js";

/** Certificates of the key in batches without an anchor. */
export async function unanchoredOfKey(database: MongoDatabase, key: Uint8Array): Promise<number> {
  const open = await database
    .collection("batches")
    .find({ "keys.key": key, anchoredAt: { $exists: false } }, { projection: { keys: 1 } })
    .toArray();
  const counts = open.flatMap(({ keys = [] }) => keys.filter((each) => equalBytes(bytesOf(each.key), key)));
  return counts.reduce((sum, { count }) => sum + count, 0);
}

/** In the order in which they were issued. */
export async function certificatesToReissue(
  database: MongoDatabase,
  { keyDigest, compromisedSince, after, limit }: Parameters<AnchoringStore["certificatesToReissue"]>[0],
): Promise<string[]> {
  const key = fromHex(keyDigest, "keyDigest");
  const last = after === undefined ? null : await entryOf(database, after);
  const batches = await unprotected(database, key, compromisedSince);
  const adopted = new Set(batches.map(({ _id }) => _id));
  const isIn = (entry: number): boolean => batches.some((batch) => indexIn(batch, entry) !== null);
  const found: string[] = [];
  const ofKey = database
    .collection("register")
    .find(
      { keyDigest: key, ...(last === null ? {} : { entry: { $gt: last } }) },
      { projection: { entry: 1, held: 1, successor: 1, place: 1 } },
    )
    .sort({ entry: 1 });
  for await (const { _id, entry, held, successor, place } of ofKey) {
    if (successor !== null) continue;
    if (held || (place === undefined ? isIn(entry) : adopted.has(place.batchId))) found.push(_id);
    if (found.length === limit) break;
  }
  return found;
}

async function entryOf(database: MongoDatabase, identifier: string): Promise<number | null> {
  const filter = { _id: bodyOf(identifier) };
  return (await database.collection("certificates").findOne(filter, { projection: { entry: 1 } }))?.entry ?? null;
}

/** Batches with certificates of the key that are not anchored, or were anchored only when the key was not safe any more. */
async function unprotected(database: MongoDatabase, key: Uint8Array, since: number): Promise<BatchDocument[]> {
  const batches = database.collection("batches");
  const [open, late] = await Promise.all([
    batches.find({ "keys.key": key, anchoredAt: { $exists: false } }).toArray(),
    batches.find({ "keys.key": key, anchoredAt: { $gte: since } }).toArray(),
  ]);
  return [...open, ...late];
}
