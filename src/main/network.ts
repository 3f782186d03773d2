// SPDX-License-Identifier: Apache-2.0
import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { TallyError } from "../core/errors.js";
import { type RunningChain, spawnChain } from "./chain/spawn-chain.js";
import type { Config } from "./config.js";
import { type DataDirectory, refuseLostChain } from "./data-directory.js";

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

export interface OpenNetworkOptions {
  readonly config: Config;
  readonly directory: DataDirectory;
  readonly say: (line: string) => void;
  /**
   * Whose embedded chain. `own`: takes part in no chain of another process but waits until that has ended, for who runs longer than a
   * command, whose chain ends with it. `running`: starts none, and waits for a while until one runs. `any`, the default: the running
   * one, else an own one.
   */
  readonly whose?: "own" | "running" | "any";
}

/**
 * The configured network, else the embedded chain of the data directory: the running one when another process of this
 * directory has started it, else a new child of this process. Rejects with `chain.registry-missing` for a directory that
 * has lost its chain.
 */
export async function openNetwork({ config, directory, say, whose = "any" }: OpenNetworkOptions): Promise<Network> {
  if (config.chainUrls.length > 0) {
    return { urls: config.chainUrls, chainId: config.chainId!, embedded: false, ended: never(), close: async () => {} };
  }
  if (whose !== "running") refuseLostChain(directory);
  const deadline = Date.now() + PATIENCE_MS;
  for (let waited = false; ; waited = true) {
    const running = await runningEndpoint(directory);
    if (running !== null && whose !== "own") {
      return { urls: [running.url], chainId: running.chainId, embedded: true, ended: never(), close: async () => {} };
    }
    if (running === null && whose !== "running") {
      const chain = await startChain(directory, config, say);
      if (chain !== null) return chain;
    }
    if (Date.now() > deadline) {
      if (whose === "running") throw noChain(directory);
      throw new TallyError("config.invalid", `another command has used the chain of ${directory.root} for too long`, {
        field: "TALLY_DATA",
      });
    }
    if (!waited)
      say(
        whose === "running"
          ? `waiting for the chain of ${directory.root}`
          : `another command uses the chain of ${directory.root}; waiting for it to end`,
      );
    await pause(POLL_MS);
  }
}

function noChain({ root }: DataDirectory): TallyError {
  return new TallyError(
    "chain.unreachable",
    `no chain runs on ${root}: start one with tally chain, or set TALLY_CHAIN_URLS to nodes of a network`,
    { field: "TALLY_CHAIN_URLS" },
  );
}

const PATIENCE_MS = 60_000;
const POLL_MS = 200;

/** Null when another process holds the chain's folder but does not answer yet, or not any more. */
async function startChain(
  directory: DataDirectory,
  { chainPort, chainBind: host }: Config,
  say: (line: string) => void,
): Promise<Network | null> {
  let chain: RunningChain | null = null;
  const early: string[] = [];
  // What a chain says before it fails is part of the error.
  const onMessage = (line: string): void => (chain === null ? void early.push(line) : say(line));
  try {
    chain = await spawnChain({ directory: directory.chain, port: chainPort ?? 0, host, onMessage });
  } catch (error) {
    // With arguments of ours the one configuration that a chain refuses is a folder in use.
    if (error instanceof TallyError && error.code === "config.invalid") return null;
    throw error;
  }
  early.forEach(say);
  const started = chain;
  writeEndpoint(directory, { url: chain.url, chainId: chain.chainId, pid: chain.child.pid ?? 0 });
  return {
    urls: [chain.url],
    chainId: chain.chainId,
    embedded: true,
    ended: chain.exited.then(() => {}),
    close: () => closeChain(started, directory),
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
  try {
    const endpoint = JSON.parse(readFileSync(chainEndpoint, "utf8")) as Endpoint;
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
