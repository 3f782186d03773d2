// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openDatabase } from "../../../src/adapters/sqlite/database.js";
import { sqliteStatusIndexStore } from "../../../src/adapters/sqlite/status-index-store.js";
import { statusIndexStoreSuite } from "../status-index-store.suite.js";

describe("the SQLite status index store", () => {
  statusIndexStoreSuite(async () => {
    const folder = mkdtempSync(join(tmpdir(), "tally-status-"));
    const databases = [openDatabase(join(folder, "store.db")), openDatabase(join(folder, "store.db"))] as const;
    return {
      store: sqliteStatusIndexStore(databases[0]),
      another: sqliteStatusIndexStore(databases[1]),
      close: async () => {
        for (const database of databases) database.close();
        rmSync(folder, { recursive: true, force: true });
      },
    };
  });
});
