// SPDX-License-Identifier: Apache-2.0
import { createHash } from "node:crypto";
import type { EthereumProvider, HardhatRuntimeEnvironment } from "hardhat/types/index.js";
import { packageFile } from "../../adapters/package-folder/index.js";

/** What makes one embedded chain differ from another; recorded in the journal's header. */
export interface ChainParameters {
  readonly chainId: number;
  /** Seconds since 1970. */
  readonly genesisTime: number;
}

/** A block as the journal knows it. */
export interface MinedBlock {
  readonly number: number;
  readonly time: number;
  readonly hash: string;
  readonly stateRoot: string;
  readonly transactions: readonly string[];
}

let started = false;

/** A Hardhat chain at its genesis, in this process. Hardhat keeps one per process, so a second call throws. */
export async function startHardhatNode({ chainId, genesisTime }: ChainParameters): Promise<HardhatNode> {
  if (started) throw new Error("this process already runs a Hardhat chain");
  started = true;
  // Hardhat reads its configuration when it is first imported, and takes the path from here only.
  process.env.HARDHAT_CONFIG = packageFile("dist/main/chain/hardhat-node.config.cjs");
  const hre = (await import("hardhat")).default as HardhatRuntimeEnvironment;
  const network = hre.config.networks.hardhat;
  network.chainId = chainId;
  network.initialDate = new Date(genesisTime * 1000).toISOString();
  return new HardhatNode(hre.network.provider);
}

export class HardhatNode {
  readonly #provider: EthereumProvider;

  constructor(provider: EthereumProvider) {
    this.#provider = provider;
  }

  request(method: string, params: readonly unknown[] = []): Promise<unknown> {
    return this.#provider.request({ method, params: params as unknown[] });
  }

  /** Mines `raw` alone in a block of that time and returns the block; rejects, with nothing mined, when the node refuses it. */
  async mine(raw: string, time: number, parentHash: string): Promise<MinedBlock> {
    // Hardhat would draw this from a generator whose position depends on every call before; here it follows from the parent.
    const randao = createHash("sha256").update(parentHash).digest("hex");
    await this.request("hardhat_setPrevRandao", [`0x${randao}`]);
    await this.request("evm_setNextBlockTimestamp", [time]);
    const hash = await this.request("eth_sendRawTransaction", [raw]);
    const block = await this.latestBlock();
    if (block.transactions.length !== 1 || block.transactions[0] !== hash) {
      throw new Error(`transaction ${String(hash)} was accepted but block ${block.number} does not hold it alone`);
    }
    return block;
  }

  async latestBlock(): Promise<MinedBlock> {
    const block = (await this.request("eth_getBlockByNumber", ["latest", false])) as {
      number: string;
      timestamp: string;
      hash: string;
      stateRoot: string;
      transactions: string[];
    };
    return {
      number: Number(block.number),
      time: Number(block.timestamp),
      hash: block.hash,
      stateRoot: block.stateRoot,
      transactions: block.transactions,
    };
  }

  async nonceOf(address: string): Promise<number> {
    return Number(await this.request("eth_getTransactionCount", [address, "latest"]));
  }

  /** Lets the clock of pending calls (gas estimates) run from now on instead of from the last replayed block. */
  async advanceClock(seconds: number): Promise<void> {
    if (seconds > 0) await this.request("evm_increaseTime", [seconds]);
  }
}
