// SPDX-License-Identifier: Apache-2.0
import type { ClientSession, Document } from "mongodb";
import type { StoreFault } from "../../domain/examination/stored-records.js";
import { bytesOf } from "./bytes.js";
import { LOG_COUNTER, STAGING_COUNTER } from "./counters.js";
import type { MongoDatabase } from "./database.js";
import type { Documents } from "./documents.js";

/** Each counter against the highest of what it counts, at one instant. */
export function counters({ snapshot }: MongoDatabase): Promise<StoreFault[]> {
  return snapshot(async (session, database) => {
    const all = await database.collection("counters").find({}, { session }).toArray();
    const of = (name: string) => all.find(({ _id }) => _id === name);
    const [log, staging] = [of(LOG_COUNTER), of(STAGING_COUNTER)];
    const highest = {
      event: (await last(database, "auditEvents", "_id", session))?._id ?? 0,
      change: (await last(database, "statusChanges", "_id", session))?._id ?? 0,
      entry: await highestEntry(database, session),
      staged: (await last(database, "batches", "firstEntry", session))?.lastEntry ?? 0,
    };
    const wrong = (key: string, field: string, why: string) => ({ collection: "counters", key, field, why });
    const found: StoreFault[] = [];
    const [event, change, entry] = [log?.event ?? 0, log?.change ?? 0, log?.entry ?? 0];
    if (event < highest.event) found.push(wrong(LOG_COUNTER, "event", `the log goes to ${highest.event}`));
    if (change !== highest.change) found.push(wrong(LOG_COUNTER, "change", `changes go to ${highest.change}`));
    if (entry !== highest.entry)
      found.push(wrong(LOG_COUNTER, "entry", `certificates, seals and copies go to ${highest.entry}`));
    if ((staging?.entry ?? 0) !== highest.staged)
      found.push(wrong(STAGING_COUNTER, "entry", `batches go to ${highest.staged}`));
    found.push(...(await newestHash(database, session, log)));
    for (const [name, collection, field] of [
      ["batches", "batches", "_id"],
      ["mirroredBatches", "mirroredBatches", "_id"],
      ["alarms", "alarms", "seq"],
    ] as const) {
      const highestOne = Number(((await last(database, collection, field, session)) as Document | null)?.[field] ?? 0);
      if ((of(name)?.value ?? 0) < highestOne) found.push(wrong(name, "value", `there is a number ${highestOne}`));
    }
    return found;
  });
}

/** The hash that the next event goes on from, and hashes beside events that have their own. */
async function newestHash(
  database: MongoDatabase,
  session: ClientSession,
  log: Documents["counters"] | undefined,
): Promise<StoreFault[]> {
  const found: StoreFault[] = [];
  const { hashed = 0, hash, event = 0 } = log ?? {};
  const wrong = (field: string, why: string) => ({ collection: "counters", key: LOG_COUNTER, field, why });
  if (hashed !== event)
    found.push(wrong("hashed", `the log goes to ${event}; instances of an older version may have written`));
  const newest = await database.collection("auditEvents").findOne({ _id: hashed }, { session });
  const beside = await database.collection("auditHashes").findOne({ _id: hashed }, { session });
  const kept = newest?.hash ?? beside?.hash;
  const same = kept !== undefined && hash !== undefined && Buffer.compare(bytesOf(kept), bytesOf(hash)) === 0;
  if (!same && newest !== null) found.push(wrong("hash", "is not the hash of the newest event"));
  const without = await database
    .collection("auditEvents")
    .countDocuments({ hash: { $exists: false }, _id: { $lte: hashed } }, { session });
  const besides = await database.collection("auditHashes").countDocuments({}, { session });
  if (without === besides) return found;
  const why = `${without} events have no hash of their own, and there are ${besides} beside them`;
  return [...found, { collection: "auditHashes", key: "all", field: "record", why }];
}

function last<Of extends keyof Documents>(
  database: MongoDatabase,
  name: Of,
  field: string,
  session: ClientSession,
): Promise<Documents[Of] | null> {
  const options = { session, sort: { [field]: -1 as const } };
  const filter = field === "firstEntry" ? { firstEntry: { $exists: true } } : {};
  return database.db.collection(name).findOne(filter, options) as unknown as Promise<Documents[Of] | null>;
}

/** Through the indexes on entries. */
async function highestEntry(database: MongoDatabase, session: ClientSession): Promise<number> {
  const ofKeys = database
    .collection("register")
    .aggregate<{ entry: number }>(
      [
        { $sort: { keyDigest: 1, entry: 1 } },
        { $group: { _id: "$keyDigest", entry: { $last: "$entry" } } },
        { $group: { _id: null, entry: { $max: "$entry" } } },
      ],
      { session, hint: "key" },
    );
  const ofCertificates = (await ofKeys.next())?.entry ?? 0;
  const ofSeals = (await last(database, "sealEntries", "entry", session))?.entry ?? 0;
  return Math.max(ofCertificates, ofSeals, (await last(database, "copies", "entry", session))?.entry ?? 0);
}
