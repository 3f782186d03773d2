// SPDX-License-Identifier: Apache-2.0
import type { StoreFault } from "../../domain/examination/stored-records.js";
import { bytesOf } from "./bytes.js";
import { bodyOf } from "./certificate-documents.js";
import type { MongoDatabase } from "./database.js";
import type { BatchDocument } from "./documents.js";
import { MOST_FAULTS } from "./first-among.js";
import { isOfSeal, stagedUpTo } from "./outbox.js";

/** The entries that a batch took, and how many of each key. */
export async function batches(database: MongoDatabase): Promise<StoreFault[]> {
  const found: StoreFault[] = [];
  for await (const batch of database.collection("batches").find({}, { projection: { tileRoots: 0 } })) {
    const wrong = (field: string, why: string) =>
      found.push({ collection: "batches", key: String(batch._id), field, why });
    const { runs, firstEntry, lastEntry, keys = [], size } = batch;
    if (runs !== undefined) {
      let [index, entry] = [0, 0];
      const isInOrder = runs.every((run) => {
        const follows = run.index === index && run.entry > entry && run.count > 0;
        [index, entry] = [run.index + run.count, run.entry + run.count - 1];
        return follows;
      });
      // A batch that was taken back from the chain may have more leaves than its certificates that were here.
      if (!isInOrder || index > size)
        wrong("runs", "do not lead from the first place of the batch to one of its places");
      if (runs[0]?.entry !== firstEntry) wrong("firstEntry", "is not that of the first run");
      if (entry !== lastEntry) wrong("lastEntry", "is not that of the last run");
    }
    if (found.length >= MOST_FAULTS) break;
    for (const { key, count } of keys) {
      const counted = await entriesIn(database, batch, key);
      if (counted !== count) wrong("keys", `says ${count} entries of a key, and ${counted} are stored as being in it`);
    }
  }
  return found;
}

/** Certificates and seals that are stored as being in the batch: of one key, or of those that it names. */
export async function entriesIn(
  database: MongoDatabase,
  { _id, runs, keys = [] }: Pick<BatchDocument, "_id" | "runs" | "keys">,
  key?: BatchDocument["tileRoots"],
): Promise<number> {
  const register = database.collection("register");
  const seals = database.collection("sealEntries");
  const countBy = (keyDigest: BatchDocument["tileRoots"], where: object): Promise<number> =>
    isOfSeal(bytesOf(keyDigest)) ? seals.countDocuments(where) : register.countDocuments({ keyDigest, ...where });
  let counted = 0;
  for (const keyDigest of key === undefined ? keys.map((each) => each.key) : [key]) {
    if (runs === undefined) counted += await countBy(keyDigest, { "place.batchId": _id });
    for (const { entry, count } of runs ?? [])
      counted += await countBy(keyDigest, { entry: { $gte: entry, $lt: entry + count } });
  }
  return counted;
}

/** What waits, against the places of its certificates and seals. */
export async function outbox(database: MongoDatabase): Promise<StoreFault[]> {
  const found: StoreFault[] = [];
  const after = await stagedUpTo(database);
  for await (const { _id, count, certificates, seal, adopted = [] } of database
    .collection("outbox")
    .find({ _id: { $gt: after } })) {
    const first = _id - count + 1;
    const wrong = (field: string, why: string) => found.push({ collection: "outbox", key: String(_id), field, why });
    if (found.length >= MOST_FAULTS) break;
    if (adopted.some((entry) => entry < first || entry > _id || !Number.isInteger(entry)))
      wrong("adopted", "names an entry that is not in here");
    if (seal !== undefined && (await database.collection("sealEntries").findOne({ _id: seal }))?.entry !== _id)
      wrong("seal", "the seal has another entry than its place in here");
    for (let from = 0; from < certificates.length; from += PAGE) {
      const part = certificates.slice(from, from + PAGE);
      const signed = await database
        .collection("certificates")
        .find({ _id: { $in: part.map(bodyOf) } }, { projection: { entry: 1 } })
        .toArray();
      const entries = new Map(signed.map((each) => [each._id, each.entry]));
      const isOther = part.some((identifier, i) => (entries.get(bodyOf(identifier)) ?? 0) !== first + from + i);
      if (isOther) wrong("_id, certificates", "a certificate has another entry than its place in here");
    }
  }
  return found;
}

const PAGE = 1_000;
