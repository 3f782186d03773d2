// SPDX-License-Identifier: Apache-2.0
import { sqliteApiTokenStore } from "../../adapters/sqlite/api-token-store.js";
import { type Database, openDatabase } from "../../adapters/sqlite/database.js";
import { linksRevokedAt, revokeLiveLinks } from "../../adapters/sqlite/live-links.js";
import type { EndedAccess } from "../../cli/tally.js";
import { type Actor, eventBy } from "../../domain/audit/index.js";

/** What goes on working although it may have been revoked, opened or locked after the backup. */
export interface KeptAccess {
  readonly tokens: boolean;
  readonly pickUpLinks: boolean;
}

const REASON = "store-restored";

/**
 * Nobody can say which API tokens and pick-up links were taken back after the backup, or which links were opened or locked, so all
 * that were live in it end, each with its event. Returns how many of either.
 */
export async function endAccess(
  database: Database,
  kept: KeptAccess,
  actor: Actor,
  at: number,
): Promise<{ readonly tokensRevoked: number; readonly pickUpLinksRevoked: number }> {
  let tokensRevoked = 0;
  const tokens = sqliteApiTokenStore(database);
  const detail = { reason: REASON };
  for (const { id, revokedAt, expiresAt } of kept.tokens ? [] : await tokens.listTokens()) {
    if (revokedAt !== null || (expiresAt !== null && expiresAt <= at)) continue;
    const event = eventBy(actor, { time: at, action: "token-revoked", object: id, detail });
    if (await tokens.revokeToken(id, at, event)) tokensRevoked += 1;
  }
  const pickUpLinksRevoked = kept.pickUpLinks
    ? 0
    : revokeLiveLinks(database, at, ({ id: link, certificate: object }) =>
        eventBy(actor, { time: at, action: "pick-up-link-revoked", object, detail: { link, ...detail } }),
      );
  return { tokensRevoked, pickUpLinksRevoked };
}

/** What `endAccess` ended at that moment in the store at `path`, tokens first. */
export async function* accessEndedAt(path: string, at: number): AsyncGenerator<EndedAccess> {
  const database = openDatabase(path);
  try {
    for (const { id, agency, role, label, revokedAt } of await sqliteApiTokenStore(database).listTokens())
      if (revokedAt === at) yield { ended: "token", id, agency, role, label };
    for (const { id, agency, certificate } of linksRevokedAt(database, at))
      yield { ended: "pick-up-link", id, agency, certificate };
  } finally {
    database.close();
  }
}
