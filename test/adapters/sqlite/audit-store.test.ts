// SPDX-License-Identifier: Apache-2.0
import { sqliteAuditStore } from "../../../src/adapters/sqlite/audit-store.js";
import { openDatabase } from "../../../src/adapters/sqlite/database.js";
import { auditStoreSuite } from "../audit-store.suite.js";

describe("the SQLite audit store", () => {
  auditStoreSuite(async () => {
    const database = openDatabase(":memory:");
    const attempt = (sql: string) => {
      try {
        database.run(sql);
        return "done" as const;
      } catch {
        return "refused" as const;
      }
    };
    return {
      store: sqliteAuditStore(database),
      tamper: async () => [attempt("UPDATE audit_events SET object = 'x'"), attempt("DELETE FROM audit_events")],
      close: async () => database.close(),
    };
  });
});
