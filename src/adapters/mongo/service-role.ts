// SPDX-License-Identifier: Apache-2.0
import { COLLECTIONS, type CollectionPlan } from "./schema.js";

export interface Privilege {
  readonly resource: { readonly db: string; readonly collection: string };
  readonly actions: readonly string[];
}

/**
 * What the service needs in its database, and no more: it can neither change nor remove what was signed or logged, so neither
 * can whoever steals its password. An empty name stands for these collections of every database.
 */
export function servicePrivileges(database: string): Privilege[] {
  const collections = Object.entries(COLLECTIONS as Record<string, CollectionPlan>);
  return [
    { resource: { db: database, collection: "" }, actions: ["listCollections"] },
    ...collections.map(([collection, { appendOnly, followed }]) => {
      const actions = ["createCollection", "createIndex", "listIndexes", "find", "insert"];
      if (!appendOnly) actions.push("update", "remove");
      if (followed) actions.push("changeStream");
      return { resource: { db: database, collection }, actions };
    }),
  ];
}
