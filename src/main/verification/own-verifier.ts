// SPDX-License-Identifier: Apache-2.0
import { nodeCrypto } from "../../adapters/node-crypto/index.js";
import { createBatchPaths } from "../../domain/anchoring/index.js";
import { mirrorProofs } from "../../domain/sharing/index.js";
import type { VerifyDocument } from "../../http/verification/verifier.js";
import type { ProofSource } from "../../verify/sources.js";
import type { Deployment } from "../compose.js";
import { readTimestampAuthorities } from "./seal-trust.js";
import { createVerification, forRegion } from "./verify-document.js";

/** The verification of a deployment, with its own mirror and catalogue, on this thread. */
export function verifierOf(deployment: Deployment): VerifyDocument {
  const verify = createVerification({
    ...deployment,
    mirror: proofsOf(deployment),
    types: deployment.catalogue,
    timestampAuthorities: readTimestampAuthorities(deployment.config),
  });
  return forRegion(verify, deployment.config.region);
}

/** Proofs from a deployment's own mirror. */
export function proofsOf({ mirrorStore }: Pick<Deployment, "mirrorStore">): ProofSource {
  return mirrorProofs({ store: mirrorStore, paths: createBatchPaths(nodeCrypto) });
}
