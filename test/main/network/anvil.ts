// SPDX-License-Identifier: Apache-2.0
import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { anvilBinary } from "../../contracts/evm-client.js";

/** A network as others run it: a process of its own that charges for gas and whose clock can be moved. */
export interface Anvil {
  readonly url: string;
  readonly chainId: number;
  rpc<T = unknown>(method: string, ...params: unknown[]): Promise<T>;
  /** Gives an address funds. */
  fund(...addresses: readonly string[]): Promise<void>;
  /** Moves the chain's clock and makes a block at the new time. */
  pass(seconds: number): Promise<void>;
  stop(): Promise<void>;
}

const CHAIN_ID = 20_261_122;

/** Null where npm has no anvil for this machine. */
export async function startAnvil(chainId: number = CHAIN_ID): Promise<Anvil | null> {
  const binary = anvilBinary();
  if (binary === null) return null;
  const child = spawn(
    binary,
    ["--host", "127.0.0.1", "--port", "0", "--chain-id", String(chainId), "--hardfork", "cancun"],
    {
      stdio: ["ignore", "pipe", "ignore"],
    },
  );
  const url = await listeningAt(child);
  let id = 0;
  const rpc = async <T>(method: string, ...params: unknown[]): Promise<T> => {
    const body = JSON.stringify({ jsonrpc: "2.0", id: ++id, method, params });
    const response = await fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body });
    const { result, error } = (await response.json()) as { result: T; error?: { message: string } };
    if (error) throw new Error(`${method}: ${error.message}`);
    return result;
  };
  return {
    url,
    chainId,
    rpc,
    fund: async (...addresses) => {
      for (const address of addresses) await rpc("anvil_setBalance", address, "0x8ac7230489e80000");
    },
    pass: async (seconds) => {
      await rpc("evm_increaseTime", seconds);
      await rpc("evm_mine");
    },
    stop: async () => {
      const gone = new Promise((resolve) => child.once("close", resolve));
      child.kill();
      await gone;
    },
  };
}

function listeningAt(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    // The lines are read to the end, so that a full pipe never stops the node.
    createInterface({ input: child.stdout! }).on("line", (line) => {
      const [, address] = /Listening on (127\.0\.0\.1:\d+)/.exec(line) ?? [];
      if (address !== undefined) resolve(`http://${address}`);
    });
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`anvil ended with ${code}`)));
  });
}
