// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { sqliteAnchoringStore } from "../../../src/adapters/sqlite/anchoring-store.js";
import { sqliteAuditStore } from "../../../src/adapters/sqlite/audit-store.js";
import { sqliteCertificateStore } from "../../../src/adapters/sqlite/certificate-store.js";
import { openDatabase } from "../../../src/adapters/sqlite/database.js";
import { sqliteIdempotencyStore } from "../../../src/adapters/sqlite/idempotency-store.js";
import { sqliteMirrorStore } from "../../../src/adapters/sqlite/mirror-store.js";
import { sqliteSealStore } from "../../../src/adapters/sqlite/seal-store.js";
import { sqliteStatusIndexStore } from "../../../src/adapters/sqlite/status-index-store.js";
import { sqliteStoredRecords } from "../../../src/adapters/sqlite/stored-records.js";
import { storedRecordsSuite } from "../stored-records.suite.js";

describe("the records stored in SQLite", () => {
  storedRecordsSuite(async () => {
    const database = openDatabase(":memory:");
    return {
      records: sqliteStoredRecords(database),
      certificates: sqliteCertificateStore(database),
      anchoring: sqliteAnchoringStore(database),
      mirror: sqliteMirrorStore(database),
      audit: sqliteAuditStore(database),
      requests: sqliteIdempotencyStore(database),
      statusIndices: sqliteStatusIndexStore(database),
      seals: sqliteSealStore(database),
      close: async () => database.close(),
    };
  });

  it("tell of a trigger that is gone, a table that is not ours and a reference that leads nowhere", async () => {
    const database = openDatabase(":memory:");
    database.run("PRAGMA foreign_keys = OFF");
    database.run("DROP TRIGGER certificates_kept");
    database.run("CREATE TABLE notes (text TEXT)");
    database.run("INSERT INTO agency_types (agency, type_code) VALUES ('a', 't')");
    const faults = await sqliteStoredRecords(database).faults();
    database.close();
    expect(faults.map(({ collection, key, field }) => `${collection} ${key} ${field}`)).to.have.members([
      "sqlite_schema certificates_kept sql",
      "sqlite_schema notes sql",
      "agency_types a row agency",
    ]);
  });
});
