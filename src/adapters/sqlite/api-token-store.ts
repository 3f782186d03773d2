// SPDX-License-Identifier: Apache-2.0
import type { ApiToken, ApiTokenStore } from "../../domain/agencies/api-token-store.js";
import { appendEvent } from "./audit-store.js";
import type { Database } from "./database.js";

const COLUMNS = "id, secret_hash, agency, types, role, label, created_at, expires_at, revoked_at";

export function sqliteApiTokenStore(database: Database): ApiTokenStore {
  return {
    async addToken(token, event) {
      const { id, secretHash, agency, types, role, label, createdAt, expiresAt, revokedAt } = token;
      return database.write(() => {
        const { changes } = database.run(
          `INSERT INTO api_tokens (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
          ...[id, secretHash, agency, JSON.stringify(types), role, label, createdAt, expiresAt, revokedAt],
        );
        if (changes > 0) appendEvent(database, event);
        return changes > 0;
      });
    },

    async findToken(id) {
      const row = database.get<TokenRow>(`SELECT ${COLUMNS} FROM api_tokens WHERE id = ?`, id);
      return row === null ? null : tokenOf(row);
    },

    async listTokens(agency) {
      const order = "ORDER BY created_at, id";
      const rows =
        agency === undefined
          ? database.all<TokenRow>(`SELECT ${COLUMNS} FROM api_tokens ${order}`)
          : database.all<TokenRow>(`SELECT ${COLUMNS} FROM api_tokens WHERE agency = ? ${order}`, agency);
      return rows.map(tokenOf);
    },

    async revokeToken(id, at, event) {
      return database.write(() => {
        const sql = "UPDATE api_tokens SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL";
        const { changes } = database.run(sql, at, id);
        if (changes > 0) appendEvent(database, event);
        return changes > 0;
      });
    },
  };
}

interface TokenRow {
  readonly id: string;
  readonly secret_hash: Uint8Array;
  readonly agency: string;
  readonly types: string;
  readonly role: ApiToken["role"];
  readonly label: string;
  readonly created_at: number;
  readonly expires_at: number | null;
  readonly revoked_at: number | null;
}

function tokenOf(row: TokenRow): ApiToken {
  return {
    id: row.id,
    secretHash: row.secret_hash,
    agency: row.agency,
    types: JSON.parse(row.types) as string[],
    role: row.role,
    label: row.label,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    revokedAt: row.revoked_at,
  };
}
