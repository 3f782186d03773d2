// SPDX-License-Identifier: Apache-2.0
import { TallyError } from "../../core/errors.js";

/** Shorter than the patience of who asks, which is a load balancer. */
const ANSWER_MS = 5_000;

/** Each part's state: `ok`, the code of what it failed with, or that it has not answered in time. */
export async function readinessOf<Part extends string>(
  parts: Readonly<Record<Part, () => Promise<unknown>>>,
  { answerMs = ANSWER_MS } = {},
): Promise<Record<Part, string>> {
  const asked = Object.entries<() => Promise<unknown>>(parts).map(async ([part, ask]) => [
    part,
    await stateOf(ask, answerMs),
  ]);
  return Object.fromEntries(await Promise.all(asked));
}

async function stateOf(ask: () => Promise<unknown>, answerMs: number): Promise<string> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve(`no answer within ${answerMs / 1000} seconds`), answerMs);
  });
  try {
    return await Promise.race([ask().then(() => "ok"), late]);
  } catch (error) {
    return error instanceof TallyError ? error.code : error instanceof Error ? error.name : "failed";
  } finally {
    clearTimeout(timer);
  }
}
