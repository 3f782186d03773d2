// SPDX-License-Identifier: Apache-2.0
import type { JsonRpcProvider } from "ethers";

export interface FeePolicy {
  /** Never offered more, wei a gas. */
  readonly maxFeePerGas: bigint;
  /** Tip when the node recommends none. */
  readonly fallbackTip: bigint;
}

export interface Fees {
  readonly maxFeePerGas: bigint;
  readonly maxPriorityFeePerGas: bigint;
}

/**
 * EIP-1559 fees that stay good for six full blocks of rising base fee. Where the base fee is zero gas is free (the embedded
 * chain, many consortium networks): then nothing is offered, and accounts need no funds.
 */
export async function feesNow(provider: JsonRpcProvider, policy: Partial<FeePolicy> = {}): Promise<Fees> {
  const [block, recommended] = await Promise.all([
    provider.send("eth_getBlockByNumber", ["latest", false]) as Promise<{ baseFeePerGas?: string }>,
    provider.send("eth_maxPriorityFeePerGas", []).catch(() => null) as Promise<string | null>,
  ]);
  const base = BigInt(block.baseFeePerGas ?? 0);
  if (base === 0n) return { maxFeePerGas: 0n, maxPriorityFeePerGas: 0n };
  const tip = recommended === null ? (policy.fallbackTip ?? 1_000_000_000n) : BigInt(recommended);
  return { maxFeePerGas: 2n * base + tip, maxPriorityFeePerGas: tip };
}

/** Fees that replace `before` (nodes ask for a tenth or an eighth more on both) and are no lower than those of now. */
export function raised(before: Fees | null, now: Fees): Fees {
  if (before === null) return now;
  const more = (fee: bigint): bigint => (fee * 5n) / 4n + 1n;
  const tip = larger(more(before.maxPriorityFeePerGas), now.maxPriorityFeePerGas);
  return { maxPriorityFeePerGas: tip, maxFeePerGas: larger(larger(more(before.maxFeePerGas), now.maxFeePerGas), tip) };
}

function larger(one: bigint, other: bigint): bigint {
  return one > other ? one : other;
}
