// SPDX-License-Identifier: Apache-2.0
import { createLoop, type Loop, type OnEvent, type Pause, pause as realPause } from "../anchoring/index.js";

export interface RegularDeps {
  readonly everyMs: number;
  readonly onEvent: OnEvent;
  readonly pause?: Pause;
  readonly random?: () => number;
}

/** What is done again and again, whatever came of it: sooner after a failure, at least once a minute. */
export function regularly(
  name: string,
  work: () => Promise<unknown>,
  { everyMs, onEvent, pause = realPause, random = Math.random }: RegularDeps,
): Loop {
  return createLoop({
    ...{ name, idleMs: everyMs, pause, random, onEvent },
    pass: async () => {
      await work();
      return { more: false };
    },
    backoff: { baseMs: 1_000, capMs: Math.max(1_000, Math.min(everyMs, 60_000)) },
  });
}
