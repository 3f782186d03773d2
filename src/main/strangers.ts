// SPDX-License-Identifier: Apache-2.0
import { gzipSync } from "node:zlib";
import { ethersKeyLog } from "../adapters/ethereum/key-log.js";
import { ethersStatusWords } from "../adapters/ethereum/status-words.js";
import { nodeCrypto } from "../adapters/node-crypto/index.js";
import { STATUS_LIST_LENGTH } from "../core/certificate-reader.js";
import { createInteroperabilityIssuer } from "../domain/agencies/index.js";
import { createDidDocuments, createStatusLists, keyStanding } from "../domain/sharing/index.js";
import type { Strangers } from "../http/strangers.js";
import type { Deployment } from "./compose.js";
import { regionDidWeb } from "./did-web.js";

/** Words are read at most so often, however many ask for a list. */
const FRESH_MS = 2_000;

/** What this deployment offers to software that knows nothing of the registry. */
export function strangersOf(deployment: Deployment): Strangers {
  const { config, network, agencies, registry, floor, keys, regionKeys, statusIndices, audit } = deployment;
  const { region, publicUrl } = config;
  const now = (): number => Date.now();
  const regionDid = regionDidWeb(publicUrl);
  const chain = { urls: network.urls, chainId: network.chainId, timeoutMs: config.chainTimeoutMs };
  return {
    didDocuments: createDidDocuments({
      region,
      regionDid,
      agencies,
      registry,
      floor,
      keyLog: ethersKeyLog({
        ...chain,
        registry: network.registry,
        ...(network.firstBlock === undefined ? {} : { firstBlock: network.firstBlock }),
      }),
      keys,
      crypto: nodeCrypto,
      now,
      blockClock: config.chainUrls.length === 0 ? now : null,
    }),
    statusLists: createStatusLists({
      region,
      regionDid,
      urlOf: (of, purpose, list) => `${publicUrl}/v1/status/${of}/${purpose}/${list}`,
      words: ethersStatusWords({
        ...chain,
        address: network.registry,
        registry,
        floor,
        ...(network.quorum === undefined ? {} : { quorum: network.quorum }),
      }),
      ownLists: async () => Math.ceil((await statusIndices.leasedStatusIndices(region)) / STATUS_LIST_LENGTH),
      isRegion: async (code) => (await (await registry.snapshot()).findRegion(code)) !== null,
      signer: () => regionKeys.signerFor("status-list"),
      gzip: (bytes) => gzipSync(bytes),
      crypto: nodeCrypto,
      now,
      settings: {
        validitySeconds: config.statusListSeconds,
        freshMs: FRESH_MS,
        maxHeadAgeSeconds: config.maxHeadAgeSeconds,
      },
    }),
    keyStanding: keyStanding(registry, nodeCrypto),
    didOf: async (agency) => (await agencies.findAgency(agency))?.did ?? null,
    interoperability:
      config.interoperabilityIssuer === "off"
        ? null
        : {
            isOpen: config.interoperabilityIssuer === "open",
            issuer: createInteroperabilityIssuer({ keys, crypto: nodeCrypto, audit, now }),
          },
  };
}
