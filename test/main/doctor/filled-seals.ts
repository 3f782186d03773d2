// SPDX-License-Identifier: Apache-2.0
import { nodeCrypto } from "../../../src/adapters/node-crypto/index.js";
import { sealEntry } from "../../../src/core/entry.js";
import { leafHash } from "../../../src/core/merkle.js";
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

/** The leaf hash of the newest seal on the file of a licence. */
export async function leafOfSeal({ examined }: Deployment, identifier: string): Promise<Uint8Array> {
  const { certificate, seals } = (await examined.records.certificateFile(identifier))!;
  return leafHash(nodeCrypto, sealEntry(certificate.digest, nodeCrypto.sha256(seals.at(-1)!.seal.cms)));
}
