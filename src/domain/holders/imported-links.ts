// SPDX-License-Identifier: Apache-2.0
import type { Actor } from "../audit/index.js";
import { GROUP_SIZE, inGroups } from "../issuance/in-groups.js";
import type { ImportResult } from "../issuance/index.js";
import type { ToldLink } from "./make-links.js";
import type { PickUps } from "./pick-ups.js";

/** A row of an import with the link for its holder. */
export type DeliverableResult = ImportResult & { readonly pickUp?: ToldLink };

/**
 * Adds a link to each row that was issued, a durable write a group. A group here is a group of the import, so the links of a row are
 * durable before its result is told; a crash in between leaves a certificate whose link the agency asks for by its identifier.
 */
export async function* withLinks(
  pickUps: Pick<PickUps, "firstLinks">,
  actor: Actor & { readonly agency: string },
  results: AsyncIterable<ImportResult>,
): AsyncIterableIterator<DeliverableResult> {
  for await (const group of inGroups(results, GROUP_SIZE)) {
    const issued = group.flatMap((result) =>
      result.ok ? [{ certificateIdentifier: result.certificateIdentifier, issueDeptCode: actor.agency }] : [],
    );
    const links = await pickUps.firstLinks(actor, issued);
    let next = 0;
    for (const result of group) yield result.ok ? { ...result, pickUp: links[next++] as ToldLink } : result;
  }
}
