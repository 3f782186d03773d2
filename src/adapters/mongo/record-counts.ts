// SPDX-License-Identifier: Apache-2.0
import type { RecordCounts } from "../../domain/examination/stored-records.js";
import type { MongoDatabase } from "./database.js";
import type { Bytes, Documents } from "./documents.js";
import { bytesIn } from "./edited-values.js";
import { batchOf } from "./mirror-store.js";
import { entriesOf, stagedUpTo } from "./outbox.js";

/** What there is of each kind; the certificates and what belongs to them at one instant. */
export async function counts(database: MongoDatabase): Promise<RecordCounts> {
  const mirroredLeaves = await leavesOfWholeBatches(database);
  const ofOne = await database.snapshot(async (session, at) => {
    const count = (name: keyof Documents) => at.db.collection(name).countDocuments({}, { session });
    const certificates = await count("register");
    const holders = await count("holders");
    const statusChanges = await count("statusChanges");
    const pickUpLinks = await count("pickUpLinks");
    const seals = await count("seals");
    const sealEntries = await count("sealEntries");
    const copies = await count("copies");
    const mirroredTiles = await count("mirroredTiles");
    return { certificates, holders, statusChanges, pickUpLinks, seals, sealEntries, copies, mirroredTiles };
  });
  const from = await stagedUpTo(database);
  let outbox = 0;
  for await (const document of database
    .collection("outbox")
    .find({ _id: { $gt: from } }, { projection: { certificates: 0 } }))
    outbox += entriesOf(document, from).length;
  return { ...ofOne, outbox, batchTiles: await tilesOfBatches(database), mirroredLeaves };
}

/** Without those that a worker has left which was ended before its batch was there. */
async function tilesOfBatches(database: MongoDatabase): Promise<number> {
  const [counted] = await database
    .collection("batchTiles")
    .aggregate<{ n: number }>([
      { $group: { _id: "$_id.batch", n: { $sum: 1 } } },
      {
        $lookup: {
          from: "batches",
          localField: "_id",
          foreignField: "_id",
          pipeline: [{ $project: { _id: 1 } }],
          as: "batch",
        },
      },
      { $match: { batch: { $ne: [] } } },
      { $group: { _id: null, n: { $sum: "$n" } } },
    ])
    .toArray();
  return counted?.n ?? 0;
}

/** All but those of batches that are known and not whole yet. The server cannot take a batch out of a leaf's `_id`. */
async function leavesOfWholeBatches(database: MongoDatabase): Promise<number> {
  const missing = await database
    .collection("mirroredBatches")
    .find({ isMissing: true }, { projection: { _id: 1 } })
    .toArray();
  const unfinished = new Set(missing.map(({ _id }) => _id));
  let leaves = 0;
  const all = database
    .collection("mirroredLeaves")
    .find({}, { projection: { _id: 1 } })
    .batchSize(LEAVES_AT_ONCE);
  for await (const { _id } of all) if (!isLeafOf(unfinished, _id)) leaves += 1;
  return leaves;
}

/** An `_id` of another length is no leaf's of any batch. */
function isLeafOf(batches: ReadonlySet<number>, id: Bytes): boolean {
  return bytesIn(id).length === LEAF_ID_LENGTH && batches.has(batchOf(id));
}

const LEAF_ID_LENGTH = 40;

const LEAVES_AT_ONCE = 10_000;
