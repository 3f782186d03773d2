// SPDX-License-Identifier: Apache-2.0
import type { Actor } from "../../../src/domain/audit/index.js";
import type { Deployment } from "../../../src/main/compose.js";
import { AGENCY } from "../../operations/office.js";

/**
 * A seal CA, a seal that was revoked and one that is good, a revocation list after another, and files under the first seal, of which one was
 * sealed again with the other.
 */
export async function fillSeals(
  { seals, renderPdf }: Deployment,
  actor: Actor,
  { again, once }: { readonly again: string; readonly once: string },
): Promise<void> {
  await seals.authority.establish(actor);
  const first = await seals.authority.issueSeal(actor, AGENCY);
  await renderPdf(actor, once);
  await renderPdf(actor, again);
  await seals.authority.revokeSeal(actor, first.serial, "superseded");
  await seals.authority.issueSeal(actor, AGENCY, { star: false });
  await renderPdf(actor, again);
}
