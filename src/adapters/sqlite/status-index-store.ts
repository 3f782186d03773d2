// SPDX-License-Identifier: Apache-2.0
import type { StatusIndexStore } from "../../domain/issuance/index.js";
import type { Database } from "./database.js";

export function sqliteStatusIndexStore(database: Database): StatusIndexStore {
  const counterOf = (region: string): string => `status-index:${region}`;
  return {
    async leasedStatusIndices(region) {
      const row = database.get<{ value: number }>("SELECT value FROM counters WHERE name = ?", counterOf(region));
      return row?.value ?? 0;
    },

    async skipStatusIndices(region, value) {
      const sql = `INSERT INTO counters (name, value) VALUES (?, ?)
        ON CONFLICT (name) DO UPDATE SET value = max(value, excluded.value) RETURNING value`;
      return database.get<{ value: number }>(sql, counterOf(region), value)?.value ?? value;
    },

    async leaseStatusIndices(region, count) {
      const name = counterOf(region);
      const value = database.write(() => {
        database.run("INSERT INTO counters (name, value) VALUES (?, 0) ON CONFLICT DO NOTHING", name);
        database.run("UPDATE counters SET value = value + ? WHERE name = ?", count, name);
        return database.get<{ value: number }>("SELECT value FROM counters WHERE name = ?", name)?.value ?? 0;
      });
      return { from: value - count };
    },

    async statusIndexKey(region, proposed) {
      return database.write(() => {
        database.run(
          "INSERT INTO status_index_keys (region, key) VALUES (?, ?) ON CONFLICT DO NOTHING",
          region,
          proposed,
        );
        const row = database.get<{ key: Uint8Array }>("SELECT key FROM status_index_keys WHERE region = ?", region);
        return row?.key ?? proposed;
      });
    },
  };
}
