// SPDX-License-Identifier: Apache-2.0
import { nodeCrypto } from "../adapters/node-crypto/index.js";
import { createBatchPaths } from "../domain/anchoring/index.js";
import { type MirrorStore, mirrorProofs } from "../domain/sharing/index.js";
import type { ProofSource } from "../verify/sources.js";

/** Proofs from a deployment's own mirror. */
export function proofsOf({ mirrorStore }: { readonly mirrorStore: MirrorStore }): ProofSource {
  return mirrorProofs({ store: mirrorStore, paths: createBatchPaths(nodeCrypto) });
}
