// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { nodeCrypto } from "../../../src/adapters/node-crypto/index.js";
import { sqliteAnchoringStore } from "../../../src/adapters/sqlite/anchoring-store.js";
import { sqliteCatalogueStore } from "../../../src/adapters/sqlite/catalogue-store.js";
import { sqliteCertificateStore } from "../../../src/adapters/sqlite/certificate-store.js";
import { type Database, openDatabase } from "../../../src/adapters/sqlite/database.js";
import { auditHeadBatch } from "../../../src/domain/anchoring/index.js";
import type { AuditEvent } from "../../../src/domain/audit/index.js";
import { digestOf, newCertificate } from "../issued.js";

describe("the SQLite schema refuses to change", () => {
  let database: Database;
  beforeEach(async () => {
    database = openDatabase(":memory:");
    await sqliteCertificateStore(database).addIssued([{ certificate: newCertificate(1), event }]);
    await sqliteCatalogueStore(database).publish(
      { typeCode: "T", version: 1, digest: digestOf("type", 1), definition: new Uint8Array(1) },
      event,
    );
    const store = sqliteAnchoringStore(database);
    const { entries } = await store.pendingWork(1);
    const lease = (await store.claimLease("anchor", "test", 0, 1_000))!;
    await store.stageBatch(
      lease,
      { region: "340000", root: "00".repeat(32), size: 1, entries, tileRoots: new Uint8Array(32) },
      1,
    );
    const { head } = (await store.uncoveredEvents())!;
    await store.stageAuditHead(lease, auditHeadBatch(nodeCrypto, "340000", head), 1);
  });
  afterEach(() => database.close());

  for (const [what, sql, why] of [
    ["the bytes of a certificate", "UPDATE halves SET certificate = x'00'", /signed certificate never changes/],
    ["the bytes of a token", "UPDATE halves SET token = x'00'", /signed certificate never changes/],
    ["which certificate has them", "UPDATE halves SET seq = 7", /signed certificate never changes/],
    ["the number of halves downwards", "DELETE FROM halves", /signed certificate is never removed/],
    ["the status index", "UPDATE certificates SET status_index = 7", /signed certificate never changes/],
    ["the number of certificates downwards", "DELETE FROM certificates", /signed certificate is never removed/],
    ["the tile roots of a batch", "UPDATE batches SET tile_roots = x'00'", /staged batch never changes/],
    ["the leaves of a batch", "UPDATE batch_tiles SET leaves = x'00'", /staged batch never changes/],
    ["the number of tiles downwards", "DELETE FROM batch_tiles", /staged batch is never removed/],
    ["the number of batches downwards", "DELETE FROM batches", /staged batch is never removed/],
    ["what a batch is a head of", "UPDATE audit_heads SET hash = x'00'", /staged batch never changes/],
    ["the number of heads downwards", "DELETE FROM audit_heads", /staged batch is never removed/],
    ["a published type", "UPDATE type_definitions SET definition = x'00'", /published type definition never changes/],
    ["the number of types downwards", "DELETE FROM type_definitions", /published type definition is never removed/],
    ["an audit event", "UPDATE audit_events SET actor_id = 'nobody'", /audit log is append-only/],
    ["the number of audit events downwards", "DELETE FROM audit_events", /audit log is append-only/],
  ] as const) {
    it(what, () => {
      expect(() => database.run(sql)).to.throw(why);
    });
  }
});

const event: AuditEvent = {
  ...{ time: 0, action: "certificate-issued", object: "x", requestId: "r", result: "done" },
  actor: { kind: "system", id: "test", role: "operator" },
};
