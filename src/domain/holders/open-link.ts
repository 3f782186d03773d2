// SPDX-License-Identifier: Apache-2.0
import type { PickUpDependencies } from "./dependencies.js";
import { type HolderLicence, licenceOf } from "./holder-licence.js";
import { codeMatches, type LinkSecrets, newSessionSecret, secretMatches } from "./link-secrets.js";
import { rfc3339 } from "./make-links.js";
import { type LinkState, type PickUpLink, stateOf } from "./pick-up-link.js";
import { eventOf, type Visitor } from "./visitor.js";

/** Why a link does not open. `unknown` says no more than that: a guessed id and a wrong secret are the same. */
export type Refusal = Exclude<LinkState, "open"> | "unknown" | "code-wrong";

export type LookOutcome =
  | { readonly outcome: "open"; readonly expiresAt: string; readonly triesLeft: number }
  | { readonly outcome: "refused"; readonly why: Exclude<Refusal, "code-wrong"> };

export type OpenOutcome =
  | {
      readonly outcome: "opened";
      /** For the browser that opened it, told once. */
      readonly session: { readonly secret: string; readonly expiresAt: string };
      readonly licence: HolderLicence;
    }
  | { readonly outcome: "refused"; readonly why: Refusal; readonly triesLeft: number };

/** Whether a link can be opened, for whoever holds its secret; uses nothing up. The use of one that cannot is on record. */
export async function lookAtLink(
  deps: PickUpDependencies,
  visitor: Visitor,
  id: string,
  secret: string,
): Promise<LookOutcome> {
  const link = await deps.store.find(id);
  if (!secretMatches(link, id, secret)) return { outcome: "refused", why: "unknown" };
  const state = stateOf(link, deps.now());
  if (state !== "open") return { outcome: "refused", why: await recorded(deps, visitor, link, state) };
  return { outcome: "open", expiresAt: rfc3339(link.expiresAt), triesLeft: triesLeft(deps, link) };
}

/**
 * Uses a link up with its secret and its code, and opens a session for the one who did. Of any number at once one wins. A wrong code
 * counts only for whoever has the secret, so a stranger who knows an id cannot lock a holder out.
 */
export async function openLink(
  deps: PickUpDependencies,
  visitor: Visitor,
  id: string,
  given: LinkSecrets,
): Promise<OpenOutcome> {
  const link = await deps.store.find(id);
  if (!secretMatches(link, id, given.secret)) return { outcome: "refused", why: "unknown", triesLeft: 0 };
  const at = deps.now();
  const state = stateOf(link, at);
  if (state !== "open") return refused(await recorded(deps, visitor, link, state));
  if (!codeMatches(link, given)) return wrongCode(deps, visitor, link, at);

  // Read first: a link must not be used up by a licence that cannot be shown.
  const session = newSessionSecret();
  const expiresAt = at + deps.rules.sessionMs;
  const licence = await licenceOf(deps, visitor, link, expiresAt);
  const event = eventOf(link, visitor, {
    time: at,
    action: "pick-up-opened",
    detail: { anchoring: licence.anchoring },
  });
  if (await deps.store.open(id, at, { hash: session.hash, expiresAt }, event))
    return { outcome: "opened", session: { secret: session.secret, expiresAt: rfc3339(expiresAt) }, licence };
  // Somebody was faster: another browser, the agency that took it back, or the last wrong code.
  const now = await deps.store.find(id);
  const lost = now === null ? "expired" : stateOf(now, at);
  return refused(await recorded(deps, visitor, link, lost === "open" ? "opened" : lost));
}

async function wrongCode(
  deps: PickUpDependencies,
  visitor: Visitor,
  link: PickUpLink,
  at: number,
): Promise<OpenOutcome> {
  const events = {
    wrong: eventOf(link, visitor, { time: at, action: "pick-up-code-wrong", result: "refused" }),
    locked: eventOf(link, visitor, { time: at, action: "pick-up-locked", result: "refused" }),
  };
  const counted = await deps.store.countWrongCode(link.id, { limit: deps.rules.tries, at }, events);
  const state = counted === null ? "expired" : stateOf(counted, at);
  if (counted === null || state !== "open") return refused(state === "open" ? "expired" : state);
  return { outcome: "refused", why: "code-wrong", triesLeft: triesLeft(deps, counted) };
}

const refused = (why: Exclude<LinkState, "open">): OpenOutcome => ({ outcome: "refused", why, triesLeft: 0 });

function triesLeft({ rules }: PickUpDependencies, { wrongCodes }: PickUpLink): number {
  return Math.max(0, rules.tries - wrongCodes);
}

/** Somebody with the right secret came too late, or again: that is worth knowing when a holder complains. */
async function recorded(
  { audit, now }: PickUpDependencies,
  visitor: Visitor,
  link: PickUpLink,
  why: Exclude<LinkState, "open">,
): Promise<Exclude<LinkState, "open">> {
  const detail = { why };
  await audit.append(eventOf(link, visitor, { time: now(), action: "pick-up-refused", result: "refused", detail }));
  return why;
}
