// SPDX-License-Identifier: Apache-2.0
import { sqliteAlarmStore, sqliteCursorStore } from "../../../src/adapters/sqlite/alarm-store.js";
import { sqliteAnchoringStore } from "../../../src/adapters/sqlite/anchoring-store.js";
import { sqliteCertificateStore } from "../../../src/adapters/sqlite/certificate-store.js";
import { openDatabase } from "../../../src/adapters/sqlite/database.js";
import { sqliteStatusQueue } from "../../../src/adapters/sqlite/status-queue.js";
import { anchoringStoreSuite } from "../anchoring-store.suite.js";
import { statusQueueSuite } from "../status-queue.suite.js";
import { watchStoreSuite } from "../watch-store.suite.js";

function open() {
  const database = openDatabase(":memory:");
  return { database, certificates: sqliteCertificateStore(database), close: async () => database.close() };
}

describe("the SQLite anchoring store", () => {
  anchoringStoreSuite(async () => {
    const { database, ...harness } = open();
    return { ...harness, store: sqliteAnchoringStore(database) };
  });
});

describe("the SQLite status queue", () => {
  statusQueueSuite(async () => {
    const { database, ...harness } = open();
    return { ...harness, store: sqliteStatusQueue(database) };
  });
});

describe("the SQLite store of alarms and cursors", () => {
  watchStoreSuite(async () => {
    const { database, ...harness } = open();
    return { ...harness, store: { ...sqliteAlarmStore(database), ...sqliteCursorStore(database) } };
  });
});
