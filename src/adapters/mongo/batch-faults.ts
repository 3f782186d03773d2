// SPDX-License-Identifier: Apache-2.0
import type { StoreFault } from "../../domain/examination/stored-records.js";
import { bytesOf } from "./bytes.js";
import { bodyOf } from "./certificate-documents.js";
import type { MongoDatabase } from "./database.js";
import type { BatchDocument, EntryRun } from "./documents.js";
import { MOST_FAULTS } from "./first-among.js";
import { isHeldByNone, stagedUpTo } from "./outbox.js";

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

/** Certificates, seals and copies that are stored as being in the batch: of one key, or of those that it names. */
export async function entriesIn(
  database: MongoDatabase,
  { _id, runs, keys = [] }: Pick<BatchDocument, "_id" | "runs" | "keys">,
  key?: BatchDocument["tileRoots"],
): Promise<number> {
  const register = database.collection("register");
  const seals = database.collection("sealEntries");
  const isOther = (keyDigest: BatchDocument["tileRoots"]): boolean => isHeldByNone(bytesOf(keyDigest));
  const inRun = async (keyDigest: BatchDocument["tileRoots"], { entry, count }: EntryRun): Promise<number> => {
    const where = { entry: { $gte: entry, $lt: entry + count } };
    if (!isOther(keyDigest)) return register.countDocuments({ keyDigest, ...where });
    return (await seals.countDocuments(where)) + (await database.collection("copies").countDocuments(where));
  };
  const inPlaces = async (keyDigest: BatchDocument["tileRoots"]): Promise<number> => {
    const where = { "place.batchId": _id };
    if (!isOther(keyDigest)) return register.countDocuments({ keyDigest, ...where });
    const copies = await database.collection("copyPlaces").countDocuments({ batchId: _id });
    return copies + (await seals.countDocuments(where));
  };
  let counted = 0;
  for (const keyDigest of key === undefined ? keys.map((each) => each.key) : [key]) {
    if (runs === undefined) counted += await inPlaces(keyDigest);
    for (const run of runs ?? []) counted += await inRun(keyDigest, run);
  }
  return counted;
}

/** What waits, against the places of its certificates, seals and copies. */
export async function outbox(database: MongoDatabase): Promise<StoreFault[]> {
  const found: StoreFault[] = [];
  const after = await stagedUpTo(database);
  for await (const { _id, count, certificates, seal, copy, adopted = [] } of database
    .collection("outbox")
    .find({ _id: { $gt: after } })) {
    const first = _id - count + 1;
    const wrong = (field: string, why: string) => found.push({ collection: "outbox", key: String(_id), field, why });
    if (found.length >= MOST_FAULTS) break;
    if (adopted.some((entry) => entry < first || entry > _id || !Number.isInteger(entry)))
      wrong("adopted", "names an entry that is not in here");
    if (seal !== undefined && (await database.collection("sealEntries").findOne({ _id: seal }))?.entry !== _id)
      wrong("seal", "the seal has another entry than its place in here");
    if (copy !== undefined && (await database.collection("copies").findOne({ _id: copy }))?.entry !== _id)
      wrong("copy", "the copy has another entry than its place in here");
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
