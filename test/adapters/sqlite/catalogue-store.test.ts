// SPDX-License-Identifier: Apache-2.0
import { sqliteAuditStore } from "../../../src/adapters/sqlite/audit-store.js";
import { sqliteCatalogueStore } from "../../../src/adapters/sqlite/catalogue-store.js";
import { openDatabase } from "../../../src/adapters/sqlite/database.js";
import { catalogueStoreSuite } from "../catalogue-store.suite.js";

describe("the SQLite catalogue store", () => {
  catalogueStoreSuite(async () => {
    const database = openDatabase(":memory:");
    const close = async () => database.close();
    return { store: sqliteCatalogueStore(database), audit: sqliteAuditStore(database), close };
  });
});
