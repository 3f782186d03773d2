// SPDX-License-Identifier: Apache-2.0
import { nodeCrypto } from "../../../src/adapters/node-crypto/index.js";
import { x509Authority } from "../../../src/adapters/x509/index.js";
import type { Actor } from "../../../src/domain/audit/index.js";
import { createSealCa, createSealing, type SealStore } from "../../../src/domain/seals/index.js";
import type { Deployment } from "../../../src/main/compose.js";
import { memorySealKeys } from "../../domain/seals/seal-world.js";
import { AGENCY, REGION } from "../../operations/office.js";

/**
 * A seal CA, a seal that was revoked and one that is good, two revocation lists, and files under the first seal, of which one was sealed
 * again with the other.
 */
export async function fillSeals(
  { registry, renderer, agencies, audit, issuance, governance }: Deployment,
  store: SealStore,
  actor: Actor,
  { again, once }: { readonly again: string; readonly once: string },
): Promise<void> {
  const own = { region: REGION, store, keys: memorySealKeys(), registry, crypto: nodeCrypto, now: Date.now };
  const ca = createSealCa({
    ...own,
    ...{ regionName: "样例省", issuer: x509Authority, agencies, audit, checkSeal: renderer.checkSeal },
    ...{ governance: await governance(`admin-${REGION}`), revocationListUrl: null, blockClock: null },
  });
  const sealing = createSealing({ ...own, renderer, stamp: null });
  const seal = async (identifier: string): Promise<void> => {
    const file = await sealing.sealedFile(actor, await issuance.documentOf(actor, identifier));
    if (file === null) throw new Error(`${identifier} was not sealed`);
  };
  await ca.establish(actor);
  const first = await ca.issueSeal(actor, AGENCY);
  await seal(once);
  await seal(again);
  await ca.revokeSeal(actor, first.serial, "superseded");
  await ca.issueSeal(actor, AGENCY, { star: false });
  await seal(again);
}
