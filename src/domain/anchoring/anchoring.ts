// SPDX-License-Identifier: Apache-2.0

import type { Crypto } from "../../core/crypto.js";
import { createTurns } from "../../core/turns.js";
import { createAnchorWorker } from "./anchor-worker.js";
import { ignoreEvents, type OnEvent } from "./anchoring-events.js";
import { createDrain, createStatusDrain, type Drain, type StatusDrain } from "./drain.js";
import { anchorLease, statusLease } from "./lease-store.js";
import { createLoop, type Loop } from "./loop.js";
import { type Pause, pause as realPause } from "./pause.js";
import type { AlarmStore, AnchorChain, AnchoringStore, Clock, CursorStore, StatusQueue } from "./ports.js";
import { createAnchorRecheck } from "./reorganisation.js";
import type { StatusNews } from "./status-news.js";
import { createStatusRecheck } from "./status-recheck.js";
import { createStatusSubmitter, type StatusSubmitter } from "./status-submitter.js";
import { createWatcher, type WatchPass } from "./watcher.js";

/** All of what the anchoring worker can be told; every one has a default. */
export interface AnchoringSettings {
  readonly batchSize: number;
  readonly maxWaitMs: number;
  readonly confirmations: number;
  /** Between two passes that found nothing to do. */
  readonly idleMs: number;
  /** Between two looks at the anchors near the head, and at the words of late changes of state. */
  readonly recheckMs: number;
  readonly recheckDepth: number;
  /** How long after its confirmation a change of state is still looked at again. */
  readonly recheckStatusForMs: number;
  readonly leaseMs: number;
  readonly resubmitAfterMs: number;
  readonly maxOpenBatches: number;
  readonly auditHeadMs: number;
  readonly statusWords: number;
  readonly blockRange: number;
  readonly backoffBaseMs: number;
  readonly backoffCapMs: number;
}

export const DEFAULT_ANCHORING: AnchoringSettings = {
  batchSize: 10_000,
  maxWaitMs: 2_000,
  confirmations: 0,
  idleMs: 1_000,
  recheckMs: 60_000,
  recheckDepth: 64,
  recheckStatusForMs: 3_600_000,
  leaseMs: 60_000,
  resubmitAfterMs: 120_000,
  maxOpenBatches: 16,
  auditHeadMs: 86_400_000,
  statusWords: 256,
  blockRange: 2_000,
  backoffBaseMs: 500,
  backoffCapMs: 60_000,
};

export interface AnchoringDeps {
  readonly region: string;
  /** Unique for every start of every process. */
  readonly instance: string;
  readonly store: AnchoringStore & StatusQueue & AlarmStore & CursorStore;
  readonly chain: AnchorChain;
  readonly crypto: Crypto;
  /** Without, a change of state waits for the next pass. */
  readonly news?: StatusNews;
  readonly settings?: Partial<AnchoringSettings>;
  readonly onEvent?: OnEvent;
  readonly clock?: Clock;
  readonly pause?: Pause;
  readonly random?: () => number;
}

export interface Anchoring {
  /**
   * Ends the leases that a dead process left, so that nobody waits for them to lapse: for who knows that no other service works on the store.
   * A command beside it that holds one is refused its next write, and begins again.
   */
  takeOver(): Promise<void>;
  /** Five loops: batches, states, the watch over the chain, the looks back at recent anchors and at recent states. */
  start(): void;
  /** Resolves when every running pass has finished and handed back its lease. */
  stop(): Promise<void>;
  /** Anchors what is pending now. */
  readonly drain: Drain;
  /** Sends and confirms the open state changes now. */
  readonly drainStatus: StatusDrain;
  watchOnce(): Promise<WatchPass>;
}

/** Open alarms that a process names when it starts; `tally alarm list` has all. */
const MOST_TOLD = 100;

/** The background work of a region's deployment, with the defaults of `DEFAULT_ANCHORING`. */
export function createAnchoring(deps: AnchoringDeps): Anchoring {
  const settings = { ...DEFAULT_ANCHORING, ...deps.settings };
  const clock = deps.clock ?? { now: () => Date.now() };
  const pause = deps.pause ?? realPause;
  const random = deps.random ?? Math.random;
  const onEvent = deps.onEvent ?? ignoreEvents;
  const shared = { region: deps.region, instance: deps.instance, chain: deps.chain, clock, onEvent };

  const worker = createAnchorWorker({ ...shared, store: deps.store, crypto: deps.crypto, settings });
  const inTurn = createTurns();
  const statusSubmitter = createStatusSubmitter({
    ...shared,
    queue: deps.store,
    settings: { ...settings, maxWords: settings.statusWords, maxChanges: 10_000 },
  });
  const submitter: StatusSubmitter = { runOnce: () => inTurn(() => statusSubmitter.runOnce()) };
  const watcher = createWatcher({ ...shared, store: deps.store, settings: { ...settings, maxRanges: 20 } });
  const recheck = createAnchorRecheck({
    ...shared,
    store: deps.store,
    settings: { confirmations: settings.confirmations, depth: settings.recheckDepth, maxBatches: 50 },
  });

  const statusRecheck = createStatusRecheck({
    ...shared,
    store: deps.store,
    // Another holder than the submitter of the same process.
    instance: `${deps.instance}/recheck`,
    settings: {
      confirmations: settings.confirmations,
      forMs: settings.recheckStatusForMs,
      leaseMs: settings.leaseMs,
    },
  });

  const loop = (name: string, idleMs: number, pass: () => Promise<{ more: boolean }>): Loop =>
    createLoop({
      name,
      pass,
      idleMs,
      backoff: { baseMs: settings.backoffBaseMs, capMs: settings.backoffCapMs },
      pause,
      random,
      onEvent,
    });
  // Whoever was killed after raising an alarm has told nobody.
  let toldOpenAlarms = false;
  async function tellOpenAlarms(): Promise<void> {
    if (toldOpenAlarms) return;
    for (const { kind, object, detail } of await deps.store.alarms({ limit: MOST_TOLD }))
      onEvent({ event: "alarm-open", kind, object, detail });
    toldOpenAlarms = true;
  }

  const statusLoop = loop("status", settings.idleMs, () => submitter.runOnce());
  const loops = [
    loop("anchor", settings.idleMs, () => worker.runOnce()),
    statusLoop,
    loop("watch", settings.idleMs, async () => {
      await tellOpenAlarms();
      return watcher.runOnce();
    }),
    loop("recheck", settings.recheckMs, async () => {
      await recheck.runOnce();
      return { more: false };
    }),
    loop("status-recheck", settings.recheckMs, async () => {
      await inTurn(() => statusRecheck.runOnce());
      return { more: false };
    }),
  ];

  const pollMs = Math.min(settings.idleMs, 200);

  let stopListening = (): void => {};

  return {
    async takeOver() {
      await Promise.all([anchorLease, statusLease].map((nameOf) => deps.store.endLease(nameOf(deps.region))));
    },
    start() {
      stopListening();
      stopListening = deps.news?.listen(() => statusLoop.wake()) ?? (() => {});
      for (const each of loops) each.start();
    },
    async stop() {
      stopListening();
      await Promise.all(loops.map((each) => each.stop()));
    },
    watchOnce: () => watcher.runOnce(),
    drain: createDrain({ worker, store: deps.store, clock, pause, pollMs }),
    drainStatus: createStatusDrain({ submitter, queue: deps.store, clock, pause, pollMs }),
  };
}
