// SPDX-License-Identifier: Apache-2.0
import { existsSync, readFileSync } from "node:fs";
import { nodeCrypto } from "../adapters/node-crypto/index.js";
import type { BundleVerifier, OfflineOptions } from "../cli/tally.js";
import { TallyError } from "../core/errors.js";
import { parseMultikey } from "../core/multikey.js";
import type { KnownNetwork } from "../domain/sharing/index.js";
import { createRenderer } from "../render/index.js";
import {
  bundleAge,
  bundleRegistry,
  bundleRevocationLists,
  readTrustBundle,
  refuseOlder,
  type TrustBundle,
} from "../verify/index.js";
import { bundleKeeperOf } from "./bundle-keeper.js";
import type { Config } from "./config.js";
import type { DataDirectory } from "./data-directory.js";
import { readFallbackFonts } from "./fallback-fonts.js";
import { readTimestampAuthorities } from "./verification/seal-trust.js";
import { createVerification } from "./verification/verify-document.js";

/** A verifier with a trust bundle instead of nodes: it asks nobody, and starts no chain. */
export async function openOfflineVerifier(
  config: Config,
  directory: DataDirectory,
  options: OfflineOptions,
): Promise<BundleVerifier> {
  const bundle = await bundleFor(config, directory, options);
  const maxAge = options.maxAgeSeconds ?? config.bundleMaxAgeSeconds;
  const now = new Date();
  const { chainId, registry } = bundle;
  const verify = createVerification({
    config,
    network: { chainId, registry },
    registry: bundleRegistry(bundle, { now, maxAge }),
    revocationLists: bundleRevocationLists(bundle),
    timestampAuthorities: readTimestampAuthorities(config),
    renderer: createRenderer({ verifyHost: config.verifyHost, fonts: readFallbackFonts(config) }),
  });
  return {
    region: config.region,
    verify,
    bundle,
    ageSeconds: Math.floor(bundleAge(bundle, now)),
    maxAgeSeconds: maxAge,
  };
}

/**
 * The given bundle under the given keys, or under the pinned ones, and then it is kept; without a file the newest kept. Never one
 * older than what is kept.
 */
async function bundleFor(
  config: Config,
  directory: DataDirectory,
  { bytes, keys }: OfflineOptions,
): Promise<TrustBundle> {
  const keeper = bundleKeeperOf(directory);
  if (bytes === null) {
    const newest = await keeper.newest();
    if (newest) return newest;
    throw new TallyError(
      "config.invalid",
      "no trust bundle is kept here; give a file with --bundle, or take one with tally trust bundle accept",
    );
  }
  if (keys.length === 0) return keeper.accept(bytes);
  const trust = networkOf(config, directory) ?? (await keeper.state())?.network;
  if (!trust) throw noNetwork();
  const bundle = readTrustBundle(bytes, { trust, pinned: keys.map(parseMultikey), crypto: nodeCrypto });
  const known = await keeper.newest();
  if (known?.chainId === bundle.chainId && known.genesis === bundle.genesis) refuseOlder(known, bundle);
  return bundle;
}

/** The network of the settings, else of the embedded chain's registry in this data directory; null where neither says. */
export function networkOf({ chainId, registry, genesis }: Config, { deployment }: DataDirectory): KnownNetwork | null {
  if (chainId !== null && registry !== null) return { chainId, registry, ...(genesis === null ? {} : { genesis }) };
  if (!existsSync(deployment)) return null;
  const own = JSON.parse(readFileSync(deployment, "utf8")) as Required<KnownNetwork>;
  return { chainId: own.chainId, registry: own.registry, genesis: own.genesis.toLowerCase() };
}

export function noNetwork(): TallyError {
  return new TallyError(
    "config.invalid",
    "no network is pinned: set TALLY_CHAIN_ID and TALLY_REGISTRY to the one that you trust; a bundle does not get to say it",
  );
}
