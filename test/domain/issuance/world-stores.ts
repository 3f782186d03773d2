// SPDX-License-Identifier: Apache-2.0
import {
  mongoAgencyStore,
  mongoAnchoringStore,
  mongoAuditStore,
  mongoCatalogueStore,
  mongoCertificateStore,
  mongoCopyStore,
  mongoIdempotencyStore,
  mongoStatusIndexStore,
  mongoStatusQueue,
} from "../../../src/adapters/mongo/index.js";
import { openDatabase } from "../../../src/adapters/sqlite/database.js";
import { useDatabase } from "../../adapters/mongo/cluster.js";
import { sqliteWorldStores, type WorldStores } from "./world.js";

/** Called inside a `describe`; what it gives opens empty stores, one set at a time. */
export type UseWorldStores = () => () => Promise<WorldStores>;

/** Every kind of stores to issue into. */
export const WORLD_STORES: Readonly<Record<string, UseWorldStores>> = {
  SQLite: () => {
    let database: ReturnType<typeof openDatabase> | undefined;
    afterEach(() => database?.close());
    return async () => {
      database = openDatabase(":memory:");
      return sqliteWorldStores(database);
    };
  },
  MongoDB: () => {
    const store = useDatabase("replica-set-of-one");
    return async () => {
      const { database } = store();
      return {
        certificates: mongoCertificateStore(database),
        agencies: mongoAgencyStore(database),
        audit: mongoAuditStore(database),
        catalogue: mongoCatalogueStore(database),
        statusIndices: mongoStatusIndexStore(database),
        copies: mongoCopyStore(database),
        idempotency: mongoIdempotencyStore(database),
        anchoring: { ...mongoAnchoringStore(database), ...mongoStatusQueue(database) },
      };
    };
  },
};
