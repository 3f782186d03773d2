// SPDX-License-Identifier: Apache-2.0

/**
 * Permission to work on something alone for a while. `fence` only grows for one name: a store refuses a write that
 * carries a fence older than the newest it granted, so a holder that slept past the end of its lease can do no harm.
 */
export interface Lease {
  readonly name: string;
  readonly holder: string;
  readonly fence: number;
}

/** Held while batches of the region are staged and sent. */
export const anchorLease = (region: string): string => `anchor:${region}`;
/** Held while status words of the region are sent. */
export const statusLease = (region: string): string => `status:${region}`;
/** Held while an unfinished restoration of the region's store is gone on with. */
export const restorationLease = (region: string): string => `restoration:${region}`;

/** The term of a lease that is held until it is let go: a thousand years, which no clock is ahead by mistake. */
export const WITHOUT_END_MS = 1_000 * 365 * 86_400_000;

export interface LeaseStore {
  /**
   * Grants the lease until `now + ttl` when nobody holds it, it has lapsed, or `holder` holds it already; else null. A
   * renewal by the same holder before the end keeps the fence; every other grant increases it. Atomic.
   *
   * A lease that ends later than `now + 2 * ttl` was granted by a clock that was ahead by more than a term, and counts as lapsed: else
   * nobody could work for as long as it was ahead. Should its holder live, its fence stops it. One of `WITHOUT_END_MS` is meant to last.
   */
  claimLease(name: string, holder: string, now: number, ttl: number): Promise<Lease | null>;

  /** Ends the lease now, when this fence is still the newest; else does nothing. The fence is not forgotten. */
  releaseLease(lease: Lease): Promise<void>;

  /**
   * Ends the lease now, whoever holds it: for who knows that its holder is dead. Should the holder live after all, the next grant's
   * fence stops its writes, as when the lease had lapsed.
   */
  endLease(name: string): Promise<void>;
}
