// SPDX-License-Identifier: Apache-2.0
import { onScopeDispose } from "vue";

/** Seconds between looks: soon at first, then seldom, for every look is in the log. */
const WAITS = [1, 2, 3, 5, 8, 15, 30, 60, 60, 120, 120, 300];

/** Looks again and again until `look` says that there is nothing more to wait for, as long as the view is there and for a quarter of an hour at most. */
export function useLooks(look: (attempt: number) => Promise<boolean>): { begin(): void } {
  let timer = 0;
  let isGone = false;
  const next = (attempt: number): void => {
    const wait = WAITS[attempt];
    window.clearTimeout(timer);
    if (wait === undefined || isGone) return;
    timer = window.setTimeout(async () => {
      if (!(await look(attempt))) next(attempt + 1);
    }, wait * 1000);
  };
  onScopeDispose(() => {
    isGone = true;
    window.clearTimeout(timer);
  });
  return { begin: () => next(0) };
}
