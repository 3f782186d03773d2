// SPDX-License-Identifier: Apache-2.0
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { TallyError } from "../core/errors.js";
import { type RunningChain, spawnChain } from "./chain/spawn-chain.js";
import type { Config } from "./config.js";
import type { DataDirectory } from "./data-directory.js";

/** The nodes this process talks to. */
export interface Network {
  readonly urls: readonly string[];
  readonly chainId: number;
  /** True when the chain belongs to this data directory. */
  readonly embedded: boolean;
  /** Resolves when a chain that this process started has ended; never for any other. */
  readonly ended: Promise<void>;
  /** Ends the chain when this process started it. */
  close(): Promise<void>;
}

interface Endpoint {
  readonly url: string;
  readonly chainId: number;
  readonly pid: number;
}

/**
 * The configured network, else the embedded chain of the data directory: the running one when another process of this
 * directory has started it, else a new child of this process.
 */
export async function openNetwork(
  config: Config,
  directory: DataDirectory,
  say: (line: string) => void,
): Promise<Network> {
  if (config.chainUrls.length > 0) {
    return { urls: config.chainUrls, chainId: config.chainId!, embedded: false, ended: never(), close: async () => {} };
  }
  const running = await runningEndpoint(directory);
  if (running !== null) {
    return { urls: [running.url], chainId: running.chainId, embedded: true, ended: never(), close: async () => {} };
  }
  const chain = await spawnChain({ directory: directory.chain, port: config.chainPort, onMessage: say });
  writeEndpoint(directory, { url: chain.url, chainId: chain.chainId, pid: chain.child.pid ?? 0 });
  return {
    urls: [chain.url],
    chainId: chain.chainId,
    embedded: true,
    ended: chain.exited.then(() => {}),
    close: () => closeChain(chain, directory),
  };
}

async function closeChain(chain: RunningChain, directory: DataDirectory): Promise<void> {
  rmSync(directory.chainEndpoint, { force: true });
  await chain.stop();
}

function writeEndpoint({ chainEndpoint }: DataDirectory, endpoint: Endpoint): void {
  const temporary = `${chainEndpoint}.new`;
  writeFileSync(temporary, `${JSON.stringify(endpoint)}\n`, { mode: 0o600 });
  renameSync(temporary, chainEndpoint);
}

/** Null when nothing answers there: the file is what a killed process left behind. */
async function runningEndpoint({ chainEndpoint }: DataDirectory): Promise<Endpoint | null> {
  if (!existsSync(chainEndpoint)) return null;
  const endpoint = JSON.parse(readFileSync(chainEndpoint, "utf8")) as Endpoint;
  try {
    const response = await fetch(endpoint.url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "eth_chainId", params: [] }),
      signal: AbortSignal.timeout(2_000),
    });
    const answer = (await response.json()) as { result?: string };
    return Number(answer.result) === endpoint.chainId ? endpoint : null;
  } catch {
    return null;
  }
}

/** For a network that has to be configured: says what is missing instead of guessing. */
export function requireRegistry(registry: string | null | undefined): string {
  if (registry) return registry;
  throw new TallyError("chain.registry-missing", "no registry is known; run tally init, or set TALLY_REGISTRY");
}

function never(): Promise<never> {
  return new Promise(() => {});
}
