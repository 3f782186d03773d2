// SPDX-License-Identifier: Apache-2.0

/** What a row must reach on the reference machine: 2 cores, 24 GiB, Node 20, otherwise idle. */
export interface Target {
  /** Of the raw baseline of the same run. */
  readonly ratio?: number;
  readonly perSecond?: number;
}

/** By row. What has no promise is measured all the same. */
export const TARGETS: Readonly<Record<string, Target>> = {
  issue: { ratio: 0.5 },
  verify: { ratio: 0.6 },
  import: { perSecond: 2_500 },
  anchor: { perSecond: 5_000 },
  pdf: { perSecond: 350, ratio: 5 },
  "pdf-sealed": { perSecond: 280, ratio: 4 },
  "pdf-two-threads": { ratio: 1.5 },
  "http-verify": { ratio: 0.4, perSecond: 800 },
  "http-verify-again": { ratio: 0.4 },
  "http-verify-batch": { perSecond: 2_000 },
  // 1,000,000 certificates in 2 seconds: 16 lists are 8 lists for two purposes.
  "status-list": { perSecond: 8 },
  // Ready within ten seconds.
  restart: { perSecond: 0.1 },
};

/** Null when nothing is promised, else whether it was kept. */
export function isReached({
  bench,
  ratio,
  perSecond,
  figures = {},
}: {
  readonly bench: string;
  readonly ratio: number;
  readonly perSecond: number;
  /** With their bounds. */
  readonly figures?: Readonly<Record<string, readonly [measured: number, bound: number]>>;
}): boolean | null {
  const target = TARGETS[bench];
  const bounded = Object.values(figures);
  if (target === undefined && bounded.length === 0) return null;
  const { ratio: least = 0, perSecond: slowest = 0 } = target ?? {};
  return ratio >= least && perSecond >= slowest && bounded.every(([measured, bound]) => measured <= bound);
}

export function promise(bench: string): string | null {
  const { ratio, perSecond } = TARGETS[bench] ?? {};
  const parts = [ratio === undefined ? [] : `ratio ${ratio}`, perSecond === undefined ? [] : `${perSecond}/s`].flat();
  return parts.length === 0 ? null : parts.join(" and ");
}
