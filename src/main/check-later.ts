// SPDX-License-Identifier: Apache-2.0
import { setTimeout as pause } from "node:timers/promises";
import { TallyError } from "../core/errors.js";
import { type PinNetworkOptions, pinNetwork } from "./pinned-network.js";

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
  options: Omit<PinNetworkOptions, "otherwise"> & {
    /** What had to wait for the network. */
    readonly afterwards: () => Promise<void>;
  },
  everyMs = EVERY_MS,
): LaterCheck {
  const stopping = new AbortController();
  let refuse!: (why: string) => void;
  const refused = new Promise<string>((resolve) => {
    refuse = resolve;
  });
  const { say } = options;
  const running = (async () => {
    while (!stopping.signal.aborted) {
      await pause(everyMs, undefined, { signal: stopping.signal }).catch(() => {});
      if (stopping.signal.aborted) return;
      try {
        await pinNetwork(options);
        say("the network answers and is the one that is pinned");
        await options.afterwards();
        return;
      } catch (error) {
        const isAway = error instanceof TallyError && error.code === "chain.unreachable";
        if (!isAway) return refuse((error as Error).message);
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

const EVERY_MS = 3_000;
