// SPDX-License-Identifier: Apache-2.0
import type { OnEvent } from "./anchoring-events.js";
import { type BackoffSettings, delayAfter } from "./backoff.js";
import type { Pause } from "./pause.js";

export interface LoopDeps {
  /** For logs. */
  readonly name: string;
  /** One pass over whatever is there. `more`: there is work that need not wait; pass again at once. */
  readonly pass: () => Promise<{ readonly more: boolean }>;
  readonly idleMs: number;
  readonly backoff: BackoffSettings;
  readonly pause: Pause;
  readonly random: () => number;
  readonly onEvent: OnEvent;
}

export interface Loop {
  start(): void;
  /** There is something to do: ends a wait for work, or leaves out the next one. Does not shorten the wait after a failure. */
  wake(): void;
  /** Ends a wait at once and lets a running pass finish, which hands back its lease. Resolves when nothing runs any more. */
  stop(): Promise<void>;
}

/**
 * Repeats a pass until stopped. A pass that fails is repeated after a growing wait, for ever: what the passes do is safe to
 * repeat, and giving up would leave certificates pending with nobody to notice.
 */
export function createLoop({ name, pass, idleMs, backoff, pause, random, onEvent }: LoopDeps): Loop {
  let stopping = new AbortController();
  let running: Promise<void> | null = null;
  let news = false;
  let endIdling = (): void => {};

  async function idle(signal: AbortSignal): Promise<void> {
    // Not `AbortSignal.any`: what it makes stays with a signal that lives as long as the process.
    const ending = new AbortController();
    endIdling = () => ending.abort();
    signal.addEventListener("abort", endIdling, { once: true });
    if (signal.aborted) endIdling();
    await pause(idleMs, ending.signal);
    signal.removeEventListener("abort", endIdling);
    endIdling = () => {};
  }

  async function run(signal: AbortSignal): Promise<void> {
    let failures = 0;
    while (!signal.aborted) {
      try {
        news = false;
        const { more } = await pass();
        failures = 0;
        if (!more && !news) await idle(signal);
      } catch (error) {
        failures++;
        const retryInMs = delayAfter(failures, backoff, random);
        onEvent({ event: "pass-failed", loop: name, failures, retryInMs, error });
        await pause(retryInMs, signal);
      }
    }
  }

  return {
    start() {
      if (running !== null) return;
      stopping = new AbortController();
      running = run(stopping.signal);
    },
    wake() {
      news = true;
      endIdling();
    },
    async stop() {
      stopping.abort();
      await running;
      running = null;
    },
  };
}
