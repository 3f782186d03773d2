// SPDX-License-Identifier: Apache-2.0
import { pinnedRegistry } from "../../verify/pinned-registry.js";
import type { RegistryAccess } from "../../verify/registry.js";
import { ethersRegistryNode } from "./ethers-registry-node.js";

export interface EthersRegistryOptions {
  readonly urls: readonly string[];
  readonly chainId: number;
  /** Address of the registry. */
  readonly registry: string;
  /** Longest wait for one answer. Default 5,000. */
  readonly timeoutMs?: number;
  /** Nodes that must agree: more than half of them, which is the default; else `config.invalid`. */
  readonly quorum?: number;
  /** Blocks to stay behind the head. Default 0. */
  readonly confirmations?: number;
  /** Longest answer. Default 1 MiB. */
  readonly maxAnswerBytes?: number;
  /** The block in which the registry was deployed. Default 0. */
  readonly firstBlock?: number;
  /** Hash of the chain's first block, which every node must have. */
  readonly genesis?: string;
  /** SHA-256 of the code at the registry's address, lower-case hex, which every node must have; absent: any code. */
  readonly registryCode?: string;
}

/** The registry through ethers. Must pass test/verify/registry-access.suite.ts, as does `verify/json-rpc.ts`. */
export function ethersRegistry(options: EthersRegistryOptions): RegistryAccess {
  const { urls, timeoutMs = 5_000, maxAnswerBytes = 1_048_576, firstBlock = 0, ...rest } = options;
  const { chainId, registry } = rest;
  const nodes = urls.map((url) =>
    ethersRegistryNode({ url, chainId, registry, timeoutMs, maxAnswerBytes, firstBlock }),
  );
  return pinnedRegistry(nodes, rest);
}
