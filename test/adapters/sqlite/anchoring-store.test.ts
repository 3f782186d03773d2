// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { sqliteAlarmStore, sqliteCursorStore } from "../../../src/adapters/sqlite/alarm-store.js";
import { sqliteAnchoringStore } from "../../../src/adapters/sqlite/anchoring-store.js";
import { sqliteAuditStore } from "../../../src/adapters/sqlite/audit-store.js";
import { sqliteCertificateStore } from "../../../src/adapters/sqlite/certificate-store.js";
import { type Database, openDatabase } from "../../../src/adapters/sqlite/database.js";
import { sqliteSealStore } from "../../../src/adapters/sqlite/seal-store.js";
import { sqliteStatusQueue } from "../../../src/adapters/sqlite/status-queue.js";
import { sqliteStoredRecords } from "../../../src/adapters/sqlite/stored-records.js";
import { anchoringStoreSuite } from "../anchoring-store.suite.js";
import { statusQueueSuite } from "../status-queue.suite.js";
import { alarmStoreSuite, cursorStoreSuite } from "../watch-store.suite.js";

function open() {
  const database = openDatabase(":memory:");
  return { database, certificates: sqliteCertificateStore(database), close: async () => database.close() };
}

describe("the SQLite anchoring store", () => {
  anchoringStoreSuite(async () => {
    const { database, ...harness } = open();
    const seals = sqliteSealStore(database);
    return { ...harness, store: sqliteAnchoringStore(database), seals, records: sqliteStoredRecords(database) };
  });

  it("finds what has to be issued again through indexes, in their order", async () => {
    const { database, close } = open();
    const plans: string[][] = [];
    const watched: Database = {
      ...database,
      read: (work) => database.read(work),
      get: (sql, ...values) => database.get(sql, ...values),
      all: (sql, ...values) => {
        const plan = database.all<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`, ...values);
        plans.push(plan.map(({ detail }) => detail));
        return database.all(sql, ...values);
      },
    };
    const query = { keyDigest: "ab".repeat(32), compromisedSince: 1, limit: 10 };
    await sqliteAnchoringStore(watched).certificatesToReissue(query);
    expect(plans).to.have.length(2);
    const steps = plans.flat();
    expect(steps.filter((step) => !step.startsWith("SEARCH"))).to.deep.equal([]);
    expect(steps.join()).to.include("certificates_batch").and.to.include("certificates_held");
    await close();
  });
});

describe("the SQLite status queue", () => {
  statusQueueSuite(async () => {
    const { database, ...harness } = open();
    return { ...harness, store: sqliteStatusQueue(database) };
  });
});

describe("the SQLite store of alarms", () => {
  alarmStoreSuite(async () => {
    const { database, close } = open();
    const store = sqliteAlarmStore(database);
    return { store, another: store, audit: sqliteAuditStore(database), close };
  });
});

describe("the SQLite store of cursors", () => {
  cursorStoreSuite(async () => {
    const { database, close } = open();
    return { store: sqliteCursorStore(database), close };
  });
});
