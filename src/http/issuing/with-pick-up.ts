// SPDX-License-Identifier: Apache-2.0
import type { Actor } from "../../domain/audit/index.js";
import type { Deliverable, PickUps, ToldLink } from "../../domain/holders/index.js";
import type { IssuedCertificate } from "../../domain/issuance/index.js";
import { type Complete, locationOf } from "./answer-once.js";
import type { LineResult } from "./issue-lines.js";

type FirstLinks = Pick<PickUps, "firstLinks">;

/** Adds the link for the holder, which is made now unless it was made before: a replayed answer tells the same link. */
export function withPickUp(pickUps: FirstLinks, actor: Actor): Complete {
  return async (stored) => {
    const issued = stored as typeof stored & Deliverable;
    const [pickUp] = await pickUps.firstLinks(actor, [issued]);
    return { body: { ...issued, pickUp }, location: locationOf(issued) };
  };
}

/** A line of a batch with the link for the holder. */
export type LinkedLine =
  | { readonly line: number; readonly certificate: IssuedCertificate & { readonly pickUp: ToldLink } }
  | Extract<LineResult, { readonly error: unknown }>;

/** The same for the lines of one step, in one write. */
export async function linesWithPickUp(
  pickUps: FirstLinks,
  actor: Actor,
  results: readonly LineResult[],
): Promise<readonly LinkedLine[]> {
  const issued = results.flatMap((result) => ("certificate" in result ? [result.certificate] : []));
  const links = await pickUps.firstLinks(actor, issued);
  let next = 0;
  return results.map((result) =>
    "certificate" in result
      ? { line: result.line, certificate: { ...result.certificate, pickUp: links[next++] as ToldLink } }
      : result,
  );
}
