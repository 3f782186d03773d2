// SPDX-License-Identifier: Apache-2.0
import type { OnEvent } from "./anchoring-events.js";
import type { Clock, Lease, LeaseStore } from "./ports.js";

export interface LeaseClaimDeps {
  readonly store: LeaseStore;
  readonly name: string;
  readonly holder: string;
  readonly leaseMs: number;
  readonly clock: Clock;
  readonly onEvent: OnEvent;
}

/** A lease lapses or is handed back within one of its terms; who meets it taken for so many has met a worker that is busy, or a fault. */
const LONG = 4;

/** Claims one lease, as often as it is called, and says so when it was not to be had for long. */
export function createLeaseClaim({ store, name, holder, leaseMs, clock, onEvent }: LeaseClaimDeps) {
  let refused: { readonly since: number; readonly said: number } | null = null;
  return async (): Promise<Lease | null> => {
    const now = clock.now();
    const lease = await store.claimLease(name, holder, now, leaseMs);
    if (lease !== null) refused = null;
    else if (refused === null || now < refused.said) refused = { since: now, said: now };
    else if (now - refused.said >= LONG * leaseMs) {
      onEvent({ event: "lease-refused", lease: name, forMs: now - refused.since });
      refused = { ...refused, said: now };
    }
    return lease;
  };
}
