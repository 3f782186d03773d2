// SPDX-License-Identifier: Apache-2.0
import type { AuditEvent } from "../../domain/audit/index.js";
import { appendEvent } from "./audit-store.js";
import type { Database } from "./database.js";

export interface RevokedLink {
  readonly id: string;
  /** Identifier of the certificate. */
  readonly certificate: string;
  /** USCC of the agency that issued it. */
  readonly agency: string;
}

const PAGE = 1_000;

const LINKS = `SELECT l.rowid AS place, l.id, c.id AS certificate, l.agency
  FROM pick_up_links l JOIN certificates c ON c.seq = l.certificate`;

/** Links that can still be opened, and opened ones whose browser still sees the licence. */
const LIVE = `l.revoked_at IS NULL AND l.superseded_at IS NULL AND (
  (l.opened_at IS NULL AND l.locked_at IS NULL AND l.expires_at > ?) OR coalesce(l.session_expires_at, 0) > ?)`;

/** Revokes every live link, each together with its event; returns how many. A crash leaves those that were not reached. */
export function revokeLiveLinks(database: Database, at: number, eventOf: (link: RevokedLink) => AuditEvent): number {
  let count = 0;
  for (let after = 0; ; ) {
    const page = database.all<LinkRow>(
      `${LINKS} WHERE l.rowid > ? AND ${LIVE} ORDER BY l.rowid LIMIT ?`,
      ...[after, at, at, PAGE],
    );
    if (page.length === 0) return count;
    database.write(() => {
      for (const { place, ...link } of page) {
        database.run("UPDATE pick_up_links SET revoked_at = ? WHERE rowid = ?", at, place);
        appendEvent(database, eventOf(link));
        after = place;
      }
    });
    count += page.length;
  }
}

/** The links that were revoked at that moment, read a page at a time. */
export function* linksRevokedAt(database: Database, at: number): Generator<RevokedLink> {
  for (let after = 0; ; ) {
    const page = database.all<LinkRow>(
      `${LINKS} WHERE l.rowid > ? AND l.revoked_at = ? ORDER BY l.rowid LIMIT ?`,
      ...[after, at, PAGE],
    );
    if (page.length === 0) return;
    for (const { place, ...link } of page) {
      after = place;
      yield link;
    }
  }
}

interface LinkRow extends RevokedLink {
  readonly place: number;
}
