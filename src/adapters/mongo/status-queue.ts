// SPDX-License-Identifier: Apache-2.0
import type { Lease, LeaseStore, StatusQueue } from "../../domain/anchoring/index.js";
import { indexRangeOf } from "../../domain/anchoring/index.js";
import type { MongoDatabase } from "./database.js";
import { withWords } from "./failures.js";
import { mongoLeaseStore, useLease } from "./lease-store.js";

/** The word of the status lists that holds the bit, counted through all lists. */
export function wordOf(statusIndex: number): number {
  return Math.floor(statusIndex / 256);
}

export function mongoStatusQueue(database: MongoDatabase): StatusQueue {
  const changes = database.collection("statusChanges");

  /** Writes to the open ones of these changes, together, while the lease holds. */
  function write(lease: Lease, seqs: readonly number[], update: object): Promise<boolean> {
    return database.transaction(async (session) => {
      if (!(await useLease(database, lease, session))) return false;
      await changes.updateMany({ _id: { $in: [...seqs] }, open: true }, update, { session });
      return true;
    });
  }

  return {
    ...mongoLeaseStore(database),
    ...withWords("status changes", {
      async openStatusChanges(limit) {
        const first = (action: object) =>
          changes
            .find({ open: true, ...action })
            .sort({ _id: 1 })
            .limit(limit)
            .toArray();
        const open = (await Promise.all([first({ action: "revoke" }), first({ action: { $ne: "revoke" } })])).flat();
        open.sort((a, b) => a._id - b._id);
        return open.map(({ _id, statusIndex, action, submittedAt, tx }) => {
          return { seq: _id, statusIndex, action, submitted: submittedAt === null ? null : { at: submittedAt, tx } };
        });
      },

      // A transaction sent before says nothing about this sending.
      fixStatusSubmission: (lease, seqs, now) => write(lease, seqs, { $set: { submittedAt: now, tx: null } }),

      async recordStatusTransaction(seqs, tx) {
        await changes.updateMany({ _id: { $in: [...seqs] } }, { $set: { tx } });
      },

      confirmStatusChanges: (lease, seqs, now) =>
        write(lease, seqs, { $set: { confirmedAt: now }, $unset: { open: 1 } }),

      async confirmedSince(since, limit) {
        const confirmed = await changes
          .find({ confirmedAt: { $gte: since } })
          .sort({ confirmedAt: -1, _id: -1 })
          .limit(limit)
          .toArray();
        return confirmed.map(({ statusIndex, action }) => ({ statusIndex, action }));
      },

      reopenStatusChanges: (lease, seqs) =>
        database.transaction(async (session) => {
          if (!(await useLease(database, lease, session))) return false;
          const reopened = await changes.updateMany(
            { _id: { $in: [...seqs] }, confirmedAt: { $ne: null } },
            { $set: { open: true, confirmedAt: null, tx: null } },
            { session },
          );
          return reopened.modifiedCount > 0;
        }),

      async statusLog(list, word) {
        const log = await changes
          .find({ word: wordOf(indexRangeOf(list, word).first) })
          .sort({ _id: 1 })
          .toArray();
        return log.map(({ _id, statusIndex, action, confirmedAt, tx }) => {
          return { seq: _id, statusIndex, action, confirmed: confirmedAt !== null, tx };
        });
      },
    } satisfies Omit<StatusQueue, keyof LeaseStore>),
  };
}
