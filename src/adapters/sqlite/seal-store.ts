// SPDX-License-Identifier: Apache-2.0
import { TallyError } from "../../core/errors.js";
import type {
  RevocationReason,
  SealCertificateRecord,
  SealRecord,
  SealStore,
  StoredRevocationList,
} from "../../domain/seals/index.js";
import { appendEvent } from "./audit-store.js";
import { seqOf } from "./certificate-rows.js";
import type { Database, SqlValue } from "./database.js";
import { queueSeal } from "./seal-entries.js";

export function sqliteSealStore(database: Database): SealStore {
  const newest = (ca: string): StoredRevocationList | null => {
    const row = database.get<ListRow>("SELECT * FROM revocation_lists WHERE ca = ?", ca);
    return row && listOf(row);
  };

  return {
    async addSealCertificate(record, event) {
      database.write(() => {
        if (find(database, record.serial) !== null)
          throw new TallyError(
            "store.failed",
            `a certificate of a seal has the serial number ${record.serial} already`,
          );
        database.run(INSERT_CERTIFICATE, appendEvent(database, event), ...columnsOf(record));
      });
    },

    findSealCertificate: async (serial) => find(database, serial),

    async sealCertificatesOf(holder) {
      const sql = "SELECT * FROM seal_certificates WHERE holder = ? ORDER BY event";
      return database.all<SealCertificateRow>(sql, holder).map(sealCertificateOf);
    },

    async sealCertificatesInForce(at, limit) {
      // Those that ended are the oldest, so the newest are found without going through them.
      const sql = `SELECT * FROM seal_certificates INDEXED BY seal_certificates_good
        WHERE revoked_at IS NULL AND name IS NOT NULL AND valid_from <= ? AND valid_until >= ? ORDER BY event DESC LIMIT ?`;
      return database.all<SealCertificateRow>(sql, at, at, limit).map(sealCertificateOf);
    },

    async revokeSealCertificate(serial, { at, reason }, event) {
      return database.write(() => {
        const sql =
          "UPDATE seal_certificates SET revoked_at = ?, revocation_reason = ? WHERE serial = ? AND revoked_at IS NULL";
        const revoked = database.run(sql, at, reason, serial).changes > 0;
        if (revoked) appendEvent(database, event);
        return revoked;
      });
    },

    async revokedUnder(ca) {
      const sql = `SELECT serial, revoked_at, revocation_reason FROM seal_certificates
        WHERE ca = ? AND revoked_at IS NOT NULL ORDER BY serial`;
      const rows = database.all<Pick<SealCertificateRow, "serial" | "revoked_at" | "revocation_reason">>(sql, ca);
      return rows.map(({ serial, revoked_at, revocation_reason }) => {
        return { serial, revokedAt: revoked_at as number, reason: revocation_reason as RevocationReason };
      });
    },

    newestRevocationList: async (ca) => newest(ca),

    async revocationLists() {
      return database.all<ListRow>("SELECT * FROM revocation_lists ORDER BY ca").map(listOf);
    },

    async putRevocationList({ ca, number, thisUpdate, nextUpdate, list }, before, event) {
      return database.write(() => {
        if ((newest(ca)?.number ?? null) !== before) return false;
        const sql = `INSERT INTO revocation_lists (ca, number, this_update, next_update, list) VALUES (?, ?, ?, ?, ?)
          ON CONFLICT (ca) DO UPDATE SET number = excluded.number, this_update = excluded.this_update,
            next_update = excluded.next_update, list = excluded.list`;
        database.run(sql, ca, number, thisUpdate, nextUpdate, list);
        appendEvent(database, event);
        return true;
      });
    },

    async sealsOn(certificate, limit, reason) {
      const ofLicence = "SELECT * FROM seals WHERE certificate = (SELECT seq FROM certificates WHERE id = ?)";
      const order = "ORDER BY ordinal DESC LIMIT ?";
      const rows =
        reason === undefined
          ? database.all<SealRow>(`${ofLicence} ${order}`, certificate, limit)
          : database.all<SealRow>(`${ofLicence} AND reason = ? ${order}`, certificate, reason, limit);
      return rows.map((row) => sealOf(row, certificate));
    },

    async addSeal({ certificate, fileDigest, serial, sealedAt, reason, room, cms }, before, leafHash, eventOf) {
      return database.write(() => {
        const seq = seqOf(database, certificate);
        const newest = database.get<MaxRow>("SELECT max(ordinal) AS ordinal FROM seals WHERE certificate = ?", seq);
        const ordinal = (newest?.ordinal ?? 0) + 1;
        const values = [seq, ordinal, fileDigest, serial, sealedAt, reason, room, cms];
        const added = database.run(INSERT_SEAL, ...values, seq, reason, before, serial).changes > 0;
        if (!added) return false;
        const event = eventOf(ordinal);
        queueSeal(database, { certificate: { seq, id: certificate }, ordinal, leafHash, at: event.time });
        appendEvent(database, event);
        return true;
      });
    },
  };
}

