// SPDX-License-Identifier: Apache-2.0
import { setTimeout as pause } from "node:timers/promises";
import type { JsonRpcProvider } from "ethers";
import { TallyError } from "../../core/errors.js";
import { chainFailure } from "./chain-failure.js";
import { refusalOf } from "./revert-words.js";

export interface Receipt {
  readonly tx: string;
  readonly block: number;
  /** Block time, seconds. */
  readonly time: number;
  /** Null unless the transaction created one. */
  readonly contract: string | null;
}

export interface ReceiptWait {
  readonly confirmations?: number;
  /** Default 120,000. */
  readonly waitMs?: number;
  /** Default 50: right for a chain on this machine. */
  readonly pollMs?: number;
}

/** Waits until `tx` is mined and has its confirmations. Rejects with `chain.reverted`, or `chain.unreachable` when it waited long enough. */
export async function receiptOf(
  provider: JsonRpcProvider,
  tx: string,
  doing: string,
  { confirmations = 0, waitMs = 120_000, pollMs = 50 }: ReceiptWait = {},
): Promise<Receipt> {
  const deadline = performance.now() + waitMs;
  for (;;) {
    const found = await lookUp(provider, tx, doing);
    if (found && found.head - found.block >= confirmations) {
      if (found.failed) throw await revertedAs(provider, tx, doing, found.block);
      const block = (await provider.send("eth_getBlockByNumber", [hex(found.block), false])) as { timestamp: string };
      return { tx, block: found.block, time: Number(block.timestamp), contract: found.contract };
    }
    if (performance.now() > deadline) {
      throw new TallyError(
        "chain.unreachable",
        `${doing} was sent as ${tx} but not confirmed after ${waitMs} ms; it may still be`,
      );
    }
    await pause(pollMs);
  }
}

interface Found {
  readonly block: number;
  readonly head: number;
  readonly failed: boolean;
  readonly contract: string | null;
}

async function lookUp(provider: JsonRpcProvider, tx: string, doing: string): Promise<Found | null> {
  try {
    const receipt = (await provider.send("eth_getTransactionReceipt", [tx])) as Record<string, string> | null;
    if (!receipt) return null;
    const head = Number(await provider.send("eth_blockNumber", []));
    const { blockNumber, status, contractAddress } = receipt;
    return { block: Number(blockNumber), head, failed: status === "0x0", contract: contractAddress ?? null };
  } catch (error) {
    throw chainFailure(doing, error);
  }
}

/** A receipt does not say why; the same call on the state before its block usually does. */
async function revertedAs(provider: JsonRpcProvider, tx: string, doing: string, block: number): Promise<TallyError> {
  let words = "no reason is known";
  try {
    const { from, to, input } = (await provider.send("eth_getTransactionByHash", [tx])) as Record<string, string>;
    await provider.send("eth_call", [{ from, to, data: input }, hex(block - 1)]);
  } catch (error) {
    const { error: rpc, data } = error as { error?: { data?: unknown }; data?: unknown };
    words = refusalOf(rpc?.data ?? data) ?? words;
  }
  return new TallyError("chain.reverted", `the registry refused ${doing} (transaction ${tx}): ${words}`);
}

function hex(value: number): string {
  return `0x${value.toString(16)}`;
}
