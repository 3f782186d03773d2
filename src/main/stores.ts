// SPDX-License-Identifier: Apache-2.0
import { sqliteAgencyStore } from "../adapters/sqlite/agency-store.js";
import { sqliteAlarmStore, sqliteCursorStore } from "../adapters/sqlite/alarm-store.js";
import { sqliteAnchoringStore } from "../adapters/sqlite/anchoring-store.js";
import { sqliteApiTokenStore } from "../adapters/sqlite/api-token-store.js";
import { sqliteAuditStore } from "../adapters/sqlite/audit-store.js";
import { sqliteCatalogueStore } from "../adapters/sqlite/catalogue-store.js";
import { sqliteCertificateStore } from "../adapters/sqlite/certificate-store.js";
import { sqliteCopyStore } from "../adapters/sqlite/copy-store.js";
import { openDatabase } from "../adapters/sqlite/database.js";
import { sqliteIdempotencyStore } from "../adapters/sqlite/idempotency-store.js";
import { sqliteMirrorStore } from "../adapters/sqlite/mirror-store.js";
import { sqlitePickUpStore } from "../adapters/sqlite/pick-up-store.js";
import { sqliteSealStore } from "../adapters/sqlite/seal-store.js";
import { sqliteStatusIndexStore } from "../adapters/sqlite/status-index-store.js";
import { sqliteStatusQueue } from "../adapters/sqlite/status-queue.js";
import { sqliteStoredRecords } from "../adapters/sqlite/stored-records.js";
import { TallyError } from "../core/errors.js";
import type { AgencyStore, ApiTokenStore } from "../domain/agencies/index.js";
import {
  type AlarmStore,
  type AnchoringStore,
  type CursorStore,
  LocalStatusNews,
  type RestorationStore,
  type StatusNews,
  type StatusQueue,
} from "../domain/anchoring/index.js";
import type { AuditStore } from "../domain/audit/index.js";
import type { CatalogueStore } from "../domain/catalogue/index.js";
import type { CopyStore } from "../domain/copies/index.js";
import type { StoredRecords } from "../domain/examination/index.js";
import type { PickUpStore } from "../domain/holders/index.js";
import type { IdempotencyStore } from "../domain/issuance/idempotency-store.js";
import type { CertificateStore, StatusIndexStore } from "../domain/issuance/index.js";
import type { SealStore } from "../domain/seals/index.js";
import type { MirrorStore } from "../domain/sharing/index.js";
import { restoredFile } from "./backup/restored-file.js";
import { type Config, inheritedEnvironment } from "./config.js";
import type { DataDirectory } from "./data-directory.js";
import { findMongod } from "./mongod/find-mongod.js";
import { type LocalMongod, openLocalMongod } from "./mongod/local-mongod.js";

/** Everything that a deployment remembers, whatever remembers it. */
export interface Stores {
  readonly agencies: AgencyStore;
  readonly anchoring: AnchoringStore & StatusQueue & AlarmStore & CursorStore;
  readonly apiTokens: ApiTokenStore;
  readonly audit: AuditStore;
  readonly catalogue: CatalogueStore;
  readonly certificates: CertificateStore;
  /** Readers' copies. */
  readonly copies: CopyStore;
  readonly idempotency: IdempotencyStore;
  readonly mirror: MirrorStore;
  readonly pickUps: PickUpStore;
  /** Certificates of seals, revocation lists, and the seals on files. */
  readonly seals: SealStore;
  readonly statusIndices: StatusIndexStore;
  readonly statusNews: StatusNews;
  /** Whether the store was put back and not compared with the chain yet. */
  readonly restoration: RestorationStore;
  /** For an examination of all that is stored. */
  readonly records: StoredRecords;
  /** Resolves when a store that this process started has ended by itself. */
  readonly ended: Promise<void>;
  close(): Promise<void>;
}

export interface OpenStoresOptions {
  readonly config: Config;
  readonly directory: DataDirectory;
  readonly say: (line: string) => void;
  /** The office of a network has a log and no region. */
  readonly withoutRegion?: boolean;
}

/** The stores of the data directory, of the kind that is configured; a new one is made. */
export async function openStores(options: OpenStoresOptions): Promise<Stores> {
  return options.config.store === "mongodb" ? openMongoStores(options) : openSqliteStores(options.directory);
}

