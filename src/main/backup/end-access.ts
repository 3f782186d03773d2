// SPDX-License-Identifier: Apache-2.0
import type { EndedAccess } from "../../cli/tally.js";
import type { KeptAccess } from "../../domain/anchoring/index.js";
import { type Actor, eventBy } from "../../domain/audit/index.js";
import type { LinkPage, RevokedLink } from "../../domain/holders/index.js";
import { type OpenStoresOptions, openStores, type Stores } from "../stores.js";

const REASON = "store-restored";

const PAGE = 1_000;

type AccessStores = Pick<Stores, "apiTokens" | "pickUps">;

/**
 * Nobody can say which API tokens and pick-up links were taken back after the backup, or which links were opened or locked, so all
 * that were live in it end, each with its event. Returns how many of either have ended at that moment, those of an earlier try included.
 */
export async function endAccess(
  { apiTokens, pickUps }: AccessStores,
  kept: KeptAccess,
  actor: Actor,
  at: number,
): Promise<{ readonly tokensRevoked: number; readonly pickUpLinksRevoked: number }> {
  const detail = { reason: REASON };
  for (const { id, revokedAt, expiresAt } of kept.tokens ? [] : await apiTokens.listTokens()) {
    if (revokedAt !== null || (expiresAt !== null && expiresAt <= at)) continue;
    const event = eventBy(actor, { time: at, action: "token-revoked", object: id, detail });
    await apiTokens.revokeToken(id, at, event);
  }
  if (!kept.pickUpLinks) {
    const eventOf = ({ id: link, certificate: object }: RevokedLink) =>
      eventBy(actor, { time: at, action: "pick-up-link-revoked", object, detail: { link, ...detail } });
    for await (const _ of pages((page) => pickUps.revokeLive(at, page, eventOf)));
  }
  const ended = { token: 0, "pick-up-link": 0 };
  for await (const each of endedAt({ apiTokens, pickUps }, at)) ended[each.ended] += 1;
  return { tokensRevoked: ended.token, pickUpLinksRevoked: ended["pick-up-link"] };
}

/** What `endAccess` ended at that moment, tokens first. */
export async function* accessEndedAt(options: OpenStoresOptions, at: number): AsyncGenerator<EndedAccess> {
  const stores = await openStores(options);
  try {
    yield* endedAt(stores, at);
  } finally {
    await stores.close();
  }
}

async function* endedAt({ apiTokens, pickUps }: AccessStores, at: number): AsyncGenerator<EndedAccess> {
  for (const { id, agency, role, label, revokedAt } of await apiTokens.listTokens())
    if (revokedAt === at) yield { ended: "token", id, agency, role, label };
  for await (const { id, agency, certificate } of pages((page) => pickUps.revokedAt(at, page)))
    yield { ended: "pick-up-link", id, agency, certificate };
}

async function* pages(next: (page: LinkPage) => Promise<readonly RevokedLink[]>): AsyncGenerator<RevokedLink> {
  for (let page = await next({ limit: PAGE }); page.length > 0; ) {
    yield* page;
    page = await next({ after: page.at(-1)!.id, limit: PAGE });
  }
}
