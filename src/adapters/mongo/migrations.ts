// SPDX-License-Identifier: Apache-2.0
import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { sealEntry } from "../../core/entry.js";
import { TallyError } from "../../core/errors.js";
import { leafHash } from "../../core/merkle.js";
import { nodeCrypto } from "../node-crypto/index.js";
import { bytesOf } from "./bytes.js";
import { LOG_COUNTER } from "./counters.js";
import type { MongoDatabase } from "./database.js";
import type { SealDocument } from "./documents.js";
import { mongoLeaseStore } from "./lease-store.js";
import { COLLECTIONS, type CollectionPlan } from "./schema.js";

/**
 * One step from a schema version to the next. It can be repeated, since whoever carries it out may end at any instant, and it
 * takes nothing away that instances of the version before still need: they go on working while it runs and after it.
 */
export interface Migration {
  /** The schema version that it leads to. */
  readonly version: number;
  readonly what: string;
  run(database: MongoDatabase): Promise<void>;
}

/** In order; the last one's version is the one that this program reads and writes. */
export const MIGRATIONS: readonly Migration[] = [
  { version: 1, what: "collections and indexes", run: createCollections },
  { version: 2, what: "hashes of the events that have none", run: hashEvents },
  // Instances of version 2 find a batch of a head among theirs, and bring it to the chain like one that was taken back.
  { version: 3, what: "the index of heads of the audit log", run: createCollections },
  { version: 4, what: "collections of certificates of seals, revocation lists and seals", run: createCollections },
  // An instance of version 3 sets no seals, and stages the entries of those that are set like any others.
  { version: 5, what: "the collection of seals on their way to the chain", run: queueSeals },
  // An instance of version 5 makes no copies, and stages the entries of those that are made like those of seals.
  { version: 6, what: "the collections of readers' copies", run: createCollections },
];

/** What a lapsed lease costs is waiting, so it may be short; every step renews it. */
const LEASE_MS = 30_000;
const RENEW_MS = 5_000;
const PATIENCE_MS = 120_000;
const POLL_MS = 100;

/**
 * Brings the database to the version of this program: one instance does it while the others wait. A database of a newer version
 * is refused.
 */
export async function migrate(
  database: MongoDatabase,
  steps: readonly Migration[] = MIGRATIONS,
  { patienceMs = PATIENCE_MS } = {},
): Promise<void> {
  const wanted = steps.at(-1)?.version ?? 0;
  const holder = randomUUID();
  const deadline = Date.now() + patienceMs;
  const leases = mongoLeaseStore(database);
  for (;;) {
    const version = await schemaVersionOf(database);
    if (version > wanted) {
      throw new TallyError(
        "store.failed",
        `the database ${database.db.databaseName} has schema version ${version}, this version of the product reads ${wanted}; use the version that wrote it, or name another database in TALLY_MONGODB_URL`,
      );
    }
    if (version === wanted) return;
    const lease = await leases.claimLease(LEASE, holder, Date.now(), LEASE_MS);
    if (lease !== null) {
      const renewal = setInterval(() => {
        // A renewal that fails lets the lease lapse; the steps can be repeated by another.
        leases.claimLease(LEASE, holder, Date.now(), LEASE_MS).catch(() => {});
      }, RENEW_MS);
      try {
        await runSteps(database, steps);
      } finally {
        clearInterval(renewal);
        await leases.releaseLease(lease);
      }
      continue;
    }
    if (Date.now() > deadline) {
      throw new TallyError(
        "store.failed",
        `another instance has been changing the schema of ${database.db.databaseName} from version ${version} to ${wanted} for ${patienceMs / 1000} seconds; start again when it is done`,
      );
    }
    await pause(POLL_MS);
  }
}

const LEASE = "schema";

async function runSteps(database: MongoDatabase, steps: readonly Migration[]): Promise<void> {
  const deployment = database.collection("deployment");
  const from = await schemaVersionOf(database);
  for (const { version, run } of steps) {
    if (version <= from) continue;
    await run(database);
    await deployment.updateOne({ _id: "tigertally" }, { $max: { schemaVersion: version } }, { upsert: true });
  }
}

/** 0 for a new database. */
export async function schemaVersionOf(database: MongoDatabase): Promise<number> {
  return (await database.collection("deployment").findOne({ _id: "tigertally" }))?.schemaVersion ?? 0;
}

async function createCollections(database: MongoDatabase): Promise<void> {
  const existing = await database.db.listCollections({}, { nameOnly: true }).toArray();
  const names = new Set(existing.map(({ name }) => name));
  await Promise.all(
    Object.entries(COLLECTIONS as Record<string, CollectionPlan>).map(async ([name, { indexes }]) => {
      // A transaction cannot create a collection on a sharded cluster, so all of them are there from the start.
      if (!names.has(name)) await database.db.createCollection(name).catch(unlessThere);
      if (indexes.length > 0) await database.db.collection(name).createIndexes([...indexes]);
    }),
  );
}

/**
 * Instances of version 1 go on writing events without a hash; whoever of version 2 writes next gives them theirs before (`LoggedWrite`),
 * and this does no more than write nothing.
 */
async function hashEvents(database: MongoDatabase): Promise<void> {
  await createCollections(database);
  await hashOlderEvents(database);
}

/** Gives their hashes to events that are without. */
export async function hashOlderEvents(database: MongoDatabase): Promise<void> {
  const { event = 0, hashed = 0 } = (await database.collection("counters").findOne({ _id: LOG_COUNTER })) ?? {};
  if (hashed < event) await database.logged(async () => {}, Number.POSITIVE_INFINITY);
}

/** Entries of the seals that version 4 has set. */
async function queueSeals(database: MongoDatabase): Promise<void> {
  await createCollections(database);
  let page: SealDocument[] = [];
  for await (const seal of database.collection("seals").find(FROM_THE_FIRST).sort({ _id: 1 })) {
    if (page.push(seal) < SEALS_AT_ONCE) continue;
    await queue(database, page);
    page = [];
  }
  await queue(database, page);
}

const SEALS_AT_ONCE = 200;

const FROM_THE_FIRST = { _id: { $gt: { certificate: "", ordinal: 0 } } };

async function queue(database: MongoDatabase, seals: readonly SealDocument[]): Promise<void> {
  if (seals.length === 0) return;
  await database.logged(async (write) => {
    const { session } = write;
    for (const { _id, cms } of seals) {
      const { certificate: object, ordinal } = _id;
      if ((await database.collection("sealEntries").findOne({ _id }, { session })) !== null) continue;
      const certificate = await database.collection("register").findOne({ _id: object }, { session });
      const told = { object, action: "certificate-sealed", "detail.ordinal": ordinal } as const;
      const event = await database.collection("auditEvents").findOne(told, { session });
      // What was edited has no entry to be made of it, and `tally doctor --deep` tells of it.
      if (certificate === null || event === null) continue;
      const entry = sealEntry(bytesOf(certificate.digest), nodeCrypto.sha256(bytesOf(cms)));
      write.enqueueSeal(_id, leafHash(nodeCrypto, entry), event.time);
    }
  });
}

function unlessThere(error: unknown): void {
  const NAMESPACE_EXISTS = 48;
  if ((error as { code?: unknown }).code !== NAMESPACE_EXISTS) throw error;
}
