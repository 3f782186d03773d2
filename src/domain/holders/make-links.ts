// SPDX-License-Identifier: Apache-2.0
import { TallyError } from "../../core/errors.js";
import { type Actor, eventBy } from "../audit/index.js";
import { issuingAgencyOf, requireOwn } from "../issuance/actor-rights.js";
import type { PickUpDependencies } from "./dependencies.js";
import { hashesOf, LINK_ID, type LinkSecrets, newLinkId, secretsOf } from "./link-secrets.js";
import type { PickUpKey } from "./pick-up-keys.js";
import { type LinkState, type NewPickUpLink, type PickUpLink, stateOf } from "./pick-up-link.js";
import type { LinkWithEvent } from "./pick-up-store.js";

/** A link as it is handed to whoever delivers it: `url` to the holder, `code` to the holder by another way. */
export interface ToldLink {
  /** Id of the link. */
  readonly link: string;
  /** `<base>/c/<link>#<secret>`; what stands after # never reaches a server or a log. */
  readonly url: string;
  readonly code: string;
  readonly expiresAt: string;
}

/** A link as it may be listed; there is no way back to its secret or code. */
export interface LinkSummary {
  readonly link: string;
  readonly state: LinkState;
  readonly madeAt: string;
  readonly expiresAt: string;
  readonly wrongCodes: number;
  readonly lockedAt: string | null;
  readonly openedAt: string | null;
  readonly revokedAt: string | null;
  readonly supersededAt: string | null;
}

/** What the first links are made for: a certificate of the actor's agency that has just been issued. */
export interface Deliverable {
  readonly certificateIdentifier: string;
  readonly issueDeptCode: string;
}

export interface SendRequest {
  /** Id chosen by the caller, so that a repeat makes no second link. */
  readonly link?: string;
  /** Leaves older links of the certificate as they are; otherwise they are void. */
  readonly keepOlder?: boolean;
  /** Days until it expires; absent: the deployment's. */
  readonly validDays?: number;
}

const DAY = 86_400_000;
const MOST_DAYS = 365;

/**
 * The first link of each certificate, in order; made in one write where there is none yet. Whoever repeats this, after a crash or
 * for a replayed answer, is told the same links.
 */
export async function firstLinks(
  deps: PickUpDependencies,
  actor: Actor,
  certificates: readonly Deliverable[],
): Promise<readonly ToldLink[]> {
  if (certificates.length === 0) return [];
  const agency = issuingAgencyOf(actor);
  const key = await deps.keys.current();
  const made = certificates.map(({ certificateIdentifier, issueDeptCode }) => {
    if (issueDeptCode !== agency)
      throw new TallyError("agency.not-authorised", "the certificate belongs to another agency");
    return newLink(deps, actor, key, { certificate: certificateIdentifier, agency });
  });
  const links = await deps.store.addFirst(made);
  const tellings: ToldLink[] = [];
  for (const [i, link] of links.entries()) {
    const { link: proposed, secrets } = made[i] as MadeLink;
    // Another id: the certificate had a link already, and that is the one to tell.
    tellings.push(link.id === proposed.id ? telling(deps, link, secrets) : await told(deps, link, key));
  }
  return tellings;
}

/** A new link for a certificate; the older ones of it are void unless the request keeps them. */
export async function sendLink(
  deps: PickUpDependencies,
  actor: Actor,
  certificate: string,
  { link: id, keepOlder = false, validDays }: SendRequest,
): Promise<ToldLink> {
  const agency = await requireOwnCertificate(deps, actor, certificate);
  checkRequest(id, validDays);
  const key = await deps.keys.current();
  const options = { ...(id === undefined ? {} : { id }), ...(validDays === undefined ? {} : { validDays }) };
  const item = newLink(deps, actor, key, { certificate, agency, keepOlder, ...options });
  const link = await deps.store.add(item, { supersede: !keepOlder });
  if (link.certificate !== certificate) throw new TallyError("request.conflict", `link ${link.id} exists; try again`);
  return told(deps, link, key);
}

/** A link of the actor's agency once more, e.g. for a replayed answer. `key.unknown` when its key is no longer kept. */
export async function tellLink(deps: PickUpDependencies, actor: Actor, id: string): Promise<ToldLink> {
  const link = await deps.store.find(id);
  if (link === null || link.agency !== issuingAgencyOf(actor)) throw unknownLink(id);
  return told(deps, link);
}

