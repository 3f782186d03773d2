// SPDX-License-Identifier: Apache-2.0
import type { ClientSession, Document } from "mongodb";
import type { StoreFault } from "../../domain/examination/stored-records.js";
import { bytesOf } from "./bytes.js";
import { bodyOf } from "./certificate-documents.js";
import { LOG_COUNTER, STAGING_COUNTER } from "./counters.js";
import type { MongoDatabase } from "./database.js";
import type { BatchDocument, Documents } from "./documents.js";
import { stagedUpTo } from "./outbox.js";
import { COLLECTIONS, type CollectionPlan } from "./schema.js";
import { type Fields, misshapen, SHAPES, schemaOf } from "./shapes.js";

type Name = keyof Documents;

/** Of one collection or rule; the others are not looked at until these are mended. */
const MOST_FAULTS = 100;
const PAGE = 1_000;

/**
 * What MongoDB does not watch over by itself: the form of every document, indexes, fields that say the same as another one, counters
 * that must be where what they count is, and documents that belong to nothing. The server filters, so that only what is wrong comes here.
 */
export async function storedFaults(database: MongoDatabase): Promise<StoreFault[]> {
  const found: StoreFault[] = [];
  const misshapenOnes = new Set<Name>();
  const names = Object.keys(COLLECTIONS) as Name[];
  const looked = await fewAtOnce(names, async (name) => {
    const faults = await wrongShapes(database, name);
    if (faults.length > 0) misshapenOnes.add(name);
    return [...(await missingIndexes(database, name)), ...faults];
  });
  // A rule computes with the fields, and what is of another kind has been told.
  const rules = RULES.filter(({ collection }) => !misshapenOnes.has(collection));
  found.push(...looked, ...(await fewAtOnce(rules, (rule) => broken(database, rule))));
  for (const [needed, look] of [
    [["counters", "register", "statusChanges", "auditEvents", "auditHashes", "batches"], counters],
    [["certificates", "register", "statusIndices"], lonely],
    [["batches", "register"], batches],
    [["outbox", "certificates", "register"], outbox],
    [["pickUpOrders", "pickUpLinks", "certificates"], pickUpOrders],
  ] as const) {
    if (needed.some((name) => misshapenOnes.has(name))) continue;
    found.push(...(await look(database)).slice(0, MOST_FAULTS));
  }
  return found;
}

/** Scans of whole collections beside a running service. */
const AT_ONCE = 4;

async function fewAtOnce<Of>(
  items: readonly Of[],
  look: (item: Of) => Promise<readonly StoreFault[]>,
): Promise<readonly StoreFault[]> {
  const found: StoreFault[] = [];
  for (let i = 0; i < items.length; i += AT_ONCE)
    found.push(...(await Promise.all(items.slice(i, i + AT_ONCE).map(look))).flat());
  return found;
}

const keyOf = (id: unknown): string =>
  typeof id === "object" && id !== null ? Object.values(id).map(String).join(", ") : String(id);

async function missingIndexes(database: MongoDatabase, name: Name): Promise<StoreFault[]> {
  const { indexes } = COLLECTIONS[name] as CollectionPlan;
  if (indexes.length === 0) return [];
  const there = new Map(
    (await database.collection(name).listIndexes().toArray()).map((index) => [index.name as string, index as Document]),
  );
  return indexes.flatMap((wanted) => {
    const index = there.get(wanted.name);
    const same = (of: Document | undefined) =>
      JSON.stringify([of?.key, of?.unique ?? false, of?.partialFilterExpression ?? null]);
    if (same(index) === same(wanted)) return [];
    const why = `the index ${index === undefined ? "is missing" : "is another one"}`;
    return [{ collection: name, key: wanted.name, field: "index", why }];
  });
}

async function wrongShapes(database: MongoDatabase, collection: Name): Promise<StoreFault[]> {
  const fields: Fields = SHAPES[collection];
  const found: StoreFault[] = [];
  for (const document of await firstAmong(database, collection, { $nor: [{ $jsonSchema: schemaOf(fields) }] })) {
    const { field, why } = misshapen(document, fields) ?? { field: "record", why: "is not of the form of its kind" };
    // The name of a holder's code or of an unknown field may be personal.
    const key = collection === "holders" ? "a holder" : keyOf(document._id);
    found.push({ collection, key, field: Object.hasOwn(fields, field) ? field : "record", why });
  }
  return found;
}

/** Documents that one question lets the server look at. */
const LOOKED_AT = 10_000;

/**
 * The first documents that a filter without an index finds, a stretch of the collection at a time: a sound one has none, so a question
 * about all of a large collection would have no answer before its connection is given up. Bounds of the index and not conditions, since a
 * condition passes over an `_id` that was edited into one of another kind.
 */
