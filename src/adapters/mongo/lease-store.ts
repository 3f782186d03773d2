// SPDX-License-Identifier: Apache-2.0
import type { ClientSession } from "mongodb";
import { type Lease, type LeaseStore, WITHOUT_END_MS } from "../../domain/anchoring/index.js";
import type { MongoDatabase } from "./database.js";
import { isDuplicate, withWords } from "./failures.js";

export function mongoLeaseStore(database: MongoDatabase): LeaseStore {
  const leases = database.collection("leases");
  return withWords("leases", {
    async claimLease(name, holder, now, ttl) {
      // A renewal in time keeps the fence; whoever else gets through the filter gets a new one.
      const keeps = { $and: [{ $eq: ["$holder", holder] }, { $gt: ["$expires", now] }] };
      const fence = { $add: [{ $ifNull: ["$fence", 0] }, { $cond: [keeps, 0, 1] }] };
      const asked = performance.now();
      try {
        const granted = await leases.findOneAndUpdate(
          { _id: name, $or: [{ holder }, { expires: { $lte: now } }, { expires: aheadOfTime(now, ttl) }] },
          [{ $set: { fence, holder: { $literal: holder }, expires: now + ttl } }],
          { upsert: true, returnDocument: "after" },
        );
        // It runs from `now`, and the answer may have waited for a new primary for longer than that.
        const hasLapsed = performance.now() - asked >= ttl;
        return granted === null || hasLapsed ? null : { name, holder, fence: granted.fence };
      } catch (error) {
        // Somebody holds it: the filter finds nothing, and the name is taken.
        if (isDuplicate(error)) return null;
        throw error;
      }
    },

    async releaseLease({ name, fence }) {
      await leases.updateOne({ _id: name, fence }, { $set: { expires: 0 } });
    },

    async endLease(name) {
      await leases.updateOne({ _id: name }, { $set: { expires: 0 } });
    },
  } satisfies LeaseStore);
}

/** Of a clock that was wrong; not one that is held without end. */
function aheadOfTime(now: number, ttl: number) {
  return { $gt: now + 2 * ttl, $lt: now + WITHOUT_END_MS / 2 };
}

/** Whether its fence is the newest at the moment; `useLease` decides. */
export async function holdsLease(database: MongoDatabase, { name, fence }: Lease): Promise<boolean> {
  return (await database.collection("leases").findOne({ _id: name, fence })) !== null;
}

/**
 * Within the transaction of the write that the lease protects: whether its fence is still the newest. It writes, so that a claim at the
 * same time is in conflict with the transaction and comes wholly before or after it.
 */
export async function useLease(
  database: MongoDatabase,
  { name, fence }: Lease,
  session: ClientSession,
): Promise<boolean> {
  const leases = database.collection("leases");
  const used = await leases.updateOne({ _id: name, fence }, { $inc: { uses: 1 } }, { session });
  return used.matchedCount === 1;
}
