// SPDX-License-Identifier: Apache-2.0

/** Waits `ms`, or shorter when the signal is aborted; never rejects. Injected, so that tests do not sleep. */
export type Pause = (ms: number, signal?: AbortSignal) => Promise<void>;

export const pause: Pause = (ms, signal) =>
  new Promise((resolve) => {
    if (signal?.aborted) {
      resolve();
      return;
    }
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener("abort", done, { once: true });
  });

/** Lets other work of the process go on before one that takes long does. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
