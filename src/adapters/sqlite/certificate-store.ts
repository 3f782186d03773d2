// SPDX-License-Identifier: Apache-2.0
import { TallyError } from "../../core/errors.js";
import { toHex } from "../../core/hex.js";
import type {
  AddOutcome,
  CertificateRecord,
  CertificateStore,
  NewCertificate,
  StatusAction,
} from "../../domain/issuance/index.js";
import { appendEvent, appendEvents } from "./audit-store.js";
import { FROM_RECORDS, RECORD_COLUMNS, type RecordRow, recordOf } from "./certificate-rows.js";
import { searchCertificates } from "./certificate-search.js";
import type { Database, SqlValue } from "./database.js";
import { insertRows } from "./insert-rows.js";

export interface CertificateStoreOptions {
  /** After the commit of what put something into the queue of status changes. */
  readonly onStatusQueued?: () => void;
}

export function sqliteCertificateStore(
  database: Database,
  { onStatusQueued = () => {} }: CertificateStoreOptions = {},
): CertificateStore {
  return {
    async addIssued(items) {
      return database.write(() => {
        // Nothing changes at the agencies while this transaction holds the write lock.
        const conflictOfIssuer = remembered(issuerConflict);
        const added: Added[] = [];
        const outcomes = items.map(({ certificate }) => add(database, certificate, { conflictOfIssuer, added }));
        addRest(database, added);
        appendEvents(
          database,
          items.filter((_, i) => outcomes[i]?.stored).map(({ event }) => event),
        );
        return outcomes;
      });
    },

    async addSuccessor({ certificate, event }, { predecessor, expected, event: replaced }) {
      const outcome = undoOnConflict(database, () => {
        const replacedOne = database.run(
          "UPDATE certificates SET state = 'replaced', successor = ? WHERE id = ? AND state = ?",
          ...[certificate.identifier, predecessor, expected],
        );
        if (replacedOne.changes === 0) return { stored: false, conflict: "predecessor", existing: predecessor };
        const added: Added[] = [];
        const outcome = add(database, certificate, { conflictOfIssuer: issuerConflict, added });
        if (outcome.stored) {
          addRest(database, added);
          queueStatus(database, predecessor, "revoke", certificate.issuedAt);
          appendEvents(database, [event, replaced]);
        }
        return outcome;
      });
      if (outcome.stored) onStatusQueued();
      return outcome;
    },

    async changeState({ identifier, from, to, resumeState, statusAction, at, event }) {
      const outcome = database.write(() => {
        const sql = "UPDATE OR IGNORE certificates SET state = ?, resume_state = ? WHERE id = ? AND state = ?";
        if (database.run(sql, to, resumeState, identifier, from).changes === 0) {
          const state = database.get<{ state: string }>(
            "SELECT state FROM certificates WHERE id = ?",
            identifier,
          )?.state;
          return state === from ? "number" : "stale";
        }
        if (statusAction !== null) queueStatus(database, identifier, statusAction, at);
        appendEvent(database, event);
        return "changed";
      });
      if (outcome === "changed" && statusAction !== null) onStatusQueued();
      return outcome;
    },

    findCertificate: async (identifier) => findRecord(database, "c.id = ?", identifier),

    search: async (query, page) => searchCertificates(database, query, page),
  };
}

/** Thrown to undo the transaction of a successor that cannot be stored. */
class Conflict extends Error {
  constructor(readonly outcome: AddOutcome) {
    super("conflict");
  }
}

function undoOnConflict(database: Database, work: () => AddOutcome): AddOutcome {
  try {
    return database.write(() => {
      const outcome = work();
      if (!outcome.stored) throw new Conflict(outcome);
      return outcome;
    });
  } catch (error) {
    if (error instanceof Conflict) return error.outcome;
    throw error;
  }
}

/** A certificate whose row is written, and nothing else yet. */
interface Added {
  readonly seq: number;
  readonly certificate: NewCertificate;
}

/** Within the caller's transaction, the certificate's row, which decides: when it conflicts, nothing of the item is written. */
function add(
  database: Database,
  certificate: NewCertificate,
  { conflictOfIssuer, added }: { readonly conflictOfIssuer: typeof issuerConflict; readonly added: Added[] },
): AddOutcome {
  const conflict = conflictOfIssuer(database, certificate);
  if (conflict !== null) return { stored: false, conflict, existing: null };
  const sibling = siblingOf(database, certificate);
  if (sibling !== null) return { stored: false, conflict: "identifier", existing: sibling };
  const inserted = database.run(INSERT_CERTIFICATE, ...columnsOf(certificate));
  if (inserted.changes === 0) return conflictOf(database, certificate);
  added.push({ seq: inserted.lastInsertRowid, certificate });
  return { stored: true };
}