const INSERT_CERTIFICATE = `INSERT INTO seal_certificates (event, serial, holder, key_digest, ca, certificate, valid_from,
    valid_until, name, code, star, revoked_at, revocation_reason)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;

/** Whether another came first for the same, and its certificate is good, is looked at under the write lock: a revocation comes before it or after it. */
const INSERT_SEAL = `INSERT INTO seals (certificate, ordinal, file_digest, serial, sealed_at, reason, room, cms)
  SELECT ?, ?, ?, ?, ?, ?, ?, ?
  WHERE (SELECT max(ordinal) FROM seals WHERE certificate = ? AND reason = ?) IS ?
    AND EXISTS (SELECT 1 FROM seal_certificates WHERE serial = ? AND revoked_at IS NULL)`;

function columnsOf(record: SealCertificateRecord): SqlValue[] {
  const { serial, holder, keyDigest, ca, certificate, validity, appearance, revocation } = record;
  return [
    ...[serial, holder, keyDigest, ca, certificate, validity.from, validity.until],
    ...[appearance?.name ?? null, appearance?.code ?? null, appearance && (appearance.star ? 1 : 0)],
    ...[revocation?.at ?? null, revocation?.reason ?? null],
  ];
}

function find(database: Database, serial: string): SealCertificateRecord | null {
  const row = database.get<SealCertificateRow>("SELECT * FROM seal_certificates WHERE serial = ?", serial);
  return row && sealCertificateOf(row);
}

export interface SealCertificateRow {
  readonly event: number;
  readonly serial: string;
  readonly holder: string;
  readonly key_digest: string;
  readonly ca: string;
  readonly certificate: Uint8Array;
  readonly valid_from: number;
  readonly valid_until: number;
  /** These three are null together, and so are the next two: the table checks it. */
  readonly name: string | null;
  readonly code: string | null;
  readonly star: number | null;
  readonly revoked_at: number | null;
  readonly revocation_reason: RevocationReason | null;
}

export function sealCertificateOf(row: SealCertificateRow): SealCertificateRecord {
  const { serial, holder, key_digest, ca, certificate, valid_from, valid_until, name, code, star } = row;
  const { revoked_at, revocation_reason } = row;
  return {
    ...{ serial, holder, keyDigest: key_digest, ca, certificate },
    validity: { from: valid_from, until: valid_until },
    appearance: name === null || code === null ? null : { name, code, star: star === 1 },
    revocation:
      revoked_at === null || revocation_reason === null ? null : { at: revoked_at, reason: revocation_reason },
  };
}

interface ListRow {
  readonly ca: string;
  readonly number: number;
  readonly this_update: number;
  readonly next_update: number;
  readonly list: Uint8Array;
}

function listOf({ ca, number, this_update, next_update, list }: ListRow): StoredRevocationList {
  return { ca, number, thisUpdate: this_update, nextUpdate: next_update, list };
}

interface MaxRow {
  readonly ordinal: number | null;
}

interface SealRow {
  readonly ordinal: number;
  readonly file_digest: Uint8Array;
  readonly serial: string;
  readonly sealed_at: number;
  readonly reason: string;
  readonly room: number;
  readonly cms: Uint8Array;
}

/** The seals on files of the certificate with this seq, the first one first. */
export function sealsOf(
  database: Database,
  { seq, id }: { readonly seq: number; readonly id: string },
): readonly SealRecord[] {
  const rows = database.all<SealRow>("SELECT * FROM seals WHERE certificate = ? ORDER BY ordinal", seq);
  return rows.map((row) => sealOf(row, id));
}

function sealOf(row: SealRow, certificate: string): SealRecord {
  const { ordinal, file_digest, serial, sealed_at, reason, room, cms } = row;
  return { certificate, ordinal, fileDigest: file_digest, serial, sealedAt: sealed_at, reason, room, cms };
}
