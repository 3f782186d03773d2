// SPDX-License-Identifier: Apache-2.0
import { randomUUID } from "node:crypto";
import { TallyError } from "../../core/errors.js";
import {
  anchorLease,
  type Lease,
  pause,
  type Recovered,
  type Restoration,
  restorationLease,
  statusLease,
  WITHOUT_END_MS,
} from "../../domain/anchoring/index.js";
import type { Stores } from "../stores.js";
import { leaveHandedOut } from "./leave-handed-out.js";

/**
 * What is left to do of a restoration, for whoever opens the store. Every step can be repeated, since whoever carries it out may end at any
 * instant; one process at a time does it, under a lease.
 */
export interface Restorations {
  unfinished(): Promise<Restoration | null>;

  /**
   * Carries out what was ordered, which has to be done before anything is issued from the store and needs no chain. From here on no
   * process stages or sends anything, also one that was at work before.
   */
  prepare(): Promise<void>;

  /**
   * Compares the store with the chain, and lets batches and states be sent again; null when there is nothing to finish. Rejects while the
   * chain cannot be asked or another process is at it; then it is to be tried again.
   */
  finish(say: (line: string) => void): Promise<Recovered | null>;
}

export interface RestorationsDeps {
  readonly region: string;
  readonly stores: Pick<Stores, "anchoring" | "restoration" | "statusIndices" | "audit" | "apiTokens" | "pickUps">;
  /** Finds on the chain what was anchored since the backup. */
  readonly recover: () => Promise<Recovered>;
}

export function createRestorations({ region, stores, recover }: RestorationsDeps): Restorations {
  const { anchoring, restoration } = stores;
  const holder = randomUUID();

  /** Null when another process holds the lease. */
  async function alone<T>(work: () => Promise<T>): Promise<{ readonly done: T } | null> {
    const claim = () => anchoring.claimLease(restorationLease(region), holder, Date.now(), LEASE_MS);
    const lease = await claim();
    if (lease === null) return null;
    // A renewal that fails lets the lease lapse; the steps can be repeated by another.
    const renewal = setInterval(() => void claim().catch(() => {}), RENEW_MS);
    try {
      return { done: await work() };
    } finally {
      clearInterval(renewal);
      await anchoring.releaseLease(lease);
    }
  }

  /**
   * Whoever stages or sends needs one of these, and finds that the restoration has it until that is over. A holder of before is refused its
   * next write.
   */
  async function holdBack(): Promise<readonly Lease[]> {
    const leases: Lease[] = [];
    for (const name of [anchorLease(region), statusLease(region)]) {
      let held = await anchoring.claimLease(name, HOLDER, Date.now(), WITHOUT_END_MS);
      for (; held === null; held = await anchoring.claimLease(name, HOLDER, Date.now(), WITHOUT_END_MS))
        await anchoring.endLease(name);
      leases.push(held);
    }
    return leases;
  }

  async function carryOut({ at, backupOf, orders }: Restoration): Promise<void> {
    await holdBack();
    if (orders === null) return;
    await leaveHandedOut(stores, { region, backupOf, ...orders, at });
    await restoration.ordersCarriedOut(at);
  }

  async function prepare(): Promise<void> {
    const deadline = Date.now() + PATIENCE_MS;
    for (;;) {
      const unfinished = await restoration.unfinishedRestoration();
      if (unfinished === null || unfinished.orders === null) return;
      const prepared = await alone(async () => {
        const current = await restoration.unfinishedRestoration();
        if (current !== null) await carryOut(current);
      });
      if (prepared !== null) return;
      if (Date.now() > deadline) throw busy();
      await pause(POLL_MS);
    }
  }

  return {
    unfinished: () => restoration.unfinishedRestoration(),
    prepare,
    async finish(say) {
      if ((await restoration.unfinishedRestoration()) === null) return null;
      await prepare();
      const finished = await alone(async () => {
        const unfinished = await restoration.unfinishedRestoration();
        if (unfinished === null) return null;
        const held = await holdBack();
        const recovered = await recover();
        // Before the mark is gone: with it the next process would know that somebody has to let them go.
        for (const lease of held) await anchoring.releaseLease(lease);
        await restoration.endRestoration(unfinished.at);
        return recovered;
      });
      if (finished === null) throw busy();
      if (finished.done !== null) tell(finished.done, say);
      return finished.done;
    },
  };
}

/** What a lapsed lease costs is waiting, so it may be short. */
const LEASE_MS = 30_000;
const RENEW_MS = 5_000;
/** Longer than a dead process's lease lasts. */
const PATIENCE_MS = 120_000;
const POLL_MS = 200;

/** Of whichever process; so the next one goes on with the same leases. */
const HOLDER = "restoration";

function busy(): TallyError {
  return new TallyError(
    "store.failed",
    "another process is finishing the restoration at the moment; nothing is anchored or sent before it is done",
  );
}

function tell({ batches, entries, unknown }: Recovered, say: (line: string) => void): void {
  say(`restored: ${batches} batches with ${entries} waiting entries were found on the chain again`);
  for (const { root, size } of unknown) {
    const perhaps = size === 1 ? "; it may be a head of the audit log (docs/operations.md)" : "";
    say(
      `restored: batch ${root} of ${size} was anchored after the backup and nobody has its entries; it will show as an alarm${perhaps}`,
    );
  }
}
