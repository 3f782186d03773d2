// SPDX-License-Identifier: Apache-2.0
import { setTimeout as pause } from "node:timers/promises";
import { type JsonRpcProvider, keccak256, toQuantity, type Wallet } from "ethers";
import { TallyError } from "../../../core/errors.js";
import { chainFailure } from "../chain-failure.js";
import { capOf, type FeePolicy, type Fees, feesNow, raised } from "../fees.js";

export interface NumberedSender {
  readonly provider: JsonRpcProvider;
  readonly wallet: Wallet;
  readonly chainId: number;
  readonly fees: Partial<FeePolicy>;
  /** Blocks on top of a transaction before it counts. */
  readonly confirmations: number;
  /** How long one transaction may take, in all. */
  readonly waitMs: number;
  /** After this long without being mined the fees are raised. */
  readonly stuckAfterMs: number;
  readonly pollMs: number;
}

export interface NumberedTransaction {
  readonly nonce: number;
  /** Null creates a contract. */
  readonly to: string | null;
  readonly data: string;
}

/**
 * Makes sure that the account's transaction of that number is mined, whatever an earlier, killed run had sent under it: a number
 * is used once on a chain, so nothing can be done twice. Whether it had the wished effect is for the caller to look at.
 * `onSend` is told each hash before it goes out.
 */
export async function mineNumbered(
  sender: NumberedSender,
  transaction: NumberedTransaction,
  doing: string,
  onSend: (tx: string) => void,
): Promise<void> {
  const { provider, confirmations, pollMs, stuckAfterMs, waitMs } = sender;
  const deadline = performance.now() + waitMs;
  let offered: Fees | null = null;
  let sentAt = Number.NEGATIVE_INFINITY;
  try {
    for (;;) {
      if (await isUsed(sender, transaction.nonce, 0)) {
        if (await isUsed(sender, transaction.nonce, confirmations)) return;
      } else if (performance.now() - sentAt > stuckAfterMs) {
        const now = await feesNow(provider, sender.fees);
        offered = await broadcast(
          sender,
          transaction,
          offered === null ? now : raised(offered, now, sender.fees),
          onSend,
        );
        sentAt = performance.now();
        // A development chain has mined it by now.
        continue;
      }
      if (performance.now() > deadline) {
        const words = `${doing} was sent but is not confirmed after ${waitMs} ms; run the same again, it goes on from here`;
        throw new TallyError("chain.unreachable", words);
      }
      await pause(pollMs);
    }
  } catch (error) {
    throw chainFailure(doing, error);
  }
}

/** Whether a transaction of that number was mined at least `confirmations` blocks ago. */
async function isUsed({ provider, wallet }: NumberedSender, nonce: number, confirmations: number): Promise<boolean> {
  let block = "latest";
  if (confirmations > 0) {
    const head = Number(await provider.send("eth_blockNumber", []));
    if (head < confirmations) return false;
    block = toQuantity(head - confirmations);
  }
  return Number(await provider.send("eth_getTransactionCount", [wallet.address, block])) > nonce;
}

/** Answers the fees that were offered in the end: an earlier run's transaction of the same number has to be outbid. */
async function broadcast(
  { provider, wallet, chainId, fees: policy }: NumberedSender,
  { nonce, to, data }: NumberedTransaction,
  first: Fees,
  onSend: (tx: string) => void,
): Promise<Fees> {
  const estimate = await provider.estimateGas({ from: wallet.address, to, data });
  const gasLimit = (estimate * 5n) / 4n;
  for (let offered = first, attempt = 0; ; attempt += 1, offered = raised(offered, offered, policy)) {
    if (offered.maxFeePerGas > capOf(policy)) {
      throw new TallyError(
        "chain.unreachable",
        "the network asks for more than chain.maxFeeGwei of the configuration allows: wait until it is cheaper, or raise it",
      );
    }
    const raw = await wallet.signTransaction({ nonce, to, data, gasLimit, chainId, type: 2, ...offered });
    onSend(keccak256(raw));
    try {
      await provider.send("eth_sendRawTransaction", [raw]);
      return offered;
    } catch (error) {
      const words = String((error as { error?: { message?: unknown } }).error?.message ?? (error as Error).message);
      if (/already known|already imported|known transaction|nonce too low|nonce is too low/i.test(words))
        return offered;
      if (!/underpriced|fee too low|replacement/i.test(words) || attempt >= MOST_RAISES) throw error;
    }
  }
}

const MOST_RAISES = 8;
