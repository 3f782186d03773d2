// SPDX-License-Identifier: Apache-2.0

export interface BackoffSettings {
  readonly baseMs: number;
  readonly capMs: number;
}

/**
 * How long to wait after the `failures`-th failure in a row (1, 2, …): exponential up to the cap, of which a random half is
 * jitter, so that workers that failed together do not come back together. `random` gives [0, 1).
 */
export function delayAfter(failures: number, { baseMs, capMs }: BackoffSettings, random: () => number): number {
  // 2^30 is beyond every cap; more would overflow after a night of failures.
  const full = Math.min(capMs, baseMs * 2 ** Math.min(Math.max(failures, 1) - 1, 30));
  return Math.round(full / 2 + (full / 2) * random());
}
