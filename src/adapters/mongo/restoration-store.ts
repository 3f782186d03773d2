// SPDX-License-Identifier: Apache-2.0
import type { CollectionInfo } from "mongodb";
import type { Restoration, RestorationStore } from "../../domain/anchoring/index.js";
import type { MongoDatabase } from "./database.js";
import { withWords } from "./failures.js";

/** In the deployment's document, so that every process sees it that uses the database, whatever its data directory. */
export function mongoRestorationStore(database: MongoDatabase): RestorationStore {
  const deployment = database.collection("deployment");
  const ours = { _id: "tigertally" } as const;

  async function unfinishedRestoration(): Promise<Restoration | null> {
    const { restoration } = (await deployment.findOne(ours)) ?? {};
    if (restoration === undefined) return null;
    const { at, backupOf, orders } = restoration;
    return { at, backupOf, orders: orders === undefined ? null : (JSON.parse(orders) as Restoration["orders"]) };
  }

  /**
   * The server gives a collection another one whenever it is made, so also when a dump is put back. One that comes with the dump, which was
   * made before that restoration was finished, is thus not taken for the one that has begun now.
   */
  async function collectionNow(): Promise<string> {
    const [found] = await database.db.listCollections({ name: "deployment" }).toArray();
    return String((found as CollectionInfo | undefined)?.info?.uuid ?? "");
  }

  return withWords("restoration", {
    unfinishedRestoration,

    async beginRestoration({ at, backupOf, orders }) {
      const collection = await collectionNow();
      const ordered = orders === null ? {} : { orders: JSON.stringify(orders) };
      const restoration = { at, backupOf, collection, ...ordered };
      const filter = { ...ours, "restoration.collection": { $ne: collection } };
      await deployment.updateOne(filter, { $set: { restoration } });
      // Whoever has finished it in between has finished this one.
      return (await unfinishedRestoration()) ?? { at, backupOf, orders: null };
    },

    async ordersCarriedOut(at) {
      await deployment.updateOne({ ...ours, "restoration.at": at }, { $unset: { "restoration.orders": 1 } });
    },

    async endRestoration(at) {
      await deployment.updateOne({ ...ours, "restoration.at": at }, { $unset: { restoration: 1 } });
    },
  } satisfies RestorationStore);
}
