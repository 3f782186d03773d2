// SPDX-License-Identifier: Apache-2.0
import type { CopyPage, CopySummary } from "../copies/index.js";
import type { PickUpDependencies } from "./dependencies.js";
import { admit } from "./session.js";
import { eventOf, holderOf, type Visitor } from "./visitor.js";

/**
 * A reader's copy that the holder has made of the licence in his session, in the name of its agency; on record under his link. `number` names it beforehand. Null
 * without a session; rejects as `Copies.make`.
 */
export async function copyInSession(
  deps: PickUpDependencies,
  visitor: Visitor,
  id: string,
  {
    secret,
    request,
    number,
  }: { readonly secret: string; readonly request: unknown; readonly number?: string | undefined },
): Promise<CopySummary | null> {
  const admitted = await admit(deps, id, secret);
  return admitted && deps.copies.make(holderOf(admitted.link, visitor), admitted.link.certificate, request, number);
}

/** One of the copies of the licence. Null without a session; rejects with `copy.not-found`. */
export async function findCopyInSession(
  deps: PickUpDependencies,
  visitor: Visitor,
  id: string,
  { secret, number }: { readonly secret: string; readonly number: string },
): Promise<CopySummary | null> {
  const admitted = await admit(deps, id, secret);
  return admitted && deps.copies.find(holderOf(admitted.link, visitor), admitted.link.certificate, number);
}

/** The readers' copies of the licence, whoever made them, as `Copies.list`. Null without a session. */
export async function copiesInSession(
  deps: PickUpDependencies,
  visitor: Visitor,
  id: string,
  { secret, page }: { readonly secret: string; readonly page: { readonly after?: number; readonly limit?: number } },
): Promise<CopyPage | null> {
  const admitted = await admit(deps, id, secret);
  return admitted && deps.copies.list(holderOf(admitted.link, visitor), admitted.link.certificate, page);
}

/** The file of a copy of the licence, as of now; on record before it is handed out. Null without a session; rejects with `copy.not-found`. */
export async function downloadCopyInSession(
  deps: PickUpDependencies,
  visitor: Visitor,
  id: string,
  { secret, number }: { readonly secret: string; readonly number: string },
): Promise<Uint8Array | null> {
  const admitted = await admit(deps, id, secret);
  if (admitted === null) return null;
  const { link } = admitted;
  const actor = holderOf(link, visitor);
  // Before the file: what is said of it is at most too modest when it is anchored in between.
  const { anchoring } = await deps.copies.find(actor, link.certificate, number);
  const pdf = await deps.copies.fileOf(actor, link.certificate, number);
  const detail = { form: "copy-pdf", copy: number, anchoring };
  await deps.audit.append(eventOf(link, visitor, { time: deps.now(), action: "pick-up-downloaded", detail }));
  return pdf;
}