export async function firstAmong(
  database: MongoDatabase,
  name: Name,
  filter: Document,
  { most = MOST_FAULTS, lookedAt = LOOKED_AT } = {},
): Promise<Document[]> {
  const from = (start: Document | null, wanted: Document) => {
    const cursor = database.db.collection(name).find(wanted).hint({ _id: 1 });
    return start === null ? cursor : cursor.min({ _id: start._id });
  };
  const found: Document[] = [];
  for (let start: Document | null = null, more = true; more && found.length < most; ) {
    const beyond: Document | null = await from(start, {}).project({ _id: 1 }).skip(lookedAt).limit(1).next();
    const stretch = from(start, filter).limit(most - found.length);
    found.push(...(await (beyond === null ? stretch : stretch.max({ _id: beyond._id })).toArray()));
    more = beyond !== null;
    start = beyond;
  }
  return found;
}

interface Rule {
  readonly collection: Name;
  readonly field: string;
  /** Of those that break it. */
  readonly filter: Document;
  readonly why: string;
}

const absent = (field: string) => ({ [field]: { $exists: false } });
const there = (field: string) => ({ [field]: { $exists: true } });
/** A flag that is set where the other condition does not hold, or the reverse. */
const differs = (flag: string, whenSet: Document, unless: Document) => ({
  $or: [
    { [flag]: true, ...unless },
    { ...absent(flag), ...whenSet },
  ],
});
const NAME = { $ne: ["$_id", { $concat: ["$typeCode", "/", { $toString: { $toLong: "$version" } }] }] };
const IN_FORCE = ["valid", "suspended"];

const RULES: readonly Rule[] = [
  {
    ...{ collection: "register", field: "isInForce", why: "does not go with the state" },
    filter: differs("isInForce", { state: { $in: IN_FORCE } }, { state: { $nin: IN_FORCE } }),
  },
  {
    ...{ collection: "register", field: "isExceptional", why: "does not go with the state" },
    filter: differs("isExceptional", { state: { $ne: "valid" } }, { state: "valid" }),
  },
  {
    ...{ collection: "statusChanges", field: "open, confirmedAt", why: "is open and confirmed, or neither" },
    filter: differs("open", { confirmedAt: null }, { confirmedAt: { $ne: null } }),
  },
  {
    ...{ collection: "statusChanges", field: "word, statusIndex", why: "is not the word of the status index" },
    filter: { $expr: { $ne: ["$word", { $floor: { $divide: ["$statusIndex", 256] } }] } },
  },
  {
    ...{ collection: "alarms", field: "isOpen, clearedAt", why: "is open and closed, or neither" },
    filter: differs("isOpen", { clearedAt: null }, { clearedAt: { $ne: null } }),
  },
  {
    ...{ collection: "mirroredBatches", field: "isMissing, tileRoots", why: "is there and missing, or neither" },
    filter: differs("isMissing", absent("tileRoots"), there("tileRoots")),
  },
  {
    ...{
      collection: "idempotency",
      field: "isAnswered, plan, status, body",
      why: "is answered and planned, or neither",
    },
    filter: {
      $or: [
        { isAnswered: true, $or: [there("plan"), absent("status"), absent("body")] },
        { ...absent("isAnswered"), $or: [absent("plan"), there("status"), there("body")] },
      ],
    },
  },
  {
    ...{ collection: "typeDefinitions", field: "_id", why: "is not its type code and version" },
    filter: { $expr: NAME },
  },
  {
    ...{ collection: "mirroredTypes", field: "_id", why: "is not its type code and version" },
    filter: { $expr: NAME },
  },
  {
    ...{ collection: "outbox", field: "count, certificates, leaves", why: "are not as many of each" },
    filter: {
      $expr: {
        $or: [
          { $ne: ["$count", { $size: "$certificates" }] },
          { $ne: [{ $binarySize: "$leaves" }, { $multiply: ["$count", 32] }] },
        ],
      },
    },
  },
  {
    ...{ collection: "batches", field: "firstEntry, lastEntry, runs", why: "are not all there, or all absent" },
    filter: {
      $nor: [
        { ...there("firstEntry"), ...there("lastEntry"), ...there("runs") },
        { ...absent("firstEntry"), ...absent("lastEntry"), ...absent("runs") },
      ],
    },
  },
  {
    ...{ collection: "batches", field: "auditHead.sequence", why: "is of no event" },
    filter: { "auditHead.sequence": { $exists: true, $not: { $gte: 1 } } },
  },
  {
    ...{ collection: "batches", field: "auditHead", why: "is there beside certificates" },
    filter: { ...there("auditHead"), $or: [{ size: { $ne: 1 } }, there("runs"), { "keys.0": { $exists: true } }] },
  },
];

async function broken(database: MongoDatabase, { collection, field, filter, why }: Rule): Promise<StoreFault[]> {
  const found = await firstAmong(database, collection, filter);
  return found.map(({ _id }) => ({ collection, key: keyOf(_id), field, why }));
}

