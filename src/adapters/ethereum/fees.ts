// SPDX-License-Identifier: Apache-2.0
import type { JsonRpcProvider } from "ethers";

export interface FeePolicy {
  /** Never offered more, wei a gas. Default: 500 gwei. */
  readonly maxFeePerGas: bigint;
  /** Tip when the node recommends none. */
  readonly fallbackTip: bigint;
}

export interface Fees {
  readonly maxFeePerGas: bigint;
  readonly maxPriorityFeePerGas: bigint;
}

const GWEI = 1_000_000_000n;

/** What a node recommends is only its word, so there is always a cap; far above what any of our networks charges. */
const MAX_FEE_PER_GAS = 500n * GWEI;

export function capOfGwei(gwei: number): Pick<FeePolicy, "maxFeePerGas"> {
  return { maxFeePerGas: BigInt(gwei) * GWEI };
}

export function capOf(policy: Partial<FeePolicy> = {}): bigint {
  return policy.maxFeePerGas ?? MAX_FEE_PER_GAS;
}

/**
 * EIP-1559 fees that stay good for six full blocks of rising base fee, or for as many as the cap leaves room for. They are above
 * the cap only when the next block asks for more than that; whoever sends them refuses then. Where the base fee is zero gas is free (the embedded
 * chain, many consortium networks): then nothing is offered, and accounts need no funds.
 */
export async function feesNow(provider: JsonRpcProvider, policy: Partial<FeePolicy> = {}): Promise<Fees> {
  const [block, recommended] = await Promise.all([
    provider.send("eth_getBlockByNumber", ["latest", false]) as Promise<{ baseFeePerGas?: string }>,
    provider.send("eth_maxPriorityFeePerGas", []).catch(() => null) as Promise<string | null>,
  ]);
  const base = BigInt(block.baseFeePerGas ?? 0);
  if (base === 0n) return { maxFeePerGas: 0n, maxPriorityFeePerGas: 0n };
  const tip = recommended === null ? (policy.fallbackTip ?? GWEI) : BigInt(recommended);
  const roomy = 2n * base + tip;
  const cap = capOf(policy);
  const maxFeePerGas = roomy > cap ? larger(base + tip, cap) : roomy;
  return { maxFeePerGas, maxPriorityFeePerGas: tip };
}

/**
 * Fees that replace `before` and are no lower than those of now: a quarter more on both, since nodes ask for a tenth or an eighth;
 * where the cap leaves less room than that, the cap while it is an eighth more. Above the cap only when there is no room at all.
 */
export function raised(before: Fees | null, now: Fees, policy: Partial<FeePolicy> = {}): Fees {
  if (before === null) return now;
  const cap = capOf(policy);
  const more = (fee: bigint): bigint => (fee * 5n) / 4n + 1n;
  const wanted = larger(more(before.maxFeePerGas), now.maxFeePerGas);
  const least = larger((before.maxFeePerGas * 9n) / 8n + 1n, now.maxFeePerGas);
  const maxFeePerGas = wanted > cap && least <= cap ? cap : wanted;
  const tip = larger(more(before.maxPriorityFeePerGas), now.maxPriorityFeePerGas);
  return { maxPriorityFeePerGas: smaller(tip, maxFeePerGas), maxFeePerGas };
}

function larger(one: bigint, other: bigint): bigint {
  return one > other ? one : other;
}

function smaller(one: bigint, other: bigint): bigint {
  return larger(one, other) === one ? other : one;
}
