// SPDX-License-Identifier: Apache-2.0
import { join } from "node:path";
import type { Logger } from "pino";
import { ethersHistory } from "../adapters/ethereum/registry-history.js";
import { nodeCrypto } from "../adapters/node-crypto/index.js";
import { whileLocked } from "../adapters/sqlite/exclusive-lock.js";
import { fileBundleShelf, filePinStore } from "../adapters/trust-files/index.js";
import {
  type BundleKeeper,
  type BundlePublisher,
  createBundleKeeper,
  createBundlePublisher,
  createTrustBundles,
  type TrustBundles,
} from "../domain/sharing/index.js";
import type { Deployment } from "./compose.js";
import type { Config } from "./config.js";
import { eventLog } from "./event-log.js";

/** What this deployment issues itself, and what it has pinned and taken from others, beside one another. */
function trustFolder({ dataDirectory }: Config): string {
  return join(dataDirectory, "trust");
}

/** The bundles that this region issues. */
export function trustBundlesOf({ config, network, registry, regionKeys, chain }: Deployment): TrustBundles {
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
    shelf: fileBundleShelf(join(trustFolder(config), "issued-bundle.json"), whileLocked),
    crypto: nodeCrypto,
    clock: { now: () => Date.now() },
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

/** The pins of this data directory, which needs nothing else in it. */
export function bundleKeeperOf(config: Config): BundleKeeper {
  return createBundleKeeper({ store: filePinStore(trustFolder(config), whileLocked), crypto: nodeCrypto });
}
