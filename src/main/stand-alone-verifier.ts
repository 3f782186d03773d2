// SPDX-License-Identifier: Apache-2.0
import { ethersRegistry } from "../adapters/ethereum/registry-access.js";
import type { Verifier } from "../cli/tally.js";
import { TallyError } from "../core/errors.js";
import { createRenderer } from "../render/index.js";
import { httpRevocationLists } from "../verify/index.js";
import type { Config } from "./config.js";
import { readFallbackFonts } from "./fallback-fonts.js";
import { configured } from "./pinned-network.js";
import { readTimestampAuthorities } from "./verification/seal-trust.js";
import { createVerification } from "./verification/verify-document.js";

/** A verifier without a data directory: configured nodes and registry, no mirror; revocation lists of seals from the services of TALLY_PEERS. */
export function openVerifier(config: Config): Verifier {
  if (config.chainUrls.length === 0) {
    throw new TallyError(
      "config.invalid",
      "nothing to verify against: set TALLY_CHAIN_URLS, TALLY_CHAIN_ID and TALLY_REGISTRY to a network you trust, or run in the folder of an initialised deployment (tally init)",
    );
  }
  const network = configured(config, config.chainUrls, config.chainId!);
  const registry = ethersRegistry({
    ...network,
    timeoutMs: config.chainTimeoutMs,
    confirmations: config.confirmations,
  });
  const verify = createVerification({
    config,
    network,
    registry,
    // The newest ones, of those that this verifier's own settings name.
    ...(config.peers.length === 0
      ? {}
      : { revocationLists: httpRevocationLists({ urls: config.peers, timeoutMs: config.chainTimeoutMs }) }),
    timestampAuthorities: readTimestampAuthorities(config),
    renderer: createRenderer({ verifyHost: config.verifyHost, fonts: readFallbackFonts(config) }),
  });
  return { region: config.region, verify };
}
