// SPDX-License-Identifier: Apache-2.0
import { join } from "node:path";
import { spawnChain } from "../../../src/main/chain/spawn-chain.js";
import { startAnvil } from "../../main/network/anvil.js";

export type NodeKind = "hardhat" | "anvil";

/** A real chain in a process of its own. */
export interface ChainNode {
  readonly url: string;
  readonly chainId: number;
  rpc<T = unknown>(method: string, ...params: unknown[]): Promise<T>;
  fund(...addresses: readonly string[]): Promise<void>;
  stop(): Promise<void>;
}

/** Null where npm has none for this machine. `folder` need not exist. */
export async function startNode(kind: NodeKind, folder: string): Promise<ChainNode | null> {
  if (kind === "anvil") return startAnvil();
  const chain = await spawnChain({ directory: join(folder, "chain") });
  return {
    url: chain.url,
    chainId: chain.chainId,
    rpc: (method, ...params) => ask(chain.url, method, params),
    // Its gas is free.
    fund: async () => {},
    stop: () => chain.stop(),
  };
}

async function ask<T>(url: string, method: string, params: readonly unknown[]): Promise<T> {
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
  const response = await fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body });
  const { result, error } = (await response.json()) as { result: T; error?: { message: string } };
  if (error) throw new Error(`${method}: ${error.message}`);
  return result;
}
