// SPDX-License-Identifier: Apache-2.0
import { sealEntry } from "../../core/entry.js";
import { leafHash } from "../../core/merkle.js";
import { nodeCrypto } from "../node-crypto/index.js";
import type { Database } from "./database.js";
import {
  AUDIT_HEADS,
  CERTIFICATE_RULES,
  CERTIFICATES,
  COPIES,
  HALVES,
  REVOCATION_LIST_RULES,
  SEAL_ENTRIES,
  SEALS,
} from "./schema.js";
import { queueSeal } from "./seal-entries.js";

/** The oldest schema version that is brought to this one. */
export const OLDEST_VERSION = 4;

/**
 * One step towards a schema version. All that are due run in one transaction, so a step is never seen half done; foreign keys are off, and
 * renaming a table leaves what refers to it alone. What it makes must be written word for word as `schema.ts` writes it for a new store:
 * an examination compares them.
 */
export interface Migration {
  /** The schema version that it belongs to; several may belong to one. */
  readonly version: number;
  readonly what: string;
  run(exec: (sql: string) => void, database: Database): void;
}

/** In order; the last one's version is the one that this program reads and writes. */
export const MIGRATIONS: readonly Migration[] = [
  { version: 5, what: "certificate and token beside the row of their certificate", run: moveHalves },
  { version: 5, what: "which batches are heads of the audit log", run: (exec) => exec(AUDIT_HEADS) },
  { version: 6, what: "certificates of seals, revocation lists and seals", run: (exec) => exec(SEALS) },
  { version: 7, what: "seals on their way to the chain", run: queueSeals },
  { version: 8, what: "revocation lists that are numbered by time", run: countListsByTime },
  { version: 9, what: "readers' copies", run: (exec) => exec(COPIES) },
];

/** Within the caller's transaction. */
export function migrate(
  exec: (sql: string) => void,
  database: Database,
  { from, migrations }: { readonly from: number; readonly migrations: readonly Migration[] },
): void {
  for (const { version, run } of migrations) {
    if (version <= from) continue;
    run(exec, database);
    exec(`PRAGMA user_version = ${version}`);
  }
}

const COLUMNS = `seq, id, lineage, version, digest, token_digest, leaf_hash, region, agency, type_code, type_version, number,
  key_digest, status_index, issue_date, valid_from, valid_until, state, resume_state, predecessor, successor, issued_at,
  batch_id, batch_index, held`;

/** Takes as much room again as the certificates do, which the store uses up afterwards. */
function moveHalves(exec: (sql: string) => void): void {
  exec("ALTER TABLE certificates RENAME TO certificates_with_halves");
  exec(CERTIFICATES);
  exec(HALVES);
  exec(
    "INSERT INTO halves (seq, certificate, token) SELECT seq, certificate, token FROM certificates_with_halves ORDER BY seq",
  );
  exec(`INSERT INTO certificates (${COLUMNS}) SELECT ${COLUMNS} FROM certificates_with_halves ORDER BY seq`);
  // Its indexes and triggers, whose names are those of the new ones, go with it.
  exec("DROP TABLE certificates_with_halves");
  exec(CERTIFICATE_RULES);
}

function countListsByTime(exec: (sql: string) => void): void {
  // A step of before may have made the table as it is now.
  for (const rule of ["next", "later", "kept"]) exec(`DROP TRIGGER IF EXISTS revocation_lists_${rule}`);
  exec(REVOCATION_LIST_RULES);
}

/** In the order in which they were set. */
function queueSeals(exec: (sql: string) => void, database: Database): void {
  exec(SEAL_ENTRIES);
  const seals = database.all<{
    seq: number;
    ordinal: number;
    cms: Uint8Array;
    id: string;
    digest: Uint8Array;
    time: number;
  }>(
    `SELECT c.seq, s.ordinal, s.cms, c.id, c.digest, e.time
     FROM audit_events e JOIN certificates c ON c.id = e.object
       JOIN seals s ON s.certificate = c.seq AND s.ordinal = json_extract(e.detail, '$.ordinal')
     WHERE e.action = 'certificate-sealed' ORDER BY e.seq`,
  );
  for (const { seq, ordinal, cms, id, digest, time } of seals) {
    const entry = sealEntry(digest, nodeCrypto.sha256(cms));
    queueSeal(database, { certificate: { seq, id }, ordinal, leafHash: leafHash(nodeCrypto, entry), at: time });
  }
}
