// SPDX-License-Identifier: Apache-2.0
import type { ApiToken, ApiTokenStore } from "../../domain/agencies/api-token-store.js";
import { bytesOf } from "./bytes.js";
import type { MongoDatabase } from "./database.js";
import type { ApiTokenDocument } from "./documents.js";
import { withWords } from "./failures.js";

export function mongoApiTokenStore(database: MongoDatabase): ApiTokenStore {
  const tokens = database.collection("apiTokens");
  return withWords("API tokens", {
    addToken: ({ id, ...token }, event) =>
      database.logged(async (write) => {
        const { secretHash } = token;
        const taken = await tokens.findOne({ $or: [{ _id: id }, { secretHash }] }, { session: write.session });
        if (taken !== null) return false;
        await write.insert("apiTokens", [{ _id: id, ...token }]);
        write.append(event);
        return true;
      }),

    async findToken(id) {
      const token = await tokens.findOne({ _id: id });
      return token === null ? null : tokenOf(token);
    },

    async listTokens(agency) {
      const found = await tokens
        .find(agency === undefined ? {} : { agency })
        .sort({ createdAt: 1, _id: 1 })
        .toArray();
      return found.map(tokenOf);
    },

    revokeToken: (id, at, event) =>
      database.logged(async (write) => {
        const { session } = write;
        const revoked = await tokens.updateOne({ _id: id, revokedAt: null }, { $set: { revokedAt: at } }, { session });
        if (revoked.matchedCount > 0) write.append(event);
        return revoked.matchedCount > 0;
      }),
  } satisfies ApiTokenStore);
}

function tokenOf({ _id: id, secretHash, ...token }: ApiTokenDocument): ApiToken {
  return { id, ...token, secretHash: bytesOf(secretHash) };
}
