// SPDX-License-Identifier: Apache-2.0
import { nodeCrypto } from "../adapters/node-crypto/index.js";
import { type Archiving, createArchiving } from "../domain/archiving/index.js";
import type { Deployment } from "./compose.js";
import { proofsOf } from "./mirror-proofs.js";
import { trustBundlesOf } from "./trust-bundles.js";
import { readTimestampAuthorities } from "./verification/seal-trust.js";
import { rerenderWith, trustOf } from "./verification/verify-document.js";

/** The archive packages that this region makes. */
export function archivingOf(deployment: Deployment): Archiving {
  const { config, network, issuance, renderPdf, audit, examined, regionKeys, renderer } = deployment;
  return createArchiving({
    region: config.region,
    issuance,
    pdfOf: renderPdf,
    audit,
    log: examined.records,
    proofs: proofsOf(deployment),
    bundles: trustBundlesOf(deployment),
    signer: () => regionKeys.signerFor("bundle"),
    trust: trustOf({ config, network, timestampAuthorities: readTimestampAuthorities(config) }),
    rerender: rerenderWith(renderer),
    crypto: nodeCrypto,
    now: () => Date.now(),
  });
}
