// SPDX-License-Identifier: Apache-2.0
import { jsonRpcNode } from "./json-rpc/json-rpc-node.js";
import { pinnedRegistry } from "./pinned-registry.js";
import type { RegistryAccess } from "./registry.js";

export interface JsonRpcRegistryOptions {
  /** Endpoints of nodes that the verifier chose. */
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

/** The registry through plain JSON-RPC: no chain library, runs in browsers. Must pass test/verify/registry-access.suite.ts. */
export function jsonRpcRegistry(options: JsonRpcRegistryOptions): RegistryAccess {
  const { urls, registry, timeoutMs = 5_000, maxAnswerBytes = 1_048_576, firstBlock = 0, ...rest } = options;
  const nodes = urls.map((url) => jsonRpcNode({ url, timeoutMs, maxAnswerBytes, registry, firstBlock }));
  return pinnedRegistry(nodes, { ...rest, registry });
}
