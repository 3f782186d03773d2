// SPDX-License-Identifier: Apache-2.0
import type { Label } from "../../core/type-definition.js";
import type { PickUpDependencies } from "./dependencies.js";
import { type HolderLicence, licenceOf } from "./holder-licence.js";
import { sessionHash, sessionMatches } from "./link-secrets.js";
import { type PickUpLink, type PickUpSession, sessionOf } from "./pick-up-link.js";
import { eventOf, holderOf, type Visitor } from "./visitor.js";

export interface DownloadedLicence {
  readonly pdf: Uint8Array;
  readonly name: Label;
  /** Not anchored yet: the file says so, and a final one follows. */
  readonly isPending: boolean;
}

/** The licence for the browser that opened the link; null when its session is over, was never one, or was taken back. */
export async function licenceInSession(
  deps: PickUpDependencies,
  visitor: Visitor,
  id: string,
  secret: string,
): Promise<HolderLicence | null> {
  const admitted = await admit(deps, id, secret);
  return admitted && licenceOf(deps, visitor, admitted.link, admitted.session.expiresAt);
}

/** The PDF as of now; on record before it is handed out. Null as above. */
export async function downloadInSession(
  deps: PickUpDependencies,
  visitor: Visitor,
  id: string,
  secret: string,
): Promise<DownloadedLicence | null> {
  const admitted = await admit(deps, id, secret);
  if (admitted === null) return null;
  const { link, session } = admitted;
  // Before the file: what is said of it is at most too modest when it is anchored in between.
  const { name, anchoring } = await licenceOf(deps, visitor, link, session.expiresAt);
  const pdf = await deps.renderPdf(holderOf(link, visitor), link.certificate);
  const detail = { form: "pdf", anchoring };
  await deps.audit.append(eventOf(link, visitor, { time: deps.now(), action: "pick-up-downloaded", detail }));
  return { pdf, name, isPending: anchoring !== "anchored" };
}

/** Ends the session, e.g. on a shared computer. Nothing happens without one. */
export async function closeSession({ store }: PickUpDependencies, id: string, secret: string): Promise<void> {
  await store.closeSession(id, sessionHash(secret));
}

/** Null as above. */
export async function admit(
  { store, now }: PickUpDependencies,
  id: string,
  secret: string,
): Promise<{ readonly link: PickUpLink; readonly session: PickUpSession } | null> {
  const link = await store.find(id);
  const session = link && sessionOf(link, now());
  return session && sessionMatches(session.hash, secret) ? { link: link as PickUpLink, session } : null;
}
