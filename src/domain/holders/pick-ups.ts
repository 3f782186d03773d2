// SPDX-License-Identifier: Apache-2.0
import { type Actor, eventBy } from "../audit/index.js";
import type { CopyPage, CopySummary } from "../copies/index.js";
import { copiesInSession, copyInSession, downloadCopyInSession, findCopyInSession } from "./copy-in-session.js";
import type { PickUpDependencies } from "./dependencies.js";
import type { HolderLicence } from "./holder-licence.js";
import { type LinkSecrets, newLinkId } from "./link-secrets.js";
import {
  type Deliverable,
  firstLinks,
  type LinkSummary,
  listLinks,
  revokeLink,
  type SendRequest,
  sendLink,
  type ToldLink,
  tellLink,
} from "./make-links.js";
import { type LookOutcome, lookAtLink, type OpenOutcome, openLink } from "./open-link.js";
import { admit, closeSession, type DownloadedLicence, downloadInSession, licenceInSession } from "./session.js";
import type { Visitor } from "./visitor.js";

/** Delivery of licences to their holders (统一送达): the agency's side, and the holder's. */
export interface PickUps {
  /** Throws what stands in the way of making links; asked before anything is issued that needs one. */
  ready(): Promise<void>;
  firstLinks(actor: Actor, certificates: readonly Deliverable[]): Promise<readonly ToldLink[]>;
  /** An id for `sendLink`, to be written down before the link is made. */
  newLinkId(): string;
  sendLink(actor: Actor, certificate: string, request: SendRequest): Promise<ToldLink>;
  tellLink(actor: Actor, link: string): Promise<ToldLink>;
  listLinks(actor: Actor, certificate: string): Promise<readonly LinkSummary[]>;
  revokeLink(actor: Actor, certificate: string, link: string): Promise<LinkSummary>;

  look(visitor: Visitor, link: string, secret: string): Promise<LookOutcome>;
  open(visitor: Visitor, link: string, given: LinkSecrets): Promise<OpenOutcome>;
  hasSession(link: string, session: string): Promise<boolean>;
  licence(visitor: Visitor, link: string, session: string): Promise<HolderLicence | null>;
  download(visitor: Visitor, link: string, session: string): Promise<DownloadedLicence | null>;
  copy(
    visitor: Visitor,
    link: string,
    given: { readonly secret: string; readonly request: unknown; readonly number?: string | undefined },
  ): Promise<CopySummary | null>;
  findCopy(
    visitor: Visitor,
    link: string,
    given: { readonly secret: string; readonly number: string },
  ): Promise<CopySummary | null>;
  listCopies(
    visitor: Visitor,
    link: string,
    given: { readonly secret: string; readonly page: { readonly after?: number; readonly limit?: number } },
  ): Promise<CopyPage | null>;
  downloadCopy(
    visitor: Visitor,
    link: string,
    given: { readonly secret: string; readonly number: string },
  ): Promise<Uint8Array | null>;
  close(link: string, session: string): Promise<void>;

  /** New links are made under a new key; returns its name. */
  rotateKey(actor: Actor): Promise<string>;
  /** Forgets links that ended half a year ago, a bounded number; returns how many. The log keeps the delivery. */
  purge(): Promise<number>;
}

/** Half a year: as long as the log of uses has to be kept at least. */
const KEPT_MS = 183 * 86_400_000;
const PURGE_AT_ONCE = 10_000;

export function createPickUps(deps: PickUpDependencies): PickUps {
  return {
    ready: async () => void (await deps.keys.current()),
    firstLinks: (actor, certificates) => firstLinks(deps, actor, certificates),
    newLinkId: () => newLinkId(deps.now()),
    sendLink: (actor, certificate, request) => sendLink(deps, actor, certificate, request),
    tellLink: (actor, link) => tellLink(deps, actor, link),
    listLinks: (actor, certificate) => listLinks(deps, actor, certificate),
    revokeLink: (actor, certificate, link) => revokeLink(deps, actor, certificate, link),
    look: (visitor, link, secret) => lookAtLink(deps, visitor, link, secret),
    open: (visitor, link, given) => openLink(deps, visitor, link, given),
    hasSession: async (link, session) => (await admit(deps, link, session)) !== null,
    licence: (visitor, link, session) => licenceInSession(deps, visitor, link, session),
    download: (visitor, link, session) => downloadInSession(deps, visitor, link, session),
    copy: (visitor, link, given) => copyInSession(deps, visitor, link, given),
    findCopy: (visitor, link, given) => findCopyInSession(deps, visitor, link, given),
    listCopies: (visitor, link, given) => copiesInSession(deps, visitor, link, given),
    downloadCopy: (visitor, link, given) => downloadCopyInSession(deps, visitor, link, given),
    close: (link, session) => closeSession(deps, link, session),
    async rotateKey(actor) {
      const { id } = await deps.keys.rotate();
      await deps.audit.append(eventBy(actor, { time: deps.now(), action: "pick-up-key-rotated", object: id }));
      return id;
    },
    purge: () => deps.store.purge(deps.now() - KEPT_MS, PURGE_AT_ONCE),
  };
}