export async function listLinks(
  deps: PickUpDependencies,
  actor: Actor,
  certificate: string,
): Promise<readonly LinkSummary[]> {
  // Throws for a certificate that is not here or that the actor may not read.
  await deps.issuance.getCertificate(actor, certificate);
  const now = deps.now();
  return (await deps.store.list(certificate)).map((link) => summaryOf(link, now));
}

/** Idempotent: the first time stands. An opened link loses its session. */
export async function revokeLink(
  deps: PickUpDependencies,
  actor: Actor,
  certificate: string,
  id: string,
): Promise<LinkSummary> {
  await requireOwnCertificate(deps, actor, certificate);
  const found = await deps.store.find(id);
  if (found === null || found.certificate !== certificate) throw unknownLink(id);
  const at = deps.now();
  const event = eventBy(actor, { time: at, action: "pick-up-link-revoked", object: certificate, detail: { link: id } });
  await deps.store.revoke(id, at, event);
  return summaryOf((await deps.store.find(id)) ?? found, at);
}

async function requireOwnCertificate(
  { issuance }: PickUpDependencies,
  actor: Actor,
  certificate: string,
): Promise<string> {
  issuingAgencyOf(actor);
  const { issueDeptCode: agency, certificateTypeCode: typeCode } = await issuance.getCertificate(actor, certificate);
  requireOwn(actor, { agency, typeCode });
  return agency;
}

interface Wanted extends Pick<NewPickUpLink, "certificate" | "agency"> {
  readonly id?: string;
  readonly validDays?: number;
  readonly keepOlder?: boolean;
}

interface MadeLink extends LinkWithEvent {
  readonly secrets: LinkSecrets;
}

function newLink(
  { rules, now }: PickUpDependencies,
  actor: Actor,
  key: PickUpKey,
  { certificate, agency, id, validDays, keepOlder = false }: Wanted,
): MadeLink {
  const madeAt = now();
  const name = id ?? newLinkId(madeAt);
  const secrets = secretsOf(key, name);
  const expiresAt = madeAt + (validDays === undefined ? rules.linkMs : validDays * DAY);
  return {
    link: { id: name, certificate, agency, keyId: key.id, ...hashesOf(name, secrets), madeAt, expiresAt },
    secrets,
    event: eventBy(actor, {
      time: madeAt,
      action: "pick-up-link-made",
      object: certificate,
      detail: { link: name, expiresAt: rfc3339(expiresAt), ...(keepOlder && { keepOlder }) },
    }),
  };
}

async function told(deps: PickUpDependencies, link: PickUpLink, known?: PickUpKey): Promise<ToldLink> {
  const key = known?.id === link.keyId ? known : await deps.keys.open(link.keyId);
  return telling(deps, link, secretsOf(key, link.id));
}

function telling({ pagesUrl }: PickUpDependencies, link: PickUpLink, { secret, code }: LinkSecrets): ToldLink {
  return { link: link.id, url: `${pagesUrl()}/c/${link.id}#${secret}`, code, expiresAt: rfc3339(link.expiresAt) };
}

function summaryOf(link: PickUpLink, now: number): LinkSummary {
  const { id, madeAt, expiresAt, wrongCodes, lockedAt, openedAt, revokedAt, supersededAt } = link;
  return {
    link: id,
    state: stateOf(link, now),
    madeAt: rfc3339(madeAt),
    expiresAt: rfc3339(expiresAt),
    wrongCodes,
    lockedAt: orNull(lockedAt),
    openedAt: orNull(openedAt),
    revokedAt: orNull(revokedAt),
    supersededAt: orNull(supersededAt),
  };
}

function checkRequest(id: string | undefined, validDays: number | undefined): void {
  if (id !== undefined && !LINK_ID.test(id)) throw new TallyError("internal", "the id of the link is malformed");
  if (validDays === undefined || (Number.isInteger(validDays) && validDays >= 1 && validDays <= MOST_DAYS)) return;
  throw new TallyError("request.invalid", `validDays: takes a whole number from 1 to ${MOST_DAYS}`, {
    field: "/validDays",
  });
}

function unknownLink(id: string): TallyError {
  return new TallyError("request.not-found", `the certificate has no pick-up link ${JSON.stringify(id.slice(0, 22))}`);
}

export const rfc3339 = (ms: number): string => new Date(ms).toISOString();
const orNull = (ms: number | null): string | null => (ms === null ? null : rfc3339(ms));