/** In the same transaction, all else but the events. */
function addRest(database: Database, added: readonly Added[]): void {
  insertRows(
    database,
    "halves (seq, certificate, token)",
    added.map(({ seq, certificate: { certificate, token } }) => [seq, certificate, token]),
  );
  insertRows(
    database,
    "holders (code, certificate, code_type)",
    added.flatMap(({ seq, certificate }) => certificate.holders.map(({ code, codeType }) => [code, seq, codeType])),
    "ON CONFLICT DO NOTHING",
  );
  insertRows(
    database,
    "outbox (leaf_hash, certificate_id, key_digest, queued_at)",
    added.map(({ certificate: { leafHash, identifier, keyDigest, issuedAt } }) => [
      leafHash,
      identifier,
      keyDigest,
      issuedAt,
    ]),
  );
  for (const { certificate } of added)
    if (certificate.state === "suspended")
      queueStatus(database, certificate.identifier, "suspend", certificate.issuedAt);
}

/** Asks once for each agency, key and type. */
function remembered(ask: typeof issuerConflict): typeof issuerConflict {
  const answers = new Map<string, ReturnType<typeof issuerConflict>>();
  return (database, certificate) => {
    const { agency, typeCode, keyDigest } = certificate;
    const question = `${agency} ${typeCode} ${toHex(keyDigest)}`;
    const known = answers.get(question);
    if (known !== undefined) return known;
    const answer = ask(database, certificate);
    answers.set(question, answer);
    return answer;
  };
}

/** What changed at the agency while this was signed; looked at in the transaction, so nothing slips in after its outbox was drained. */
function issuerConflict(database: Database, { agency, keyDigest, typeCode }: NewCertificate): "key" | "agency" | null {
  const sql = `SELECT key_digest IS ? AS is_current, suspended,
      EXISTS (SELECT 1 FROM agency_types WHERE agency = code AND type_code = ?) AS authorised
    FROM agencies WHERE code = ?`;
  const row = database.get<IssuerRow>(sql, keyDigest, typeCode, agency);
  if (row === null) return null;
  if (row.suspended === 1 || row.authorised === 0) return "agency";
  return row.is_current === 1 ? null : "key";
}

interface IssuerRow {
  readonly is_current: number;
  readonly suspended: number;
  readonly authorised: number;
}

/** The stored certificate of the same lineage and version, whatever its check character: ids differ in their last place only. */
function siblingOf(database: Database, { lineage, version }: NewCertificate): string | null {
  const body = `${lineage}.${String(version).padStart(3, "0")}.`;
  // "[" follows "Z", the last of the check characters.
  const sql = "SELECT id FROM certificates WHERE id >= ? AND id < ?";
  return database.get<{ id: string }>(sql, body, `${body}[`)?.id ?? null;
}

const INSERT_CERTIFICATE = `INSERT INTO certificates (id, lineage, version, digest, token_digest, leaf_hash, region, agency,
    type_code, type_version, number, key_digest, status_index, issue_date, valid_from, valid_until, state, predecessor,
    issued_at)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`;

function columnsOf(c: NewCertificate): SqlValue[] {
  return [
    ...[c.identifier, c.lineage, c.version, c.digest, c.tokenDigest, c.leafHash, c.region, c.agency],
    ...[c.typeCode, c.typeVersion, c.number, c.keyDigest, c.statusIndex, c.issueDate, c.validFrom, c.validUntil],
    ...[c.state, c.predecessor, c.issuedAt],
  ];
}

function conflictOf(database: Database, certificate: NewCertificate): AddOutcome {
  const find = (condition: string, ...values: SqlValue[]): string | null =>
    database.get<{ id: string }>(`SELECT id FROM certificates WHERE ${condition}`, ...values)?.id ?? null;

  const same = find("id = ?", certificate.identifier);
  if (same !== null) return { stored: false, conflict: "identifier", existing: same };
  const numbered = find(
    "agency = ? AND type_code = ? AND number = ? AND state IN ('valid', 'suspended')",
    ...[certificate.agency, certificate.typeCode, certificate.number],
  );
  if (numbered !== null) return { stored: false, conflict: "number", existing: numbered };
  const indexed = find("region = ? AND status_index = ?", certificate.region, certificate.statusIndex);
  if (indexed !== null) return { stored: false, conflict: "status-index", existing: indexed };
  throw new TallyError("store.failed", `${certificate.identifier} is in conflict with a certificate that is not there`);
}

function queueStatus(database: Database, identifier: string, action: StatusAction, at: number): void {
  database.run(
    `INSERT INTO status_changes (certificate_id, status_index, action, queued_at)
     SELECT id, status_index, ?, ? FROM certificates WHERE id = ?`,
    ...[action, at, identifier],
  );
}

function findRecord(database: Database, condition: string, value: SqlValue): CertificateRecord | null {
  const row = database.get<RecordRow>(`SELECT ${RECORD_COLUMNS} ${FROM_RECORDS} WHERE ${condition}`, value);
  return row === null ? null : recordOf(row);
}
