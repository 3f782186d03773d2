// SPDX-License-Identifier: Apache-2.0
import { sqliteAgencyStore } from "../../../src/adapters/sqlite/agency-store.js";
import { sqliteAuditStore } from "../../../src/adapters/sqlite/audit-store.js";
import { openDatabase } from "../../../src/adapters/sqlite/database.js";
import { agencyStoreSuite } from "../agency-store.suite.js";

describe("the SQLite agency store", () => {
  agencyStoreSuite(async () => {
    const database = openDatabase(":memory:");
    const close = async () => database.close();
    return { store: sqliteAgencyStore(database), audit: sqliteAuditStore(database), close };
  });
});
