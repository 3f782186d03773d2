// SPDX-License-Identifier: Apache-2.0
import type { Document } from "mongodb";
import type { MongoDatabase } from "./database.js";
import type { Documents } from "./documents.js";

/** Of one collection or rule; the others are not looked at until these are mended. */
export const MOST_FAULTS = 100;

/** Documents that one question lets the server look at. */
const LOOKED_AT = 10_000;

/**
 * The first documents that a filter without an index finds, a stretch of the collection at a time: a sound one has none, so a question
 * about all of a large collection would have no answer before its connection is given up. Bounds of the index and not conditions, since a
 * condition passes over an `_id` that was edited into one of another kind.
 */
export async function firstAmong(
  database: MongoDatabase,
  name: keyof Documents,
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
