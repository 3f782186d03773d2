// SPDX-License-Identifier: Apache-2.0
import type { EndedAccess, KeptAccess } from "../../cli/tally.js";
import { type Actor, eventBy } from "../../domain/audit/index.js";
import type { LinkPage, RevokedLink } from "../../domain/holders/index.js";
import { type OpenStoresOptions, openStores, type Stores } from "../stores.js";

const REASON = "store-restored";

const PAGE = 1_000;

/**
 * Nobody can say which API tokens and pick-up links were taken back after the backup, or which links were opened or locked, so all
 * that were live in it end, each with its event. Returns how many of either.
 */
export async function endAccess(
  { apiTokens, pickUps }: Pick<Stores, "apiTokens" | "pickUps">,
  kept: KeptAccess,
  actor: Actor,
  at: number,
): Promise<{ readonly tokensRevoked: number; readonly pickUpLinksRevoked: number }> {
  const detail = { reason: REASON };
  let tokensRevoked = 0;
  for (const { id, revokedAt, expiresAt } of kept.tokens ? [] : await apiTokens.listTokens()) {
    if (revokedAt !== null || (expiresAt !== null && expiresAt <= at)) continue;
    const event = eventBy(actor, { time: at, action: "token-revoked", object: id, detail });
    if (await apiTokens.revokeToken(id, at, event)) tokensRevoked += 1;
  }
  let pickUpLinksRevoked = 0;
  if (!kept.pickUpLinks) {
    const eventOf = ({ id: link, certificate: object }: RevokedLink) =>
      eventBy(actor, { time: at, action: "pick-up-link-revoked", object, detail: { link, ...detail } });
    for await (const _ of pages((page) => pickUps.revokeLive(at, page, eventOf))) pickUpLinksRevoked += 1;
  }
  return { tokensRevoked, pickUpLinksRevoked };
}

/** What `endAccess` ended at that moment, tokens first. */
export async function* accessEndedAt(options: OpenStoresOptions, at: number): AsyncGenerator<EndedAccess> {
  const { apiTokens, pickUps, close } = await openStores(options);
  try {
    for (const { id, agency, role, label, revokedAt } of await apiTokens.listTokens())
      if (revokedAt === at) yield { ended: "token", id, agency, role, label };
    for await (const { id, agency, certificate } of pages((page) => pickUps.revokedAt(at, page)))
      yield { ended: "pick-up-link", id, agency, certificate };
  } finally {
    await close();
  }
}

async function* pages(next: (page: LinkPage) => Promise<readonly RevokedLink[]>): AsyncGenerator<RevokedLink> {
  for (let page = await next({ limit: PAGE }); page.length > 0; ) {
    yield* page;
    page = await next({ after: page.at(-1)!.id, limit: PAGE });
  }
}
