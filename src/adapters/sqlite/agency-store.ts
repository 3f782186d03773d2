// SPDX-License-Identifier: Apache-2.0
import { fromHex, toHex } from "../../core/hex.js";
import type { Agency, AgencyStore } from "../../domain/agencies/index.js";
import type { AuditEvent } from "../../domain/audit/index.js";
import { appendEvent } from "./audit-store.js";
import type { Database } from "./database.js";

export function sqliteAgencyStore(database: Database): AgencyStore {
  /** Appends the event when the statement changed something, in one transaction. */
  const writeOnce = (event: AuditEvent, change: () => { changes: number }): boolean =>
    database.write(() => {
      if (change().changes === 0) return false;
      appendEvent(database, event);
      return true;
    });

  return {
    async addAgency({ code, name, region, areaCode, did, keyDigest, suspended }, event) {
      const key = keyDigest === null ? null : fromHex(keyDigest);
      return writeOnce(event, () =>
        database.run(
          `INSERT INTO agencies (code, name, region, area_code, did, key_digest, suspended)
           VALUES (?, ?, ?, ?, ?, ?, ?)
           ON CONFLICT DO NOTHING`,
          ...[code, name, region, areaCode, did, key, suspended ? 1 : 0],
        ),
      );
    },

    async setKey(code, keyDigest, event) {
      const key = keyDigest === null ? null : fromHex(keyDigest);
      return writeOnce(event, () => database.run("UPDATE agencies SET key_digest = ? WHERE code = ?", key, code));
    },

    async setSuspended(code, suspended, event) {
      const value = suspended ? 1 : 0;
      const sql = "UPDATE agencies SET suspended = ? WHERE code = ? AND suspended <> ?";
      return writeOnce(event, () => database.run(sql, value, code, value));
    },

    async findAgency(code) {
      const row = database.get<AgencyRow>("SELECT * FROM agencies WHERE code = ?", code);
      return row === null ? null : agencyOf(row);
    },

    async listAgencies() {
      return database.all<AgencyRow>("SELECT * FROM agencies ORDER BY code").map(agencyOf);
    },

    async authorise(code, typeCode, event) {
      return writeOnce(event, () =>
        database.run(
          "INSERT INTO agency_types (agency, type_code) VALUES (?, ?) ON CONFLICT DO NOTHING",
          code,
          typeCode,
        ),
      );
    },

    async withdraw(code, typeCode, event) {
      return writeOnce(event, () =>
        database.run("DELETE FROM agency_types WHERE agency = ? AND type_code = ?", code, typeCode),
      );
    },

    async isAuthorised(code, typeCode) {
      const sql = "SELECT 1 AS yes FROM agency_types WHERE agency = ? AND type_code = ?";
      return database.get(sql, code, typeCode) !== null;
    },

    async authorisedTypes(code) {
      const sql = "SELECT type_code FROM agency_types WHERE agency = ? ORDER BY type_code";
      return database.all<{ type_code: string }>(sql, code).map((row) => row.type_code);
    },
  };
}

interface AgencyRow {
  readonly code: string;
  readonly name: string;
  readonly region: string;
  readonly area_code: string;
  readonly did: string;
  readonly key_digest: Uint8Array | null;
  readonly suspended: number;
}

function agencyOf({ code, name, region, area_code, did, key_digest, suspended }: AgencyRow): Agency {
  const keyDigest = key_digest === null ? null : toHex(key_digest);
  return { code, name, region, areaCode: area_code, did, keyDigest, suspended: suspended === 1 };
}
