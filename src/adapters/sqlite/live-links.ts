// SPDX-License-Identifier: Apache-2.0
import type { AuditEvent } from "../../domain/audit/index.js";
import type { LinkPage, RevokedLink } from "../../domain/holders/index.js";
import { appendEvent } from "./audit-store.js";
import type { Database } from "./database.js";

const LINKS = `SELECT l.id, c.id AS certificate, l.agency
  FROM pick_up_links l JOIN certificates c ON c.seq = l.certificate`;

/** Links that can still be opened, and opened ones whose browser still sees the licence. */
const LIVE = `l.revoked_at IS NULL AND l.superseded_at IS NULL AND (
  (l.opened_at IS NULL AND l.locked_at IS NULL AND l.expires_at > ?) OR coalesce(l.session_expires_at, 0) > ?)`;

export function revokeLiveLinks(
  database: Database,
  at: number,
  { after = "", limit }: LinkPage,
  eventOf: (link: RevokedLink) => AuditEvent,
): RevokedLink[] {
  return database.write(() => {
    const sql = `${LINKS} WHERE l.id > ? AND ${LIVE} ORDER BY l.id LIMIT ?`;
    const page = database.all<RevokedLink>(sql, after, at, at, limit);
    for (const link of page) {
      database.run("UPDATE pick_up_links SET revoked_at = ? WHERE id = ?", at, link.id);
      appendEvent(database, eventOf(link));
    }
    return page;
  });
}

export function linksRevokedAt(database: Database, at: number, { after = "", limit }: LinkPage): RevokedLink[] {
  const sql = `${LINKS} WHERE l.id > ? AND l.revoked_at = ? ORDER BY l.id LIMIT ?`;
  return database.all<RevokedLink>(sql, after, at, limit);
}
