// SPDX-License-Identifier: Apache-2.0
import type { JsonRpcProvider } from "ethers";
import { TallyError } from "../../core/errors.js";

/** What tells a chain from every other. */
export interface ChainIdentity {
  readonly chainId: number;
  /** Hash of the first block; absent: any. Two chains may share an id, never this. */
  readonly genesis?: string;
}

/** Rejects with `chain.wrong-chain`, or `chain.garbage`, unless the node is on that very chain. */
export async function requireChain(provider: JsonRpcProvider, { chainId, genesis }: ChainIdentity): Promise<void> {
  const [said, first] = await Promise.all([
    provider.send("eth_chainId", []) as Promise<unknown>,
    genesis === undefined ? null : (provider.send("eth_getBlockByNumber", ["0x0", false]) as Promise<unknown>),
  ]);
  if (typeof said !== "string" || !/^0x[0-9a-f]{1,13}$/i.test(said)) throw unreadable("chain id");
  if (Number(said) !== chainId) {
    throw new TallyError("chain.wrong-chain", `the node is on chain ${Number(said)}, not on ${chainId}: check its URL`);
  }
  if (genesis === undefined) return;
  const { hash } = (first ?? {}) as { hash?: unknown };
  if (typeof hash !== "string" || !/^0x[0-9a-f]{64}$/i.test(hash)) throw unreadable("first block");
  if (hash.toLowerCase() === genesis.toLowerCase()) return;
  throw new TallyError(
    "chain.wrong-chain",
    `the node's first block is ${hash}, not ${genesis}: it is another chain, or one that was started anew; nothing is sent to it. ` +
      "Check TALLY_CHAIN_URLS, or have the node's operator put back its data",
  );
}

function unreadable(what: string): TallyError {
  return new TallyError("chain.garbage", `the node's ${what} cannot be read`);
}
