// SPDX-License-Identifier: Apache-2.0
import { equalBytes } from "../../core/bytes.js";
import type { CatalogueStore, PublishedType } from "../../domain/catalogue/index.js";
import { bytesOf } from "./bytes.js";
import type { MongoDatabase } from "./database.js";
import type { TypeDefinitionDocument } from "./documents.js";
import { withWords } from "./failures.js";

export function mongoCatalogueStore(database: MongoDatabase): CatalogueStore {
  const types = database.collection("typeDefinitions");
  const idOf = (typeCode: string, version: number) => `${typeCode}/${version}`;

  return withWords("type definitions", {
    publish: ({ typeCode, version, digest, definition }, event) =>
      database.logged(async (write) => {
        const _id = idOf(typeCode, version);
        const existing = await types.findOne({ _id }, { session: write.session });
        if (existing !== null) return equalBytes(bytesOf(existing.digest), digest) ? "same" : "different";
        await write.insert("typeDefinitions", [{ _id, typeCode, version, digest, definition, retiredAt: null }]);
        write.append(event);
        return "published";
      }),

    async findType(typeCode, version) {
      const type = await types.findOne({ _id: idOf(typeCode, version) });
      return type === null ? null : publishedType(type);
    },

    async latestType(typeCode) {
      const type = await types.findOne({ typeCode, retiredAt: null }, { sort: { version: -1 } });
      return type === null ? null : publishedType(type);
    },

    async listTypes() {
      return (await types.find().sort({ typeCode: 1, version: 1 }).toArray()).map(publishedType);
    },

    retire: (typeCode, version, at, event) =>
      database.logged(async (write) => {
        const filter = { _id: idOf(typeCode, version), retiredAt: null };
        const retired = await types.updateOne(filter, { $set: { retiredAt: at } }, { session: write.session });
        if (retired.matchedCount > 0) write.append(event);
        return retired.matchedCount > 0;
      }),
  } satisfies CatalogueStore);
}

function publishedType({ typeCode, version, digest, definition, retiredAt }: TypeDefinitionDocument): PublishedType {
  return { typeCode, version, digest: bytesOf(digest), definition: bytesOf(definition), retiredAt };
}
