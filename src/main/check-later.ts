// SPDX-License-Identifier: Apache-2.0
import { setTimeout as pause } from "node:timers/promises";
import { TallyError } from "../core/errors.js";

export interface LaterCheck {
  /** Resolves with words when the network turns out to be another one: nothing may be served any longer. */
  readonly refused: Promise<string>;
  stop(): Promise<void>;
}

/**
 * For a service that has started while its network could not be reached: checks it as soon as it can be. Until then every
 * verification is undecided by itself, since each reads the chain and checks what it reads.
 */
export function checkLater(
  {
    check,
    afterwards,
    say,
  }: {
    /** Rejects when the network is not the one that is pinned, or when that cannot be told. */
    readonly check: () => Promise<unknown>;
    /** What had to wait for the network. */
    readonly afterwards: () => Promise<void>;
    readonly say: (line: string) => void;
  },
  everyMs = EVERY_MS,
): LaterCheck {
  const stopping = new AbortController();
  let refuse!: (why: string) => void;
  const refused = new Promise<string>((resolve) => {
    refuse = resolve;
  });
  const running = (async () => {
    while (!stopping.signal.aborted) {
      await pause(everyMs, undefined, { signal: stopping.signal }).catch(() => {});
      if (stopping.signal.aborted) return;
      try {
        await check();
      } catch (error) {
        if (isOtherNetwork(error)) return refuse((error as Error).message);
        continue;
      }
      say("the network answers and is the one that is pinned");
      try {
        await afterwards();
        return;
      } catch (error) {
        // Network and store can go away again at any moment; that ends no service that runs.
        say(`what had to wait for the network is tried again: ${(error as Error).message}`);
      }
    }
  })();
  return {
    refused,
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
}

/** Anything else may pass: no answer, half an answer, nodes that do not agree yet. */
function isOtherNetwork(error: unknown): boolean {
  return error instanceof TallyError && OTHER_NETWORK.has(error.code);
}

const OTHER_NETWORK: ReadonlySet<string> = new Set([
  "chain.wrong-chain",
  "chain.registry-missing",
  "format.version-unsupported",
  "config.invalid",
]);

const EVERY_MS = 3_000;
