// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { sqliteAgencyStore } from "../../../src/adapters/sqlite/agency-store.js";
import { sqliteAnchoringStore } from "../../../src/adapters/sqlite/anchoring-store.js";
import { sqliteAuditStore } from "../../../src/adapters/sqlite/audit-store.js";
import { sqliteCertificateStore } from "../../../src/adapters/sqlite/certificate-store.js";
import { copiesUnanchoredOfKey, sqliteCopyStore } from "../../../src/adapters/sqlite/copy-store.js";
import { type Database, openDatabase, type SqlValue } from "../../../src/adapters/sqlite/database.js";
import { sqliteStoredRecords } from "../../../src/adapters/sqlite/stored-records.js";
import { copyNumbered, describeCopyStore } from "../copy-store.suite.js";
import { eventAbout } from "../issued.js";

describeCopyStore("in SQLite", async () => {
  const database = openDatabase(":memory:");
  return {
    store: sqliteCopyStore(database),
    certificates: sqliteCertificateStore(database),
    agencies: sqliteAgencyStore(database),
    anchoring: sqliteAnchoringStore(database),
    records: sqliteStoredRecords(database),
    audit: sqliteAuditStore(database),
    close: async () => database.close(),
  };
});

describe("in SQLite: readers' copies are found by an index:", () => {
  const shapes: readonly [string, (database: Database) => unknown, string][] = [
    ["one", (database) => sqliteCopyStore(database).findCopy("x", "n"), "sqlite_autoindex_copies_2"],
    [
      "those of a licence",
      (database) => sqliteCopyStore(database).copiesOf("x", { after: 0, limit: 5 }),
      "copies_made",
    ],
    [
      "what a new one depends on",
      (database) => sqliteCopyStore(database).addCopy(copyNumbered(1), eventAbout("x")),
      "sqlite_autoindex_certificates",
    ],
    ["how many there are", (database) => sqliteCopyStore(database).countCopies("x"), "copies_made"],
    ["those that a key waits for", (database) => copiesUnanchoredOfKey(database, new Uint8Array(32)), "copies_pending"],
  ];
  for (const [what, ask, index] of shapes)
    it(what, async () => {
      const database = openDatabase(":memory:");
      const asked: (readonly [string, ...SqlValue[]])[] = [];
      await ask({
        ...database,
        write: (work) => database.write(work),
        get(sql, ...values) {
          asked.push([sql, ...values]);
          return database.get(sql, ...values);
        },
        all(sql, ...values) {
          asked.push([sql, ...values]);
          return database.all(sql, ...values);
        },
      });
      const plans = asked.flatMap(([sql, ...values]) =>
        database.all<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`, ...values).map(({ detail }) => detail),
      );
      database.close();
      expect(plans.join("\n")).to.contain(index);
      expect(plans.filter((step) => /^SCAN (?!CONSTANT)|TEMP B-TREE/.test(step))).to.deep.equal([]);
    });
});
