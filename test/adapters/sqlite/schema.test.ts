// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { nodeCrypto } from "../../../src/adapters/node-crypto/index.js";
import { sqliteAgencyStore } from "../../../src/adapters/sqlite/agency-store.js";
import { sqliteAnchoringStore } from "../../../src/adapters/sqlite/anchoring-store.js";
import { sqliteCatalogueStore } from "../../../src/adapters/sqlite/catalogue-store.js";
import { sqliteCertificateStore } from "../../../src/adapters/sqlite/certificate-store.js";
import { sqliteCopyStore } from "../../../src/adapters/sqlite/copy-store.js";
import { type Database, openDatabase } from "../../../src/adapters/sqlite/database.js";
import { sqliteSealStore } from "../../../src/adapters/sqlite/seal-store.js";
import { auditHeadBatch } from "../../../src/domain/anchoring/index.js";
import type { AuditEvent } from "../../../src/domain/audit/index.js";
import type { SealCertificateRecord } from "../../../src/domain/seals/index.js";
import { addAgency, copyNumbered } from "../copy-store.suite.js";
import { digestOf, newCertificate, sealLeafOf } from "../issued.js";

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
    const seals = sqliteSealStore(database);
    await seals.addSealCertificate(sealCertificate, event);
    const list = { ca: "ca", number: 1, thisUpdate: 1, nextUpdate: 2, list: new Uint8Array(1) };
    await seals.putRevocationList(list, null, event);
    const sealed = { certificate: newCertificate(1).identifier, fileDigest: new Uint8Array(32) };
    await seals.addSeal(
      { ...sealed, serial: "0a", sealedAt: 1, reason: "r", room: 1, cms: new Uint8Array(1) },
      null,
      sealLeafOf(1),
      () => event,
    );
    const ofSeal = { region: "340000", root: "01".repeat(32), size: 1, tileRoots: new Uint8Array(32) };
    await store.stageBatch(lease, { ...ofSeal, entries: (await store.pendingWork(1)).entries }, 1);
    await seals.revokeSealCertificate("0a", { at: 1, reason: "superseded" }, event);
    await addAgency(sqliteAgencyStore(database));
    await sqliteCopyStore(database).addCopy(copyNumbered(1, 1), event);
    const ofCopy = { region: "340000", root: "02".repeat(32), size: 1, tileRoots: new Uint8Array(32) };
    await store.stageBatch(lease, { ...ofCopy, entries: (await store.pendingWork(1)).entries }, 1);
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
    ["the place of a staged seal", "UPDATE seal_entries SET batch_index = 7", /staged seal never leaves/],
    ["whose place it is", "UPDATE seal_entries SET ordinal = 7", /staged seal never leaves/],
    ["the number of places downwards", "DELETE FROM seal_entries", /seal is never removed/],
    ["a published type", "UPDATE type_definitions SET definition = x'00'", /published type definition never changes/],
    ["the number of types downwards", "DELETE FROM type_definitions", /published type definition is never removed/],
    ["a certificate of a seal", "UPDATE seal_certificates SET holder = 'x'", /certificate of a seal never changes/],
    ["the picture of a seal", "UPDATE seal_certificates SET star = 0", /certificate of a seal never changes/],
    ["the number of these downwards", "DELETE FROM seal_certificates", /certificate of a seal is never removed/],
    [
      "a revocation",
      "UPDATE seal_certificates SET revoked_at = NULL, revocation_reason = NULL",
      /revocation never changes/,
    ],
    ["a revocation list for an older one", "UPDATE revocation_lists SET number = 0", /gives way to a later one alone/],
    [
      "the CA of a revocation list",
      "UPDATE revocation_lists SET ca = 'x', number = 2",
      /gives way to a later one alone/,
    ],
    ["the number of lists downwards", "DELETE FROM revocation_lists", /gives way to a later one alone/],
    ["a seal", "UPDATE seals SET cms = x'00'", /seal never changes/],
    ["the number of seals downwards", "DELETE FROM seals", /seal is never removed/],
    ["a copy", "UPDATE copies SET statement = x'00'", /copy never changes/],
    ["the place of a staged copy", "UPDATE copies SET batch_index = 7", /staged copy never leaves/],
    ["the number of copies downwards", "DELETE FROM copies", /copy is never removed/],
    ["an audit event", "UPDATE audit_events SET actor_id = 'nobody'", /audit log is append-only/],
    ["the number of audit events downwards", "DELETE FROM audit_events", /audit log is append-only/],
  ] as const) {
    it(what, () => {
      expect(() => database.run(sql)).to.throw(why);
    });
  }
});

const sealCertificate: SealCertificateRecord = {
  ...{ serial: "0a", holder: "A", keyDigest: "aa", ca: "ca", certificate: new Uint8Array(1) },
  ...{ validity: { from: 0, until: 9 }, appearance: { name: "样例局", code: "1234", star: true }, revocation: null },
};

const event: AuditEvent = {
  ...{ time: 0, action: "certificate-issued", object: "x", requestId: "r", result: "done" },
  actor: { kind: "system", id: "test", role: "operator" },
};
