// SPDX-License-Identifier: Apache-2.0
import type { Loop } from "../anchoring/index.js";
import { type RegularDeps, regularly } from "./regular.js";
import type { PublishedBundle, TrustBundles } from "./trust-bundles.js";

export interface BundlePublisherDeps extends RegularDeps {
  readonly bundles: TrustBundles;
}

/** Issues a bundle now and then, and has the last one at hand. */
export interface BundlePublisher extends Loop {
  /** Null before the first; after that never, also while the chain cannot be reached: who reads it sees its age. */
  current(): PublishedBundle | null;
  runOnce(): Promise<void>;
}

export function createBundlePublisher(deps: BundlePublisherDeps): BundlePublisher {
  const { bundles } = deps;
  let current: PublishedBundle | null = null;

  async function runOnce(): Promise<void> {
    // What an earlier process issued is served while the chain is asked, or cannot be.
    current ??= await bundles.newest();
    current = await bundles.issue();
  }

  return { current: () => current, runOnce, ...regularly("trust-bundle", runOnce, deps) };
}
