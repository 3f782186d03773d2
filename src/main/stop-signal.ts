// SPDX-License-Identifier: Apache-2.0

/** Resolves with `told to` when this process is asked to end. */
export function stopSignal(): Promise<string> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve("told to"));
  });
}
