// SPDX-License-Identifier: Apache-2.0
import type { AnchorChain, ChainEvent, CursorStore } from "./ports.js";

export interface ScanSettings {
  /** Only events with so many blocks on top are looked at, so that a reorganisation seldom takes one back. */
  readonly confirmations: number;
  /** Most blocks asked for at once. */
  readonly blockRange: number;
  /** Most ranges in one pass. */
  readonly maxRanges: number;
}

/**
 * Hands every event since the cursor to `handle`, in bounded ranges, and moves the cursor after each. A crash in between
 * hands a range over twice, so `handle` must be idempotent. True when more blocks wait.
 */
export async function scanEvents(
  chain: AnchorChain,
  cursors: CursorStore,
  cursor: string,
  { confirmations, blockRange, maxRanges }: ScanSettings,
  handle: (events: readonly ChainEvent[]) => Promise<void>,
): Promise<boolean> {
  const lastBlock = (await chain.head()).block - confirmations;
  let fromBlock = ((await cursors.cursor(cursor)) ?? (await chain.firstBlock()) - 1) + 1;
  for (let range = 0; range < maxRanges && fromBlock <= lastBlock; range++) {
    const toBlock = Math.min(lastBlock, fromBlock + blockRange - 1);
    await handle(await chain.events({ fromBlock, toBlock }));
    await cursors.moveCursor(cursor, toBlock);
    fromBlock = toBlock + 1;
  }
  return fromBlock <= lastBlock;
}
