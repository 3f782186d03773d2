// SPDX-License-Identifier: Apache-2.0
import { nodeCrypto } from "../adapters/node-crypto/index.js";
import type { ArchiveVerifier } from "../cli/tally.js";
import { parseMultikey } from "../core/multikey.js";
import { createRenderer } from "../render/index.js";
import { verifyArchive } from "../verify/archive.js";
import { bundleKeeperOf } from "./bundle-keeper.js";
import type { Config } from "./config.js";
import type { DataDirectory } from "./data-directory.js";
import { readFallbackFonts } from "./fallback-fonts.js";
import { networkOf, noNetwork } from "./offline-verifier.js";
import { readTimestampAuthorities } from "./verification/seal-trust.js";
import { rerenderWith, trustOf } from "./verification/verify-document.js";

/**
 * A verifier of archive packages: it asks nobody, starts no chain and keeps nothing. Packages are taken from the keys that are given, else from
 * the pinned ones; with neither each is undecided, and names its key.
 */
export async function openArchiveVerifier(
  config: Config,
  directory: DataDirectory,
  keys: readonly string[],
): Promise<ArchiveVerifier> {
  const state = await bundleKeeperOf(directory).state();
  const network = networkOf(config, directory) ?? state?.network;
  if (!network) throw noNetwork();
  const pinned = (keys.length > 0 ? keys : (state?.pins ?? [])).map(parseMultikey);
  const { genesis } = network;
  const trust = trustOf({ config, network, timestampAuthorities: readTimestampAuthorities(config) });
  const renderer = createRenderer({ verifyHost: config.verifyHost, fonts: readFallbackFonts(config) });
  return {
    region: config.region,
    verify: (bytes, { at, purpose } = {}) =>
      verifyArchive(bytes, {
        trust: { ...trust, ...(genesis === undefined ? {} : { genesis }) },
        pinned,
        now: new Date(),
        crypto: nodeCrypto,
        rerender: rerenderWith(renderer),
        ...(at === undefined ? {} : { at }),
        ...(purpose === undefined ? {} : { purpose }),
      }),
  };
}
