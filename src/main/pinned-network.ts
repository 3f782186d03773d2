// SPDX-License-Identifier: Apache-2.0
import { existsSync } from "node:fs";
import { openDeployedRegistry } from "../adapters/ethereum/deploy-registry.js";
import { writeJsonFile } from "../adapters/ethereum/deployment/deployment-state.js";
import { type CheckedNetwork, checkNetwork } from "../adapters/ethereum/network-check.js";
import { REGISTRY_RUNTIME_DIGEST } from "../adapters/ethereum/registry-abi.js";
import { TallyError } from "../core/errors.js";
import { majorityOf } from "../verify/quorum.js";
import type { Config } from "./config.js";
import type { DataDirectory } from "./data-directory.js";
import { type Network, requireRegistry } from "./network.js";
import { pinFileOf, readPin } from "./network-pin.js";

/** The network as this deployment has pinned it. */
export interface PinnedNetwork {
  readonly urls: readonly string[];
  readonly chainId: number;
  readonly registry: string;
  /** Endpoints that must agree; absent: more than half of them. */
  readonly quorum?: number;
  /** Hash of block 0. */
  readonly genesis?: string;
  /** Block in which the registry was deployed, where its logs begin. */
  readonly firstBlock?: number;
  /** SHA-256 of the registry's code. */
  readonly registryCode?: string;
}

export interface PinNetworkOptions {
  readonly config: Config;
  readonly directory: DataDirectory;
  readonly network: Network;
  readonly say: (line: string) => void;
  /**
   * What to do when the endpoints are not the pinned network, or too few answer. `refuse`, the default: reject. `wait`: reject
   * too, but go on with a network that was checked once before and cannot be reached now, to be checked later. `report`: go
   * on, for who only verifies; every snapshot is checked by itself, and says `unknown` with the reason.
   */
  readonly otherwise?: "refuse" | "wait" | "report";
}

export interface CheckedPin extends PinnedNetwork {
  /** False when nothing could be compared yet. */
  readonly checked: boolean;
  /** Of a network of others, when it was checked. */
  readonly governor: Pick<CheckedNetwork, "governor" | "governorIsContract"> | null;
}

/**
 * The registry that this process works with, compared with what is pinned before anything is believed: on the embedded chain
 * with the record of its deployment, on a network of others by a quorum of its endpoints. An initialised directory keeps what
 * was found at its first time, and compares with that ever after.
 */
export async function pinNetwork({
  config,
  directory,
  network,
  say,
  otherwise = "refuse",
}: PinNetworkOptions): Promise<CheckedPin> {
  const { urls, chainId } = network;
  if (network.embedded) {
    const { registry, genesis, block, codeDigest } = await openDeployedRegistry({
      url: urls[0]!,
      chainId,
      record: directory.deployment,
    });
    const pinned = {
      urls,
      chainId,
      registry,
      genesis: genesis.toLowerCase(),
      firstBlock: block,
      registryCode: codeDigest,
    };
    return { ...pinned, checked: true, governor: null };
  }
  try {
    const found = await checkNetwork(checkOptions(config, urls, chainId));
    for (const warning of found.warnings) say(`an endpoint is left out: ${warning}`);
    tellGovernor(directory, found, say);
    remember(directory, config, found);
    return {
      ...configured(config, urls, chainId),
      genesis: found.genesis,
      firstBlock: found.registryBlock,
      checked: true,
      governor: found,
    };
  } catch (error) {
    const isAway = error instanceof TallyError && error.code === "chain.unreachable";
    const goesOn = otherwise === "report" || (otherwise === "wait" && isAway && existsSync(directory.network));
    if (!goesOn) throw error;
    if (otherwise === "wait")
      say(`the network cannot be reached; it was checked before and is checked again: ${(error as Error).message}`);
    return { ...configured(config, urls, chainId), checked: false, governor: null };
  }
}

function checkOptions(config: Config, urls: readonly string[], chainId: number) {
  return {
    urls,
    chainId,
    quorum: config.quorum ?? majorityOf(urls.length),
    registry: requireRegistry(config.registry),
    genesis: config.genesis,
    registryCode: config.registryCode,
    registryBlock: config.registryBlock,
    timeoutMs: config.chainTimeoutMs,
  };
}

/** As the settings have it, without having asked anybody. */
export function configured(config: Config, urls: readonly string[], chainId: number): PinnedNetwork {
  return {
    urls,
    chainId,
    registry: requireRegistry(config.registry),
    registryCode: config.registryCode ?? REGISTRY_RUNTIME_DIGEST,
    ...(config.quorum === null ? {} : { quorum: config.quorum }),
    ...(config.genesis === null ? {} : { genesis: config.genesis }),
    ...(config.registryBlock === null ? {} : { firstBlock: config.registryBlock }),
  };
}

/** The role can be handed on lawfully, so another holder is no fault, but nobody should miss it. */
function tellGovernor(directory: DataDirectory, { governor }: CheckedNetwork, say: (line: string) => void): void {
  if (!existsSync(directory.network)) return;
  const before = readPin(directory.network).governor;
  if (before === undefined || before === governor) return;
  say(
    `the registry's governor is ${governor} now, it was ${before} when this directory joined: ask the network's office`,
  );
}

/** Only into a directory that is in use, and once: what is pinned does not follow the chain. */
function remember(directory: DataDirectory, config: Config, found: CheckedNetwork): void {
  const isInUse = existsSync(directory.profile) || existsSync(directory.keys);
  if (!isInUse || existsSync(directory.network)) return;
  const pin = {
    chainId: found.chainId,
    genesis: found.genesis,
    registry: found.registry,
    registryBlock: found.registryBlock,
    registryCode: found.registryCode,
    governor: found.governor,
    chainUrls: config.chainUrls,
    ...(config.quorum === null ? {} : { quorum: config.quorum }),
  };
  writeJsonFile(directory.network, pinFileOf(pin));
}
