// SPDX-License-Identifier: Apache-2.0

const PATIENCE_MS = 3_000;

/** The value, or null when it cannot be had within a while: who watches a service in trouble must not wait for it. */
export async function settled<T>(work: Promise<T>): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), PATIENCE_MS);
  });
  try {
    return await Promise.race([work, late]);
  } catch {
    return null;
  } finally {
    clearTimeout(timer);
  }
}
