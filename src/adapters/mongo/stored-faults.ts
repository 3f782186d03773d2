// SPDX-License-Identifier: Apache-2.0
import type { Document } from "mongodb";
import type { StoreFault } from "../../domain/examination/stored-records.js";
import { batches, outbox } from "./batch-faults.js";
import { counters } from "./counter-faults.js";
import type { MongoDatabase } from "./database.js";
import type { Documents } from "./documents.js";
import { RULES, type Rule } from "./fault-rules.js";
import { firstAmong, MOST_FAULTS } from "./first-among.js";
import { pickUpOrders } from "./pick-up-order-faults.js";
import { COLLECTIONS, type CollectionPlan } from "./schema.js";
import { type Fields, misshapen, SHAPES, schemaOf } from "./shapes.js";

/**
 * What MongoDB does not watch over by itself: the form of every document, indexes, fields that say the same as another one, counters
 * that must be where what they count is, and documents that belong to nothing. The server filters, so that only what is wrong comes here.
 */
export async function storedFaults(database: MongoDatabase): Promise<StoreFault[]> {
  const found: StoreFault[] = [];
  const misshapenOnes = new Set<keyof Documents>();
  const names = Object.keys(COLLECTIONS) as (keyof Documents)[];
  const looked = await fewAtOnce(names, async (name) => {
    const faults = await wrongShapes(database, name);
    if (faults.length > 0) misshapenOnes.add(name);
    return [...(await missingIndexes(database, name)), ...faults];
  });
  // A rule computes with the fields, and what is of another kind has been told.
  const rules = RULES.filter(({ collection }) => !misshapenOnes.has(collection));
  found.push(...looked, ...(await fewAtOnce(rules, (rule) => broken(database, rule))));
  for (const [needed, look] of [
    [
      ["counters", "register", "sealEntries", "copies", "statusChanges", "auditEvents", "auditHashes", "batches"],
      counters,
    ],
    [["certificates", "register", "statusIndices"], lonely],
    [["batches", "register", "sealEntries", "copies", "copyPlaces"], batches],
    [["outbox", "certificates", "register", "sealEntries", "copies"], outbox],
    [["copies", "copyPlaces"], lonelyPlaces],
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

async function missingIndexes(database: MongoDatabase, name: keyof Documents): Promise<StoreFault[]> {
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

async function wrongShapes(database: MongoDatabase, collection: keyof Documents): Promise<StoreFault[]> {
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

async function broken(database: MongoDatabase, { collection, field, filter, why }: Rule): Promise<StoreFault[]> {
  const found = await firstAmong(database, collection, filter);
  return found.map(({ _id }) => ({ collection, key: keyOf(_id), field, why }));
}

/** Each certificate is in the register and has its status index, which `certificateFiles` looks at; so more of them belong to none. */
function lonely({ snapshot }: MongoDatabase): Promise<StoreFault[]> {
  return snapshot(async (session, database) => {
    const count = (name: keyof Documents) => database.db.collection(name).countDocuments({}, { session });
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

/** A place that no copy has, beside those that `certificateFiles` tells. */
async function lonelyPlaces(database: MongoDatabase): Promise<StoreFault[]> {
  const found: StoreFault[] = [];
  for await (const { _id } of database.collection("copyPlaces").find({}, { projection: { _id: 1 } })) {
    if ((await database.collection("copies").findOne({ _id }, { projection: { _id: 1 } })) !== null) continue;
    found.push({ collection: "copyPlaces", key: keyOf(_id), field: "_id", why: "there is no such copy" });
    if (found.length >= MOST_FAULTS) break;
  }
  return found;
}
