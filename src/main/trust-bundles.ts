// SPDX-License-Identifier: Apache-2.0
import { join } from "node:path";
import type { Logger } from "pino";
import { ethersHistory } from "../adapters/ethereum/registry-history.js";
import { nodeCrypto } from "../adapters/node-crypto/index.js";
import { whileLocked } from "../adapters/sqlite/exclusive-lock.js";
import { fileBundleShelf } from "../adapters/trust-files/index.js";
import {
  type BundlePublisher,
  createBundlePublisher,
  createTrustBundles,
  type TrustBundles,
} from "../domain/sharing/index.js";
import type { Deployment } from "./compose.js";
import { dataDirectory } from "./data-directory.js";
import { eventLog } from "./event-log.js";

/** The bundles that this region issues. */
export function trustBundlesOf({
  config,
  network,
  registry,
  regionKeys,
  chain,
  revocationLists,
}: Deployment): TrustBundles {
  const { chainId, registry: address, urls } = network;
  return createTrustBundles({
    region: config.region,
    chainId,
    address,
    registry,
    history: ethersHistory({
      urls,
      chainId,
      registry: address,
      timeoutMs: config.chainTimeoutMs,
      firstBlock: () => chain.firstBlock(),
    }),
    signer: () => regionKeys.signerFor("bundle"),
    shelf: fileBundleShelf(join(dataDirectory(config.dataDirectory).trust, "issued-bundle.json"), whileLocked),
    crypto: nodeCrypto,
    clock: { now: () => Date.now() },
    revocationLists: () => revocationLists.all(),
    maxHeadAge: config.maxHeadAgeSeconds,
  });
}

export function bundlePublisherOf(deployment: Deployment, logger: Logger): BundlePublisher {
  return createBundlePublisher({
    bundles: trustBundlesOf(deployment),
    everyMs: deployment.config.bundleEverySeconds * 1000,
    onEvent: eventLog(logger),
  });
}
