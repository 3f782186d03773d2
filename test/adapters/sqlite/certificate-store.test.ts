// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { sqliteAgencyStore } from "../../../src/adapters/sqlite/agency-store.js";
import { sqliteAnchoringStore } from "../../../src/adapters/sqlite/anchoring-store.js";
import { sqliteAuditStore } from "../../../src/adapters/sqlite/audit-store.js";
import { searchStatement } from "../../../src/adapters/sqlite/certificate-search.js";
import { sqliteCertificateStore } from "../../../src/adapters/sqlite/certificate-store.js";
import { openDatabase } from "../../../src/adapters/sqlite/database.js";
import { toHex } from "../../../src/core/hex.js";
import type { Agency } from "../../../src/domain/agencies/index.js";
import type { AuditEvent } from "../../../src/domain/audit/index.js";
import type { CertificateQuery, StatusAction } from "../../../src/domain/issuance/index.js";
import { certificateStoreSuite } from "../certificate-store.suite.js";
import { digestOf, newCertificate } from "../issued.js";

describe("the SQLite certificate store", () => {
  certificateStoreSuite(async () => {
    const folder = mkdtempSync(join(tmpdir(), "tally-certificates-"));
    const database = openDatabase(join(folder, "store.db"));
    const second = openDatabase(join(folder, "store.db"));
    return {
      store: sqliteCertificateStore(database),
      another: sqliteCertificateStore(second),
      audit: sqliteAuditStore(database),
      outbox: async () =>
        database
          .all<{ leaf_hash: Uint8Array }>("SELECT leaf_hash FROM outbox ORDER BY seq")
          .map(({ leaf_hash }) => leaf_hash),
      statusChanges: async () =>
        database
          .all<{ status_index: number; action: StatusAction }>(
            "SELECT status_index, action FROM status_changes ORDER BY seq",
          )
          .map(({ status_index, action }) => ({ statusIndex: status_index, action })),
      close: async () => {
        database.close();
        second.close();
        rmSync(folder, { recursive: true, force: true });
      },
    };
  });

  describe("search", () => {
    const agency = "A";
    const shapes: readonly [string, CertificateQuery, string][] = [
      ["an agency", { agency }, "certificates_date"],
      ["an agency and dates", { agency, issuedFrom: "2026-01-01", issuedTo: "2026-02-01" }, "certificates_date"],
      ["the valid ones", { agency, state: "valid" }, "certificates_date"],
      ["a state", { agency, state: "suspended" }, "certificates_state"],
      ["a type", { agency, typeCode: "T" }, "certificates_type"],
      ["a type and dates", { agency, typeCode: "T", issuedFrom: "2026-01-01" }, "certificates_type"],
      ["a type and a state", { agency, typeCode: "T", state: "cancelled" }, "certificates_type_state"],
      ["a number", { agency, number: "N" }, "certificates_number"],
      ["a number and a type", { agency, number: "N", typeCode: "T", state: "valid" }, "certificates_number"],
      ["held ones", { agency, held: true }, "certificates_held"],
      ["held ones of a type and state", { agency, held: true, typeCode: "T", state: "valid" }, "certificates_held"],
      ["an identifier", { identifier: "I" }, "sqlite_autoindex_certificates_1"],
      ["an identifier and an agency", { agency, identifier: "I", state: "valid" }, "sqlite_autoindex_certificates_1"],
      ["a holder", { holderCode: "H" }, "PRIMARY KEY"],
      ["a holder, type and state", { agency, holderCode: "H", typeCode: "T", state: "replaced" }, "PRIMARY KEY"],
    ];
    for (const [what, query, index] of shapes) {
      for (const after of [undefined, "2026-01-01/7"]) {
        it(`by ${what} uses its index${after === undefined ? "" : " on later pages"}`, () => {
          const database = openDatabase(":memory:");
          const { sql, values } = searchStatement(query, { ...(after === undefined ? {} : { after }), limit: 10 });
          const plan = database
            .all<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`, ...values)
            .map(({ detail }) => detail);
          expect(plan[0])
            .to.match(/^SEARCH/)
            .and.to.include(index);
          expect(plan.filter((step) => step.startsWith("SCAN"))).to.deep.equal([]);
          // Few rows are sorted where a code or a number leads to them; elsewhere the index has the order.
          const sorts = plan.some((step) => step.includes("TEMP B-TREE"));
          if (!("holderCode" in query || "number" in query || "identifier" in query)) expect(sorts).to.equal(false);
          database.close();
        });
      }
    }
  });

  it("finds what is held until a new version replaces it", async () => {
    const database = openDatabase(":memory:");
    const store = sqliteCertificateStore(database);
    const held = [1, 2, 3].map((n) => newCertificate(n, { key: "stolen" }));
    await store.addIssued([...held, newCertificate(4, { key: "good" })].map((certificate) => ({ certificate, event })));
    await sqliteAnchoringStore(database).holdPending(toHex(digestOf("key", "stolen")));
    database.run("UPDATE certificates SET state = 'replaced' WHERE id = ?", held[1]!.identifier);
    database.run("UPDATE certificates SET state = 'suspended' WHERE id = ?", held[2]!.identifier);
    const { rows } = await store.search({ agency: held[0]!.agency, held: true }, { limit: 10 });
    const found = [held[0]!.identifier, held[2]!.identifier];
    expect(rows.map(({ identifier }) => identifier)).to.have.members(found);
    database.close();
  });

  const event: AuditEvent = {
    ...{ time: 0, action: "certificate-issued", object: "x", requestId: "r", result: "done" },
    actor: { kind: "system", id: "test", role: "operator" },
  };

  it("refuses what was signed with a key that the agency has replaced", async () => {
    const database = openDatabase(":memory:");
    const certificate = newCertificate(1, { key: "first" });
    const agency = agencyOf(certificate);
    const agencies = sqliteAgencyStore(database);
    await agencies.addAgency(agency, event);
    await agencies.authorise(agency.code, certificate.typeCode, event);
    const store = sqliteCertificateStore(database);
    await agencies.setKey(agency.code, toHex(digestOf("key", "second")), event);
    const item = { certificate, event };
    expect(await store.addIssued([item])).to.deep.equal([{ stored: false, conflict: "key", existing: null }]);
    const fresh = { certificate: newCertificate(2, { key: "second" }), event };
    expect(await store.addIssued([fresh])).to.deep.equal([{ stored: true }]);
    database.close();
  });

  it("refuses what an agency signed that was suspended meanwhile, or lost the type", async () => {
    const database = openDatabase(":memory:");
    const certificate = newCertificate(1, { key: "first" });
    const agency = agencyOf(certificate);
    const agencies = sqliteAgencyStore(database);
    await agencies.addAgency(agency, event);
    const store = sqliteCertificateStore(database);
    const refused = [{ stored: false, conflict: "agency", existing: null }];
    expect(await store.addIssued([{ certificate, event }])).to.deep.equal(refused);
    await agencies.authorise(agency.code, certificate.typeCode, event);
    await agencies.setSuspended(agency.code, true, event);
    expect(await store.addIssued([{ certificate, event }])).to.deep.equal(refused);
    expect(database.get("SELECT 1 AS one FROM outbox")).to.equal(null);
    await agencies.setSuspended(agency.code, false, event);
    expect(await store.addIssued([{ certificate, event }])).to.deep.equal([{ stored: true }]);
    database.close();
  });
});

function agencyOf({ agency: code }: { readonly agency: string }): Agency {
  const did = `did:web:tally.example:agencies:${code}`;
  const keyDigest = toHex(digestOf("key", "first"));
  return { code, name: "样例局", region: "340000", areaCode: "340100", did, keyDigest, suspended: false };
}
