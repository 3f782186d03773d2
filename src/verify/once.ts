// SPDX-License-Identifier: Apache-2.0

/** Runs `produce` at the first call and gives the same promise to every later one. */
export function once<T>(produce: () => Promise<T>): () => Promise<T> {
  let promise: Promise<T> | null = null;
  return () => {
    promise ??= produce();
    return promise;
  };
}
