// SPDX-License-Identifier: Apache-2.0
import { createLoop, type Loop, type OnEvent, type Pause, pause as realPause } from "../anchoring/index.js";
import type { PublishedBundle, TrustBundles } from "./trust-bundles.js";

export interface BundlePublisherDeps {
  readonly bundles: TrustBundles;
  /** Between two bundles. */
  readonly everyMs: number;
  readonly onEvent: OnEvent;
  readonly pause?: Pause;
  readonly random?: () => number;
}

/** Issues a bundle now and then, and has the last one at hand. */
export interface BundlePublisher extends Loop {
  /** Null before the first; after that never, also while the chain cannot be reached: who reads it sees its age. */
  current(): PublishedBundle | null;
  runOnce(): Promise<void>;
}

export function createBundlePublisher(deps: BundlePublisherDeps): BundlePublisher {
  const { bundles, everyMs, onEvent, pause = realPause, random = Math.random } = deps;
  let current: PublishedBundle | null = null;

  async function runOnce(): Promise<void> {
    // What an earlier process issued is served while the chain is asked, or cannot be.
    current ??= await bundles.newest();
    current = await bundles.issue();
  }

  const loop = createLoop({
    name: "trust-bundle",
    pass: async () => {
      await runOnce();
      return { more: false };
    },
    idleMs: everyMs,
    backoff: { baseMs: 1_000, capMs: Math.max(1_000, Math.min(everyMs, 60_000)) },
    pause,
    random,
    onEvent,
  });
  return { current: () => current, runOnce, ...loop };
}
