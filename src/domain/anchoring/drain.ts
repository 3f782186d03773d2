// SPDX-License-Identifier: Apache-2.0
import { TallyError } from "../../core/errors.js";
import type { AnchorWorker } from "./anchor-worker.js";
import type { Pause } from "./pause.js";
import type { AnchoringStore, Clock, StatusQueue } from "./ports.js";
import type { StatusSubmitter } from "./status-submitter.js";

interface Waiting {
  readonly clock: Clock;
  readonly pause: Pause;
  /** Between two looks at a chain that has yet to confirm. */
  readonly pollMs: number;
}

export interface DrainOptions {
  /** Only until no certificate of this key waits for its anchor any more, as before retiring it. Default: until none does. */
  readonly keyDigest?: string;
  /** Gives up after so long with `chain.unreachable`, saying how many still wait. Default: never. */
  readonly timeoutMs?: number;
}

/** Resolves with the certificates that this call anchored; other instances may have anchored more. */
export type Drain = (options?: DrainOptions) => Promise<{ readonly anchored: number }>;

/** Anchors what is pending without waiting for full batches. Rejects with what the chain or the store rejects with. */
export function createDrain({
  worker,
  store,
  ...waiting
}: Waiting & { readonly worker: AnchorWorker; readonly store: AnchoringStore }): Drain {
  async function left(keyDigest: string | undefined): Promise<number> {
    if (keyDigest !== undefined) return store.pendingForKey(keyDigest);
    const { pending, openBatches } = await store.counts();
    return pending + openBatches;
  }

  return async ({ keyDigest, timeoutMs } = {}) => {
    let anchored = 0;
    await until(
      waiting,
      timeoutMs,
      () => left(keyDigest),
      async () => {
        const pass = await worker.runOnce({ flush: true });
        anchored += pass.anchored;
        return pass;
      },
    );
    return { anchored };
  };
}

export type StatusDrain = (options?: Pick<DrainOptions, "timeoutMs">) => Promise<void>;

/** Sends and confirms the open state changes; resolves when none is open. */
export function createStatusDrain({
  submitter,
  queue,
  ...waiting
}: Waiting & { readonly submitter: StatusSubmitter; readonly queue: StatusQueue }): StatusDrain {
  return ({ timeoutMs } = {}) =>
    until(
      waiting,
      timeoutMs,
      async () => (await queue.openStatusChanges(1)).length,
      () => submitter.runOnce(),
    );
}

async function until(
  { clock, pause, pollMs }: Waiting,
  timeoutMs = Number.POSITIVE_INFINITY,
  left: () => Promise<number>,
  pass: () => Promise<{ readonly more: boolean }>,
): Promise<void> {
  const start = clock.now();
  for (let waiting = await left(); waiting > 0; waiting = await left()) {
    if (clock.now() - start >= timeoutMs)
      throw new TallyError(
        "chain.unreachable",
        `the chain has not confirmed everything after ${timeoutMs} ms: ${waiting} waiting`,
      );
    if (!(await pass()).more) await pause(pollMs);
  }
}
