// SPDX-License-Identifier: Apache-2.0
import { sqliteApiTokenStore } from "../../../src/adapters/sqlite/api-token-store.js";
import { sqliteAuditStore } from "../../../src/adapters/sqlite/audit-store.js";
import { openDatabase } from "../../../src/adapters/sqlite/database.js";
import { apiTokenStoreSuite } from "../api-token-store.suite.js";

describe("SQLite store of API tokens", () => {
  apiTokenStoreSuite(async () => {
    const database = openDatabase(":memory:");
    return { store: sqliteApiTokenStore(database), audit: sqliteAuditStore(database) };
  });
});
