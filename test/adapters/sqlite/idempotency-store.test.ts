// SPDX-License-Identifier: Apache-2.0
import { openDatabase } from "../../../src/adapters/sqlite/database.js";
import { sqliteIdempotencyStore } from "../../../src/adapters/sqlite/idempotency-store.js";
import { idempotencyStoreSuite } from "../idempotency-store.suite.js";

describe("SQLite store of idempotency keys", () => {
  idempotencyStoreSuite(async () => sqliteIdempotencyStore(openDatabase(":memory:")));
});
