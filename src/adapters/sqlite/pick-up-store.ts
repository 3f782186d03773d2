// SPDX-License-Identifier: Apache-2.0
import { TallyError } from "../../core/errors.js";
import { type LinkWithEvent, type PickUpLink, type PickUpStore, stateOf } from "../../domain/holders/index.js";
import { appendEvent } from "./audit-store.js";
import { seqOf } from "./certificate-rows.js";
import type { Database } from "./database.js";
import { linksRevokedAt, revokeLiveLinks } from "./live-links.js";

const SELECT = `SELECT l.id, c.id AS certificate, l.ordinal, l.agency, l.key_id, l.secret_hash, l.code_hash, l.made_at,
    l.expires_at, l.wrong_codes, l.locked_at, l.opened_at, l.revoked_at, l.superseded_at, l.session_hash, l.session_expires_at
  FROM pick_up_links l JOIN certificates c ON c.seq = l.certificate`;

const INSERT = `INSERT INTO pick_up_links (id, certificate, ordinal, agency, key_id, secret_hash, code_hash, made_at, expires_at)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (certificate, ordinal) DO NOTHING`;

/** One statement decides whether the link is still open: of two that come at once the second finds nothing to change. */
const OPEN =
  "opened_at IS NULL AND revoked_at IS NULL AND superseded_at IS NULL AND locked_at IS NULL AND expires_at > ?";

export function sqlitePickUpStore(database: Database): PickUpStore {
  return {
    async addFirst(items) {
      return database.write(() => items.map((item) => addFirst(database, item)));
    },

    async add(item, { supersede }) {
      return database.write(() => addNext(database, item, supersede));
    },

    find: async (id) => find(database, id),

    async list(certificate) {
      const rows = database.all<LinkRow>(`${SELECT} WHERE c.id = ? ORDER BY l.ordinal`, certificate);
      return rows.map(linkOf);
    },

    async countWrongCode(id, { limit, at }, { wrong, locked }) {
      return database.write(() => {
        const sql = `UPDATE pick_up_links SET wrong_codes = wrong_codes + 1,
          locked_at = CASE WHEN wrong_codes + 1 >= ? THEN ? END WHERE id = ? AND ${OPEN}`;
        const counted = database.run(sql, limit, at, id, at).changes > 0;
        const link = find(database, id);
        if (counted) appendEvent(database, wrong);
        if (counted && link !== null && stateOf(link, at) === "locked") appendEvent(database, locked);
        return link;
      });
    },

    async open(id, at, session, event) {
      return database.write(() => {
        const sql = `UPDATE pick_up_links SET opened_at = ?, session_hash = ?, session_expires_at = ? WHERE id = ? AND ${OPEN}`;
        const opened = database.run(sql, at, session.hash, session.expiresAt, id, at).changes > 0;
        if (opened) appendEvent(database, event);
        return opened;
      });
    },

    async closeSession(id, hash) {
      const sql =
        "UPDATE pick_up_links SET session_hash = NULL, session_expires_at = NULL WHERE id = ? AND session_hash = ?";
      database.run(sql, id, hash);
    },

    async revoke(id, at, event) {
      return database.write(() => {
        const sql = "UPDATE pick_up_links SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL";
        const revoked = database.run(sql, at, id).changes > 0;
        if (revoked) appendEvent(database, event);
        return revoked;
      });
    },

    async revokeLive(at, page, eventOf) {
      return revokeLiveLinks(database, at, page, eventOf);
    },

    async revokedAt(at, page) {
      return linksRevokedAt(database, at, page);
    },

    async purge(expiredBefore, limit) {
      const sql = `DELETE FROM pick_up_links WHERE rowid IN (
        SELECT rowid FROM pick_up_links WHERE expires_at < ? AND coalesce(session_expires_at, 0) < ?
        ORDER BY expires_at LIMIT ?)`;
      return database.run(sql, expiredBefore, expiredBefore, limit).changes;
    },
  };
}

function addFirst(database: Database, item: LinkWithEvent): PickUpLink {
  const seq = seqOf(database, item.link.certificate);
  if (insert(database, item, seq, 1)) return fresh(item, 1);
  const first = database.get<LinkRow>(`${SELECT} WHERE l.certificate = ? ORDER BY l.ordinal LIMIT 1`, seq);
  if (first === null) throw new TallyError("store.failed", `the first link of ${item.link.certificate} is not there`);
  return linkOf(first);
}

function addNext(database: Database, item: LinkWithEvent, supersede: boolean): PickUpLink {
  const { id, certificate, madeAt } = item.link;
  const known = find(database, id);
  if (known !== null) return known;
  const seq = seqOf(database, certificate);
  if (supersede) {
    const sql =
      "UPDATE pick_up_links SET superseded_at = ? WHERE certificate = ? AND superseded_at IS NULL AND revoked_at IS NULL";
    database.run(sql, madeAt, seq);
  }
  const last = "SELECT coalesce(max(ordinal), 0) AS ordinal FROM pick_up_links WHERE certificate = ?";
  const ordinal = (database.get<{ ordinal: number }>(last, seq)?.ordinal ?? 0) + 1;
  insert(database, item, seq, ordinal);
  return fresh(item, ordinal);
}

function insert(database: Database, { link, event }: LinkWithEvent, seq: number, ordinal: number): boolean {
  const { id, agency, keyId, secretHash, codeHash, madeAt, expiresAt } = link;
  const values = [id, seq, ordinal, agency, keyId, secretHash, codeHash, madeAt, expiresAt];
  const added = database.run(INSERT, ...values).changes > 0;
  if (added) appendEvent(database, event);
  return added;
}

function fresh({ link }: LinkWithEvent, ordinal: number): PickUpLink {
  const nothing = { lockedAt: null, openedAt: null, revokedAt: null, supersededAt: null, session: null };
  return { ...link, ordinal, wrongCodes: 0, ...nothing };
}

function find(database: Database, id: string): PickUpLink | null {
  const row = database.get<LinkRow>(`${SELECT} WHERE l.id = ?`, id);
  return row === null ? null : linkOf(row);
}

interface LinkRow {
  readonly id: string;
  readonly certificate: string;
  readonly ordinal: number;
  readonly agency: string;
  readonly key_id: string;
  readonly secret_hash: Uint8Array;
  readonly code_hash: Uint8Array;
  readonly made_at: number;
  readonly expires_at: number;
  readonly wrong_codes: number;
  readonly locked_at: number | null;
  readonly opened_at: number | null;
  readonly revoked_at: number | null;
  readonly superseded_at: number | null;
  readonly session_hash: Uint8Array | null;
  readonly session_expires_at: number | null;
}

/** The links of the certificate with this seq, oldest first. */
export function linksOf(database: Database, seq: number): PickUpLink[] {
  return database.all<LinkRow>(`${SELECT} WHERE l.certificate = ? ORDER BY l.ordinal`, seq).map(linkOf);
}

function linkOf(row: LinkRow): PickUpLink {
  const { session_hash: hash, session_expires_at: expiresAt } = row;
  return {
    id: row.id,
    certificate: row.certificate,
    ordinal: row.ordinal,
    agency: row.agency,
    keyId: row.key_id,
    secretHash: row.secret_hash,
    codeHash: row.code_hash,
    madeAt: row.made_at,
    expiresAt: row.expires_at,
    wrongCodes: row.wrong_codes,
    lockedAt: row.locked_at,
    openedAt: row.opened_at,
    revokedAt: row.revoked_at,
    supersededAt: row.superseded_at,
    session: hash === null || expiresAt === null ? null : { hash, expiresAt },
  };
}
