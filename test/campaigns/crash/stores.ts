// SPDX-License-Identifier: Apache-2.0
import { sqliteAnchoringStore } from "../../../src/adapters/sqlite/anchoring-store.js";
import { sqliteAuditStore } from "../../../src/adapters/sqlite/audit-store.js";
import { sqliteCertificateStore } from "../../../src/adapters/sqlite/certificate-store.js";
import { openDatabase } from "../../../src/adapters/sqlite/database.js";
import { sqliteMirrorStore } from "../../../src/adapters/sqlite/mirror-store.js";
import { sqliteStatusQueue } from "../../../src/adapters/sqlite/status-queue.js";
import type { AnchoringStore, StatusQueue } from "../../../src/domain/anchoring/index.js";
import type { AuditStore } from "../../../src/domain/audit/index.js";
import type { CertificateStore } from "../../../src/domain/issuance/index.js";
import type { MirrorStore } from "../../../src/domain/sharing/index.js";
import { dataDirectory } from "../../../src/main/data-directory.js";

/** What the campaign looks at in the end. */
export interface OpenedStore {
  readonly certificates: CertificateStore;
  readonly anchoring: AnchoringStore & StatusQueue;
  readonly audit: AuditStore;
  readonly mirror: Pick<MirrorStore, "mirroredLeaves">;
  close(): Promise<void>;
}

export interface StoreUnderTest {
  /** What the service is told. */
  readonly settings: Readonly<Record<string, string>>;
  open(data: string): Promise<OpenedStore>;
}

/** Every store that `--store` can name. */
export const STORES: Readonly<Record<string, StoreUnderTest>> = {
  sqlite: {
    settings: {},
    async open(data) {
      const database = openDatabase(dataDirectory(data).store);
      return {
        certificates: sqliteCertificateStore(database),
        anchoring: { ...sqliteAnchoringStore(database), ...sqliteStatusQueue(database) },
        audit: sqliteAuditStore(database),
        mirror: sqliteMirrorStore(database),
        close: async () => database.close(),
      };
    },
  },
};
