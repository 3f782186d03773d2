// SPDX-License-Identifier: Apache-2.0
import { type Lease, type LeaseStore, WITHOUT_END_MS } from "../../domain/anchoring/index.js";
import type { Database } from "./database.js";

export function sqliteLeaseStore(database: Database): LeaseStore {
  return {
    async claimLease(name, holder, now, ttl) {
      const granted = database.get<{ fence: number }>(
        `INSERT INTO leases (name, holder, fence, expires) VALUES (?, ?, 1, ?)
         ON CONFLICT (name) DO UPDATE SET
           fence = fence + (holder <> excluded.holder OR expires <= ?), holder = excluded.holder, expires = excluded.expires
         WHERE holder = excluded.holder OR expires <= ? OR (expires > ? AND expires < ?)
         RETURNING fence`,
        ...[name, holder, now + ttl, now, now, now + 2 * ttl, now + WITHOUT_END_MS / 2],
      );
      return granted === null ? null : { name, holder, fence: granted.fence };
    },

    async releaseLease({ name, fence }) {
      database.run("UPDATE leases SET expires = 0 WHERE name = ? AND fence = ?", name, fence);
    },

    async endLease(name) {
      database.run("UPDATE leases SET expires = 0 WHERE name = ?", name);
    },
  };
}

/** Within the transaction of the write that the lease protects: whether its fence is still the newest. */
export function holdsLease(database: Database, { name, fence }: Lease): boolean {
  return database.get("SELECT 1 AS one FROM leases WHERE name = ? AND fence = ?", name, fence) !== null;
}
