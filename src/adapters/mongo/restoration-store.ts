// SPDX-License-Identifier: Apache-2.0
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

  return withWords("restoration", {
    unfinishedRestoration,

    async beginRestoration({ at, backupOf, orders }) {
      const restoration = { at, backupOf, ...(orders === null ? {} : { orders: JSON.stringify(orders) }) };
      await deployment.updateOne({ ...ours, restoration: { $exists: false } }, { $set: { restoration } });
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
