// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { sqliteAuditStore } from "../../../src/adapters/sqlite/audit-store.js";
import { sqliteCertificateStore } from "../../../src/adapters/sqlite/certificate-store.js";
import { openDatabase } from "../../../src/adapters/sqlite/database.js";
import { sqlitePickUpStore } from "../../../src/adapters/sqlite/pick-up-store.js";
import type { AuditAction, AuditEvent } from "../../../src/domain/audit/index.js";
import { digestOf, identifierOf, issue } from "../issued.js";
import { pickUpStoreSuite } from "../pick-up-store.suite.js";

describe("SQLite store of pick-up links", () => {
  pickUpStoreSuite(async () => {
    const database = openDatabase(":memory:");
    const certificates = sqliteCertificateStore(database);
    return { store: sqlitePickUpStore(database), certificates, audit: sqliteAuditStore(database) };
  });

  it("counts wrong codes of several instances together, and remembers them after a restart", async () => {
    const folder = mkdtempSync(join(tmpdir(), "tally-pick-up-"));
    const path = join(folder, "store.sqlite");
    const event = (action: AuditAction): AuditEvent => ({
      ...{ time: 0, action, object: "x", requestId: "r", result: "done" },
      actor: { kind: "system", id: "test", role: "operator" },
    });
    const events = { wrong: event("pick-up-code-wrong"), locked: event("pick-up-locked") };
    const one = openDatabase(path);
    const other = openDatabase(path);
    try {
      await issue(sqliteCertificateStore(one), 1);
      const id = "a".repeat(22);
      const hashes = { secretHash: digestOf("s"), codeHash: digestOf("c") };
      const link = { id, certificate: identifierOf(0), agency: "a", keyId: "k", ...hashes, madeAt: 0, expiresAt: 100 };
      await sqlitePickUpStore(one).addFirst([{ link, event: event("pick-up-link-made") }]);
      for (const database of [one, other, one, other])
        await sqlitePickUpStore(database).countWrongCode(id, { limit: 5, at: 1 }, events);
      one.close();
      const again = openDatabase(path);
      const last = await sqlitePickUpStore(again).countWrongCode(id, { limit: 5, at: 2 }, events);
      expect(last).to.deep.include({ wrongCodes: 5, lockedAt: 2 });
      again.close();
    } finally {
      other.close();
      rmSync(folder, { recursive: true });
    }
  });
});
