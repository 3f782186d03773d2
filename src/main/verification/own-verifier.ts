// SPDX-License-Identifier: Apache-2.0
import type { VerifyDocument } from "../../http/verification/verifier.js";
import type { Deployment } from "../compose.js";
import { proofsOf } from "../mirror-proofs.js";
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
