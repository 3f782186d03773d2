// SPDX-License-Identifier: Apache-2.0
import type { StatusIndexStore } from "../../domain/issuance/index.js";
import type { Database } from "./database.js";

export function sqliteStatusIndexStore(database: Database): StatusIndexStore {
  return {
    async leaseStatusIndices(region, count) {
      const name = `status-index:${region}`;
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
