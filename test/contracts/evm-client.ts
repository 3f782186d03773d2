// SPDX-License-Identifier: Apache-2.0
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** What a node or an ABI decoder answers; the test that reads it knows its shape, and fails when it is another. */
// biome-ignore lint/suspicious/noExplicitAny: see above
export type Answer = any;

/** A development chain with unlocked accounts, a settable clock and automatic mining. */
export interface EvmClient {
  readonly name: string;
  /** JSON-RPC. Rejects with an error whose `data` is the revert data, when a call reverted. */
  request(method: string, params?: readonly unknown[]): Promise<Answer>;
  /** Mined at once; the receipt. */
  transact(transaction: object): Promise<Answer>;
  close(): Promise<void>;
}

const require = createRequire(import.meta.url);

/** The Hardhat network inside this process. Closing puts it back to where it was. */
export async function openHardhat(): Promise<EvmClient> {
  const { network } = require("hardhat");
  const request = (method: string, params: readonly unknown[] = []) => network.provider.request({ method, params });
  const before = await request("evm_snapshot");
  const transact = async (transaction: object) =>
    request("eth_getTransactionReceipt", [await request("eth_sendTransaction", [transaction])]);
  return { name: "Hardhat", request, transact, close: () => request("evm_revert", [before]) };
}

/** Where npm put anvil for this machine, or null where it has none. */
export function anvilBinary(): string | null {
  const platform = `${process.platform === "win32" ? "win32" : process.platform}-${process.arch === "x64" ? "amd64" : process.arch}`;
  const path = fileURLToPath(new URL(`../../node_modules/@foundry-rs/anvil-${platform}/bin/anvil`, import.meta.url));
  return existsSync(path) ? path : null;
}

/** A process of its own on a port that the system chooses. */
export async function openAnvil(binary: string): Promise<EvmClient> {
  const child = spawn(binary, ["--port", "0", "--chain-id", "31337", "--hardfork", "cancun"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const url = `http://127.0.0.1:${await listeningPort(child)}`;
  let id = 0;
  const request = async (method: string, params: readonly unknown[] = []) => {
    const body = JSON.stringify({ jsonrpc: "2.0", id: ++id, method, params });
    const response = await fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body });
    const { result, error } = (await response.json()) as {
      result?: unknown;
      error?: { message: string; data?: unknown };
    };
    if (error) throw Object.assign(new Error(`${method}: ${error.message}`), { data: error.data });
    return result;
  };
  return {
    name: "anvil",
    request,
    // anvil answers eth_sendTransaction before it has mined.
    transact: (transaction) => request("eth_sendTransactionSync", [transaction]),
    close: () =>
      new Promise((resolve) => {
        child.once("exit", () => resolve());
        child.kill();
      }),
  };
}

function listeningPort(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    const said: string[] = [];
    // The lines are read to the end, so that a full pipe never stops the node.
    createInterface({ input: child.stdout! }).on("line", (line) => {
      if (said.length < 50) said.push(line);
      const port = /^Listening on 127\.0\.0\.1:(\d+)/.exec(line)?.[1];
      if (port !== undefined) resolve(port);
    });
    child.once("exit", (code) => reject(new Error(`anvil ended with ${code}: ${said.join("\n")}`)));
    child.once("error", reject);
  });
}
