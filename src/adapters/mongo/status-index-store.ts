// SPDX-License-Identifier: Apache-2.0
import type { StatusIndexStore } from "../../domain/issuance/index.js";
import { bytesOf } from "./bytes.js";
import type { MongoDatabase } from "./database.js";
import { withWords } from "./failures.js";

export function mongoStatusIndexStore(database: MongoDatabase): StatusIndexStore {
  const counters = database.collection("counters");
  const keys = database.collection("statusIndexKeys");
  const counterOf = (region: string) => ({ _id: `status-index:${region}` });
  const options = { upsert: true, returnDocument: "after" } as const;

  return withWords("status indices", {
    async leasedStatusIndices(region) {
      return (await counters.findOne(counterOf(region)))?.value ?? 0;
    },

    async skipStatusIndices(region, value) {
      const counter = await counters.findOneAndUpdate(counterOf(region), { $max: { value } }, options);
      return counter?.value ?? value;
    },

    async leaseStatusIndices(region, count) {
      const counter = await counters.findOneAndUpdate(counterOf(region), { $inc: { value: count } }, options);
      return { from: (counter?.value ?? count) - count };
    },

    async statusIndexKey(region, proposed) {
      // The service's role may only insert here, so that the key is never replaced.
      try {
        await keys.insertOne({ _id: region, key: proposed });
        return proposed;
      } catch (error) {
        const known = await keys.findOne({ _id: region });
        if (known === null) throw error;
        return bytesOf(known.key);
      }
    },
  } satisfies StatusIndexStore);
}