/** Rejects as `openStores` would when the MongoDB of a URL cannot be used, so that nothing else need be begun or made before. */
export async function tryMongodbUrl(options: OpenStoresOptions): Promise<void> {
  if (options.config.mongodbUrl !== null) await (await openMongoStores(options)).close();
}

function openSqliteStores(directory: DataDirectory): Stores {
  const database = openDatabase(directory.store);
  const statusNews = new LocalStatusNews();
  return {
    agencies: sqliteAgencyStore(database),
    anchoring: {
      ...sqliteAnchoringStore(database),
      ...sqliteStatusQueue(database),
      ...sqliteAlarmStore(database),
      ...sqliteCursorStore(database),
    },
    apiTokens: sqliteApiTokenStore(database),
    audit: sqliteAuditStore(database),
    catalogue: sqliteCatalogueStore(database),
    certificates: sqliteCertificateStore(database, { onStatusQueued: () => statusNews.announce() }),
    copies: sqliteCopyStore(database),
    idempotency: sqliteIdempotencyStore(database),
    mirror: sqliteMirrorStore(database),
    pickUps: sqlitePickUpStore(database),
    seals: sqliteSealStore(database),
    statusIndices: sqliteStatusIndexStore(database),
    statusNews,
    restoration: restoredFile(directory),
    records: sqliteStoredRecords(database),
    ended: never(),
    close: async () => database.close(),
  };
}

async function openMongoStores({ config, directory, say, withoutRegion = false }: OpenStoresOptions): Promise<Stores> {
  // The driver is a part of what a command loads that most deployments have no use for.
  const mongo = await import("../adapters/mongo/index.js");
  const local = config.mongodbUrl === null ? await localMongod(config, directory, say) : null;
  try {
    const url = config.mongodbUrl ?? local!.url;
    const database = await mongo.openMongo({ url, region: withoutRegion ? null : config.region, onWaiting: say });
    return {
      agencies: mongo.mongoAgencyStore(database),
      anchoring: {
        ...mongo.mongoAnchoringStore(database),
        ...mongo.mongoStatusQueue(database),
        ...mongo.mongoAlarmStore(database),
        ...mongo.mongoCursorStore(database),
      },
      apiTokens: mongo.mongoApiTokenStore(database),
      audit: mongo.mongoAuditStore(database),
      catalogue: mongo.mongoCatalogueStore(database),
      certificates: mongo.mongoCertificateStore(database),
      copies: mongo.mongoCopyStore(database),
      idempotency: mongo.mongoIdempotencyStore(database),
      mirror: mongo.mongoMirrorStore(database),
      pickUps: mongo.mongoPickUpStore(database),
      seals: mongo.mongoSealStore(database),
      statusIndices: mongo.mongoStatusIndexStore(database),
      statusNews: mongo.mongoStatusNews(database, {
        onBroken: (error, retryInMs) =>
          say(`no news of status changes, so they wait for the next pass (again in ${retryInMs} ms): ${String(error)}`),
      }),
      restoration: mongo.mongoRestorationStore(database),
      records: mongo.mongoStoredRecords(database),
      ended: local?.ended ?? never(),
      async close() {
        await database.close();
        local?.close();
      },
    };
  } catch (error) {
    local?.close();
    throw error;
  }
}

/** A replica set of one in the data directory, for trying it out: what is stored is kept, and it ends with its last user. */
async function localMongod(
  config: Config,
  { mongodb }: DataDirectory,
  say: (line: string) => void,
): Promise<LocalMongod> {
  const environment = { ...inheritedEnvironment(), ...(config.mongod === null ? {} : { MONGOD: config.mongod }) };
  const found = await findMongod({ environment, say });
  if (found.path !== null) return openLocalMongod({ folder: mongodb, mongod: found.path });
  throw new TallyError(
    "config.invalid",
    `${found.why}. Install MongoDB 6.0 or later and set MONGOD to its mongod, or set TALLY_MONGODB_URL to a replica set`,
    { field: "MONGOD" },
  );
}

function never(): Promise<never> {
  return new Promise(() => {});
}
