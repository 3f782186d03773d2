// SPDX-License-Identifier: Apache-2.0
import { openDatabase } from "../../../src/adapters/sqlite/database.js";
import { sqliteMirrorStore } from "../../../src/adapters/sqlite/mirror-store.js";
import { mirrorStoreSuite } from "../mirror-store.suite.js";

describe("the SQLite mirror store", () => {
  mirrorStoreSuite(async () => {
    const database = openDatabase(":memory:");
    return { store: sqliteMirrorStore(database), close: async () => database.close() };
  });
});
