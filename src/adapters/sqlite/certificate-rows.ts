// SPDX-License-Identifier: Apache-2.0
import { TallyError } from "../../core/errors.js";
import type { LegalState } from "../../core/type-definition.js";
import type { CertificateEntry, CertificateRecord, InForceState } from "../../domain/issuance/index.js";
import type { Database } from "./database.js";

/** Columns of an entry; the join tells how far its batch has come. */
export const ENTRY_COLUMNS = `c.id, c.version, c.digest, c.agency, c.type_code, c.type_version, c.number, c.status_index,
  c.issue_date, c.valid_from, c.valid_until, c.state, c.predecessor, c.successor, c.issued_at, c.held, c.batch_id,
  b.state AS batch_state`;

export const RECORD_COLUMNS = `${ENTRY_COLUMNS}, c.lineage, c.token_digest, c.leaf_hash, c.region, c.key_digest,
  c.resume_state, h.certificate, h.token`;

export const FROM_RECORDS = `FROM certificates c JOIN halves h ON h.seq = c.seq
  LEFT JOIN batches b ON b.id = c.batch_id`;

export interface EntryRow {
  readonly id: string;
  readonly version: number;
  readonly digest: Uint8Array;
  readonly agency: string;
  readonly type_code: string;
  readonly type_version: number;
  readonly number: string;
  readonly status_index: number;
  readonly issue_date: string;
  readonly valid_from: number;
  readonly valid_until: number | null;
  readonly state: LegalState;
  readonly predecessor: string | null;
  readonly successor: string | null;
  readonly issued_at: number;
  readonly held: number;
  readonly batch_id: number | null;
  readonly batch_state: string | null;
}

export interface RecordRow extends EntryRow {
  readonly lineage: string;
  readonly token_digest: Uint8Array;
  readonly leaf_hash: Uint8Array;
  readonly region: string;
  readonly key_digest: Uint8Array;
  readonly resume_state: InForceState;
  readonly certificate: Uint8Array;
  readonly token: Uint8Array;
}

export function entryOf(row: EntryRow): CertificateEntry {
  return {
    identifier: row.id,
    version: row.version,
    digest: row.digest,
    agency: row.agency,
    typeCode: row.type_code,
    typeVersion: row.type_version,
    number: row.number,
    statusIndex: row.status_index,
    issueDate: row.issue_date,
    validFrom: row.valid_from,
    validUntil: row.valid_until,
    state: row.state,
    predecessor: row.predecessor,
    successor: row.successor,
    issuedAt: row.issued_at,
    held: row.held === 1,
    anchoring: row.batch_id === null ? "pending" : row.batch_state === "anchored" ? "anchored" : "staged",
  };
}

export function recordOf(row: RecordRow): CertificateRecord {
  return {
    ...entryOf(row),
    lineage: row.lineage,
    tokenDigest: row.token_digest,
    leafHash: row.leaf_hash,
    region: row.region,
    keyDigest: row.key_digest,
    resumeState: row.resume_state,
    certificate: row.certificate,
    token: row.token,
  };
}

/** Rejects with `certificate.not-found`. */
export function seqOf(database: Database, identifier: string): number {
  const row = database.get<{ seq: number }>("SELECT seq FROM certificates WHERE id = ?", identifier);
  if (row !== null) return row.seq;
  throw new TallyError("certificate.not-found", `there is no certificate ${JSON.stringify(identifier)} here`);
}
