// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { sqliteAuditStore } from "../../../src/adapters/sqlite/audit-store.js";
import { sqliteCertificateStore } from "../../../src/adapters/sqlite/certificate-store.js";
import { type Database, openDatabase, type SqlValue } from "../../../src/adapters/sqlite/database.js";
import { sqliteSealStore } from "../../../src/adapters/sqlite/seal-store.js";
import type { SealStore } from "../../../src/domain/seals/index.js";
import { eventAbout, issue } from "../issued.js";
import { describeSealStore } from "../seal-store.suite.js";

describeSealStore("in SQLite", async () => {
  const database = openDatabase(":memory:");
  const audit = sqliteAuditStore(database);
  return {
    store: sqliteSealStore(database),
    logged: async () =>
      (await audit.list({ order: "oldest-first", limit: 100 })).map(({ action, object }) => [action, object] as const),
    licence: (n) => issue(sqliteCertificateStore(database), 1, { first: n }),
    close: async () => database.close(),
  };
});

describe("in SQLite: certificates of seals and seals are found by an index:", () => {
  const shapes: readonly [string, (store: SealStore) => Promise<unknown>, string][] = [
    ["by serial", (store) => store.findSealCertificate("0a"), "sqlite_autoindex_seal_certificates_1"],
    ["by holder", (store) => store.sealCertificatesOf("A"), "seal_certificates_holder"],
    ["the newest in force", (store) => store.sealCertificatesInForce(0, 50), "seal_certificates_good"],
    ["those revoked", (store) => store.revokedUnder("ca"), "seal_certificates_revoked"],
    [
      "what is to be revoked",
      (store) => store.revokeSealCertificate("0a", { at: 0, reason: "superseded" }, eventAbout("x")),
      "sqlite_autoindex_seal_certificates_1",
    ],
    ["the newest list", (store) => store.newestRevocationList("ca"), "sqlite_autoindex_revocation_lists_1"],
    ["seals on a file", (store) => store.sealsOn("x", 8), "sqlite_autoindex_seals_1"],
  ];
  for (const [what, ask, index] of shapes)
    it(what, async () => {
      const database = openDatabase(":memory:");
      const asked: (readonly [string, ...SqlValue[]])[] = [];
      await ask(sqliteSealStore(noting(database, asked)));
      const plans = asked.flatMap(([sql, ...values]) =>
        database.all<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`, ...values).map(({ detail }) => detail),
      );
      database.close();
      expect(plans.join("\n")).to.contain(index);
      // In the order of the index that has the good ones alone, as far as the limit.
      const scans = plans.filter((step) => step.startsWith("SCAN") && !step.endsWith("seal_certificates_good"));
      expect(scans).to.deep.equal([]);
      expect(plans.filter((step) => step.includes("TEMP B-TREE"))).to.deep.equal([]);
    });
});

/** Writes down every statement. */
function noting(database: Database, asked: (readonly [string, ...SqlValue[]])[]): Database {
  return {
    get(sql, ...values) {
      asked.push([sql, ...values]);
      return database.get(sql, ...values);
    },
    all(sql, ...values) {
      asked.push([sql, ...values]);
      return database.all(sql, ...values);
    },
    run(sql, ...values) {
      asked.push([sql, ...values]);
      return database.run(sql, ...values);
    },
    write: (work) => database.write(work),
    read: (work) => database.read(work),
    close: () => database.close(),
  };
}
