// SPDX-License-Identifier: Apache-2.0

/** Every adapter must pass test/adapters/status-index-store.suite.ts. */
export interface StatusIndexStore {
  /**
   * Leases the next `count` values of the region's counter: [from, from + count). Durable before it resolves, so no value is
   * leased twice, whatever instance asks and whatever crashes; values leased and not used are lost.
   */
  leaseStatusIndices(region: string, count: number): Promise<{ readonly from: number }>;

  /**
   * Moves the region's counter on to `value`, never back: for a restored store, whose counter stands where values that were handed
   * out since its backup begin. Resolves with where the counter stands then.
   */
  skipStatusIndices(region: string, value: number): Promise<number>;

  /** How many values were ever leased: every one that was handed out is below it. Nothing is leased by asking. */
  leasedStatusIndices(region: string): Promise<number>;

  /**
   * The secret key of the region's permutation: `proposed` when there was none, else the one that the first caller proposed.
   * It lives beside the counter because two instances with different keys would collide.
   */
  statusIndexKey(region: string, proposed: Uint8Array): Promise<Uint8Array>;
}
