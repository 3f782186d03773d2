// SPDX-License-Identifier: Apache-2.0
import type { Head } from "../../verify/registry.js";

/** Whether something that the registry has recorded may be used already. */
export interface Effect {
  /** Block time, seconds, from which on it may be used; null: it may be used now. */
  readonly effectiveFrom: number | null;
}

/**
 * What begins in the registry begins after its region's activation delay, and what is anchored earlier never counts. So it is
 * used here only when every block still to come is at least that late. The newest block's time is a floor of all later ones on
 * any network. `blockClock` (milliseconds) is the clock that stamps the blocks, where it is ours to read: that of the embedded
 * chain, whose blocks come only with transactions, so that its newest one may stay old for ever. On a network of others our
 * clock proves nothing: it may run ahead of theirs, and they make blocks without us.
 */
export function effectOf(from: number, head: Pick<Head, "time">, blockClock: (() => number) | null): Effect {
  const floor = blockClock === null ? head.time : Math.max(head.time, Math.floor(blockClock() / 1000));
  return { effectiveFrom: from <= floor ? null : from };
}
