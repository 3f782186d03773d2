// SPDX-License-Identifier: Apache-2.0
import { equalBytes } from "../../core/bytes.js";
import type { CatalogueStore, PublishedType } from "../../domain/catalogue/index.js";
import { appendEvent } from "./audit-store.js";
import type { Database } from "./database.js";

export function sqliteCatalogueStore(database: Database): CatalogueStore {
  const find = (typeCode: string, version: number): PublishedType | null => {
    const sql = "SELECT * FROM type_definitions WHERE type_code = ? AND version = ?";
    const row = database.get<TypeRow>(sql, typeCode, version);
    return row === null ? null : publishedType(row);
  };

  return {
    async publish({ typeCode, version, digest, definition }, event) {
      return database.write(() => {
        const existing = find(typeCode, version);
        if (existing !== null) return equalBytes(existing.digest, digest) ? "same" : "different";
        database.run(
          "INSERT INTO type_definitions (type_code, version, digest, definition) VALUES (?, ?, ?, ?)",
          ...[typeCode, version, digest, definition],
        );
        appendEvent(database, event);
        return "published";
      });
    },

    async findType(typeCode, version) {
      return find(typeCode, version);
    },

    async latestType(typeCode) {
      const sql =
        "SELECT * FROM type_definitions WHERE type_code = ? AND retired_at IS NULL ORDER BY version DESC LIMIT 1";
      const row = database.get<TypeRow>(sql, typeCode);
      return row === null ? null : publishedType(row);
    },

    async listTypes() {
      return database.all<TypeRow>("SELECT * FROM type_definitions ORDER BY type_code, version").map(publishedType);
    },

    async retire(typeCode, version, at, event) {
      return database.write(() => {
        const sql =
          "UPDATE type_definitions SET retired_at = ? WHERE type_code = ? AND version = ? AND retired_at IS NULL";
        if (database.run(sql, at, typeCode, version).changes === 0) return false;
        appendEvent(database, event);
        return true;
      });
    },
  };
}

interface TypeRow {
  readonly type_code: string;
  readonly version: number;
  readonly digest: Uint8Array;
  readonly definition: Uint8Array;
  readonly retired_at: number | null;
}

function publishedType({ type_code, version, digest, definition, retired_at }: TypeRow): PublishedType {
  return { typeCode: type_code, version, digest, definition, retiredAt: retired_at };
}
