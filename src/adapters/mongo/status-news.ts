// SPDX-License-Identifier: Apache-2.0
import { delayAfter, pause, type StatusNews } from "../../domain/anchoring/index.js";
import type { MongoDatabase } from "./database.js";

/** A server with nothing to tell answers so seldom. */
const MAX_AWAIT_MS = 10_000;
const BACKOFF = { baseMs: 1_000, capMs: 60_000 };

export interface StatusNewsOptions {
  /** Told once for every time that the listening broke off; it begins again by itself. */
  readonly onBroken: (error: unknown, retryInMs: number) => void;
}

/**
 * A change stream over the queue of status changes: a revocation that another instance stored is sent at once. The driver goes on
 * after a failover by itself; what it cannot mend, such as a role without `changeStream`, is tried again ever more seldom.
 */
export function mongoStatusNews(database: MongoDatabase, { onBroken }: StatusNewsOptions): StatusNews {
  async function follow(onNews: () => void, signal: AbortSignal): Promise<void> {
    const pipeline = [{ $match: { operationType: "insert" } }, { $project: { _id: 1 } }];
    const stream = database.collection("statusChanges").watch(pipeline, { maxAwaitTimeMS: MAX_AWAIT_MS });
    const close = (): void => void stream.close().catch(() => {});
    signal.addEventListener("abort", close, { once: true });
    try {
      while (!signal.aborted) {
        await stream.next();
        onNews();
      }
    } finally {
      signal.removeEventListener("abort", close);
      close();
    }
  }

  return {
    listen(onNews) {
      const stopping = new AbortController();
      const { signal } = stopping;
      void (async () => {
        let failures = 0;
        const heard = (): void => {
          failures = 0;
          onNews();
        };
        while (!signal.aborted) {
          try {
            await follow(heard, signal);
          } catch (error) {
            if (signal.aborted) return;
            const retryInMs = delayAfter(++failures, BACKOFF, Math.random);
            onBroken(error, retryInMs);
            await pause(retryInMs, signal);
          }
        }
      })();
      return () => stopping.abort();
    },
  };
}