/** Each counter against the highest of what it counts, at one instant. */
function counters({ snapshot }: MongoDatabase): Promise<StoreFault[]> {
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
    if (entry !== highest.entry) found.push(wrong(LOG_COUNTER, "entry", `certificates go to ${highest.entry}`));
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

function last<Of extends Name>(
  database: MongoDatabase,
  name: Of,
  field: string,
  session: ClientSession,
): Promise<Documents[Of] | null> {
  const options = { session, sort: { [field]: -1 as const } };
  const filter = field === "firstEntry" ? { firstEntry: { $exists: true } } : {};
  return database.db.collection(name).findOne(filter, options) as unknown as Promise<Documents[Of] | null>;
}

/** Through the index on key and entry. */
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
  return (await ofKeys.next())?.entry ?? 0;
}

/** Each certificate is in the register and has its status index, which `certificateFiles` looks at; so more of them belong to none. */
function lonely({ snapshot }: MongoDatabase): Promise<StoreFault[]> {
  return snapshot(async (session, database) => {
    const count = (name: Name) => database.db.collection(name).countDocuments({}, { session });
    const registered = await count("register");
    const found: StoreFault[] = [];
    for (const collection of ["certificates", "statusIndices"] as const) {
      const stored = await count(collection);
      if (stored <= registered) continue;
      const why = `${stored} are here and ${registered} certificates in the register`;
      found.push({ collection, key: "all", field: "record", why });
    }
    return found;
  });
}

/** The entries that a batch took, and how many of each key. */
async function batches(database: MongoDatabase): Promise<StoreFault[]> {
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
      const counted = await certificatesOf(database, batch, key);
      if (counted !== count) wrong("keys", `says ${count} certificates of a key, and ${counted} are in the register`);
    }
  }
  return found;
}

/** Certificates that are stored as being in the batch: of one key, or of those that it names. */
export async function certificatesOf(
  database: MongoDatabase,
  { _id, runs, keys = [] }: Pick<BatchDocument, "_id" | "runs" | "keys">,
  key?: BatchDocument["tileRoots"],
): Promise<number> {
  const register = database.collection("register");
  let counted = 0;
  for (const keyDigest of key === undefined ? keys.map((each) => each.key) : [key]) {
    if (runs === undefined) counted += await register.countDocuments({ keyDigest, "place.batchId": _id });
    for (const { entry, count } of runs ?? [])
      counted += await register.countDocuments({ keyDigest, entry: { $gte: entry, $lt: entry + count } });
  }
  return counted;
}

/** What waits, against the places of its certificates. */
async function outbox(database: MongoDatabase): Promise<StoreFault[]> {
  const found: StoreFault[] = [];
  const after = await stagedUpTo(database);
  for await (const { _id, count, certificates, adopted = [] } of database
    .collection("outbox")
    .find({ _id: { $gt: after } })) {
    const first = _id - count + 1;
    const wrong = (field: string, why: string) => found.push({ collection: "outbox", key: String(_id), field, why });
    if (found.length >= MOST_FAULTS) break;
    if (adopted.some((entry) => entry < first || entry > _id || !Number.isInteger(entry)))
      wrong("adopted", "names an entry that is not in here");
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

/** Orders name links that are there, of certificates that are there. */
async function pickUpOrders(database: MongoDatabase): Promise<StoreFault[]> {
  const found: StoreFault[] = [];
  for (let after: string | null = ""; after !== null && found.length < MOST_FAULTS; ) {
    const page: OrdersPage = await pageOfOrders(database, after);
    found.push(...page.faults);
    after = page.next;
  }
  return found;
}

interface OrdersPage {
  readonly faults: readonly StoreFault[];
  /** After which the next page begins; null: there is none. */
  readonly next: string | null;
}

function pageOfOrders(database: MongoDatabase, after: string): Promise<OrdersPage> {
  return database.transaction(async (session) => {
    const orders = await database
      .collection("pickUpOrders")
      .find({ _id: { $gt: after } }, { session })
      .sort({ _id: 1 })
      .limit(PAGE)
      .toArray();
    const certificates = new Set(
      await idsAmong(
        database,
        "certificates",
        orders.map(({ _id }) => bodyOf(_id)),
        session,
      ),
    );
    const links = new Set(
      await idsAmong(
        database,
        "pickUpLinks",
        orders.flatMap((order) => order.links),
        session,
      ),
    );
    const faults: StoreFault[] = [];
    for (const { _id, links: ordered } of orders) {
      const wrong = (field: string, why: string) => faults.push({ collection: "pickUpOrders", key: _id, field, why });
      if (!certificates.has(bodyOf(_id))) wrong("_id", "names a certificate that is not here");
      if (ordered.length === 0 || ordered.some((id) => !links.has(id))) wrong("links", "names a link that is not here");
    }
    return { faults, next: orders.length === PAGE ? orders.at(-1)!._id : null };
  });
}

async function idsAmong(
  database: MongoDatabase,
  name: "certificates" | "pickUpLinks",
  ids: readonly string[],
  session: ClientSession,
): Promise<string[]> {
  const found = await database.db
    .collection<{ _id: string }>(name)
    .find({ _id: { $in: [...ids] } }, { session, projection: { _id: 1 } })
    .toArray();
  return found.map(({ _id }) => _id);
}
