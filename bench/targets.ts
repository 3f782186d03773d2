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
  pdf: { perSecond: 250, ratio: 4 },
  "http-verify": { ratio: 0.4 },
  "http-verify-again": { ratio: 0.4 },
  "http-verify-batch": { perSecond: 2_000 },
  // 1,000,000 certificates in 2 seconds: 16 lists are 8 lists for two purposes.
  "status-list": { perSecond: 8 },
};

/** Null when nothing is promised, else whether it was kept. */
export function isReached({
  bench,
  ratio,
  perSecond,
}: {
  bench: string;
  ratio: number;
  perSecond: number;
}): boolean | null {
  const target = TARGETS[bench];
  if (target === undefined) return null;
  return ratio >= (target.ratio ?? 0) && perSecond >= (target.perSecond ?? 0);
}

export function promise(bench: string): string | null {
  const { ratio, perSecond } = TARGETS[bench] ?? {};
  const parts = [ratio === undefined ? [] : `ratio ${ratio}`, perSecond === undefined ? [] : `${perSecond}/s`].flat();
  return parts.length === 0 ? null : parts.join(" and ");
}
