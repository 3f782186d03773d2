// SPDX-License-Identifier: Apache-2.0
import type { Filter } from "mongodb";
import { equalBytes } from "../../core/bytes.js";
import { fromHex } from "../../core/hex.js";
import type { AnchoringStore } from "../../domain/anchoring/index.js";
import { indexIn, type TakenBy } from "./batch-of-entry.js";
import { bytesOf } from "./bytes.js";
import { bodyOf } from "./certificate-documents.js";
import type { MongoDatabase } from "./database.js";
import type { BatchDocument, RegisterDocument } from "./documents.js";

/** Certificates of the key in batches without an anchor. */
export async function unanchoredOfKey(database: MongoDatabase, key: Uint8Array): Promise<number> {
  const open = await database
    .collection("batches")
    .find({ "keys.key": key, anchoredAt: { $exists: false } }, { projection: { keys: 1 } })
    .toArray();
  const counts = open.flatMap(({ keys = [] }) => keys.filter((each) => equalBytes(bytesOf(each.key), key)));
  return counts.reduce((sum, { count }) => sum + count, 0);
}

/**
 * Those in batches that have their own entries, then those that have a place of their own, then the held ones, each in the order in which they
 * were issued. What is safely anchored is not looked at, however much of it the key has signed: the batches say where the others are.
 */
export async function certificatesToReissue(
  database: MongoDatabase,
  { keyDigest, compromisedSince, after, limit }: Parameters<AnchoringStore["certificatesToReissue"]>[0],
): Promise<string[]> {
  const key = fromHex(keyDigest, "keyDigest");
  const last = after === undefined ? null : await registered(database, after);
  const begin = last === null ? 0 : phaseOf(last);
  const found: string[] = [];
  for (const [phase, candidates] of [inBatches, inPlaces, held].entries()) {
    if (phase < begin) continue;
    const from = phase === begin && last !== null ? last.entry : 0;
    for await (const { _id, successor } of candidates(database, key, compromisedSince, from)) {
      if (successor !== null) continue;
      if (found.push(_id) === limit) return found;
    }
  }
  return found;
}

type Candidate = Pick<RegisterDocument, "_id" | "entry" | "held" | "place" | "successor">;
const CANDIDATE = { projection: { entry: 1, held: 1, place: 1, successor: 1 } } as const;

function phaseOf({ held, place }: Candidate): number {
  return held ? 2 : place !== undefined ? 1 : 0;
}

async function registered(database: MongoDatabase, identifier: string): Promise<Candidate | null> {
  const signed = await database
    .collection("certificates")
    .findOne({ _id: bodyOf(identifier) }, { projection: { agency: 1, number: 1 } });
  if (signed === null) return null;
  const { agency, number } = signed;
  return database.collection("register").findOne({ _id: identifier, agency, number }, CANDIDATE);
}

/** Of the key, after an entry, in order. */
function ofKey(database: MongoDatabase, key: Uint8Array, after: number, upTo = Number.MAX_SAFE_INTEGER) {
  return database
    .collection("register")
    .find<Candidate>({ keyDigest: key, entry: { $gt: after, $lte: upTo } }, CANDIDATE)
    .sort({ entry: 1 });
}

async function* inBatches(
  database: MongoDatabase,
  key: Uint8Array,
  since: number,
  after: number,
): AsyncIterable<Candidate> {
  const batches = await unprotected(database, key, since, { lastEntry: { $gt: after } });
  batches.sort((a, b) => (a.firstEntry ?? 0) - (b.firstEntry ?? 0));
  for (const batch of batches) {
    const { firstEntry = 0, lastEntry = 0 } = batch;
    for await (const document of ofKey(database, key, Math.max(after, firstEntry - 1), lastEntry))
      if (indexIn(batch, document.entry) !== null) yield document;
  }
}

/** There is no index on places, which only few certificates ever get: all of the key are looked at where a batch has given some. */
async function* inPlaces(
  database: MongoDatabase,
  key: Uint8Array,
  since: number,
  after: number,
): AsyncIterable<Candidate> {
  const batches = await unprotected(database, key, since, { lastEntry: { $exists: false } });
  if (batches.length === 0) return;
  const ids = new Set(batches.map(({ _id }) => _id));
  for await (const document of ofKey(database, key, after))
    if (document.place !== undefined && ids.has(document.place.batchId)) yield document;
}

/** What was signed before the key was marked is in batches by then, so hardly anything that is not held comes after the first. */
async function* held(database: MongoDatabase, key: Uint8Array, _: number, after: number): AsyncIterable<Candidate> {
  const first = after > 0 ? after : (await firstHeld(database, key)) - 1;
  for await (const document of ofKey(database, key, first)) if (document.held) yield document;
}

async function firstHeld(database: MongoDatabase, key: Uint8Array): Promise<number> {
  const [first] = await database
    .collection("register")
    .aggregate<{ entry: number }>(
      [{ $match: { held: true, keyDigest: key } }, { $group: { _id: null, entry: { $min: "$entry" } } }],
      { hint: "held" },
    )
    .toArray();
  return first?.entry ?? Number.MAX_SAFE_INTEGER;
}

const ENTRIES = { projection: { firstEntry: 1, lastEntry: 1, runs: 1 } } as const;

/**
 * Batches with certificates of the key that are not anchored, or were anchored only when the key was not safe any more: which entries
 * they have.
 */
async function unprotected(
  database: MongoDatabase,
  key: Uint8Array,
  since: number,
  which: Filter<BatchDocument>,
): Promise<TakenBy[]> {
  const batches = database.collection("batches");
  const [open, late] = await Promise.all([
    batches.find({ "keys.key": key, anchoredAt: { $exists: false }, ...which }, ENTRIES).toArray(),
    batches.find({ "keys.key": key, anchoredAt: { $gte: since }, ...which }, ENTRIES).toArray(),
  ]);
  // One that is anchored at this moment may be in both.
  return [...new Map([...open, ...late].map((batch) => [batch._id, batch])).values()];
}
