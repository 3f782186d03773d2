// SPDX-License-Identifier: Apache-2.0
import type { Crypto } from "../../core/crypto.js";
import { toHex } from "../../core/hex.js";
import { MAX_TREE_SIZE } from "../../core/merkle.js";
import type { OnEvent } from "./anchoring-events.js";
import { auditHeadBatch } from "./audit-head.js";
import { hasPassed } from "./clock.js";
import { digestTiles, joinLeaves } from "./leaf-tiles.js";
import { createLeaseClaim } from "./lease-claim.js";
import { anchorLease } from "./lease-store.js";
import type {
  AnchorChain,
  AnchoringStore,
  Clock,
  Lease,
  NewBatch,
  OpenBatch,
  PendingWork,
  StageOutcome,
  UncoveredEvents,
} from "./ports.js";

export interface AnchorSettings {
  /** Most entries in a batch, 1…2^20. */
  readonly batchSize: number;
  /** How long the oldest entry may wait for its batch to fill, milliseconds. */
  readonly maxWaitMs: number;
  /** Blocks on top of an anchor before it is attached. */
  readonly confirmations: number;
  readonly leaseMs: number;
  /** A submission that is not on chain after so long is sent again. */
  readonly resubmitAfterMs: number;
  /** While so many batches wait for their confirmations, nothing more is staged. */
  readonly maxOpenBatches: number;
  /** So old the oldest event of the audit log may become before its head is staged, milliseconds; 0: none ever is. */
  readonly auditHeadMs: number;
}

export interface AnchorWorkerDeps {
  /** The region that this deployment serves and whose operator the chain port signs for. */
  readonly region: string;
  /** Names this process among all workers, unique for every start. */
  readonly instance: string;
  readonly store: AnchoringStore;
  readonly chain: AnchorChain;
  readonly crypto: Crypto;
  readonly clock: Clock;
  readonly settings: AnchorSettings;
  readonly onEvent: OnEvent;
}

export interface AnchorPass {
  /** False when another instance holds the lease; the other figures are 0 then. */
  readonly claimed: boolean;
  /** Certificates. */
  readonly staged: number;
  readonly anchored: number;
  /** Batches that wait for the chain. */
  readonly open: number;
  /** There is work that need not wait. */
  readonly more: boolean;
}

export interface AnchorWorker {
  /** One pass: continues from whatever is there. `flush` stages what is pending without waiting for a full batch. */
  runOnce(options?: { readonly flush?: boolean }): Promise<AnchorPass>;
}

const IDLE: AnchorPass = { claimed: false, staged: 0, anchored: 0, open: 0, more: false };

/** Heads are hours apart, so nobody need look for one with every pass. */
const LOOK_AT_LOG_MS = 60_000;

/**
 * Takes certificates and seals from the outbox, and heads of the audit log, to the chain in six steps. Whatever a crash leaves, the next pass of any instance
 * continues from the store and the chain alone; nothing in the memory of a worker matters.
 *
 * | step | a crash right before it leaves | right after it |
 * | --- | --- | --- |
 * | claim | the outbox as it was | a lease that lapses by itself |
 * | tree | the same | the same: a tree is only arithmetic |
 * | stage | the same; entries are still in the outbox | a batch whose content and order never change again |
 * | submit | a staged batch; submitted next | perhaps a transaction; sent again, which the registry ignores |
 * | confirm | a submitted batch; looked up next | the same: confirming only reads |
 * | attach, release | an anchor on chain that the store does not show yet; looked up and attached next | nothing to do but the lease, which lapses |
 *
 * A head is a batch of its own. It comes after the certificates that are due, and from staging on there is no difference.
 */
export function createAnchorWorker(deps: AnchorWorkerDeps): AnchorWorker {
  const { region, instance, store, clock, settings, onEvent } = deps;
  requireSettings(settings);
  const log = new LogWatch(deps);
  const claim = createLeaseClaim({
    ...{ store, name: anchorLease(region), holder: instance, leaseMs: settings.leaseMs, clock, onEvent },
  });

  return {
    async runOnce({ flush = false } = {}) {
      // 1 claim. Before: nothing happened. After: a lease that nobody uses lapses after leaseMs.
      const lease = await claim();
      if (!lease) return IDLE;
      try {
        return await workThrough(deps, lease, claim, { flush, log });
      } finally {
        // 6, second half: release. Before: the lease lapses. After: nothing is left to do.
        await store.releaseLease(lease);
      }
    },
  };
}

async function workThrough(
  deps: AnchorWorkerDeps,
  lease: Lease,
  renew: () => Promise<Lease | null>,
  { flush, log }: { readonly flush: boolean; readonly log: LogWatch },
): Promise<AnchorPass> {
  const { store, settings } = deps;
  let [open, staged, anchored] = [0, 0, 0];
  const pass = (more: boolean): AnchorPass => ({ claimed: true, staged, anchored, open, more });
  const goOn = async (batch: OpenBatch): Promise<void> => {
    if (await advance(deps, batch)) anchored += batch.certificates;
    else open++;
  };
  // What is staged goes first: its certificates have waited longest, and a chain that is down must not fill the store with batches.
  for (const batch of await store.openBatches(settings.maxOpenBatches)) await goOn(batch);
  if (open >= settings.maxOpenBatches) return pass(false);
  const work = await workDue(deps, flush);
  const events = await log.due();
  if (work === null && events === null) return pass(false);
  // The work above may have taken long; a fence that is still ours when staging is what counts, so renew before it.
  if ((await renew())?.fence !== lease.fence) return pass(false);
  if (work !== null) {
    const batch = await treeAndStage(deps, lease, work);
    // Refused: the outbox moved under us. Nothing was written; read it again.
    if (!batch) return pass(true);
    staged = batch.certificates;
    await goOn(batch);
  }
  if (events === null || open >= settings.maxOpenBatches) return pass(true);
  const batch = await stageHead(deps, lease, events);
  if (batch) await goOn(batch);
  else log.wait();
  return pass(work !== null || batch !== null);
}

/** Looks now and then whether the audit log has events that wait long enough for a head. */
class LogWatch {
  /** What is remembered costs a look at most: another process may have staged a head meanwhile. */
  #next = Number.NEGATIVE_INFINITY;

  constructor(private readonly deps: AnchorWorkerDeps) {}

  /** Null while nothing is due. What is due is given again until a head is staged. */
  async due(): Promise<UncoveredEvents | null> {
    const { store, clock, settings } = this.deps;
    if (settings.auditHeadMs === 0 || clock.now() < this.#next) return null;
    const events = await store.uncoveredEvents();
    if (events !== null && clock.now() - events.oldestAt >= settings.auditHeadMs) return events;
    this.wait();
    return null;
  }

  /** Until the next look: nothing was due, or it was refused. */
  wait(): void {
    const { clock, settings } = this.deps;
    this.#next = clock.now() + Math.min(LOOK_AT_LOG_MS, settings.auditHeadMs);
  }
}

/** What goes into the next batch; null while there is nothing, or it may still wait to fill. */
async function workDue({ store, clock, settings }: AnchorWorkerDeps, flush: boolean): Promise<PendingWork | null> {
  const work = await store.pendingWork(settings.batchSize);
  const { entries, oldestAt } = work;
  if (entries.length === 0) return null;
  const due =
    flush ||
    entries.length >= settings.batchSize ||
    (oldestAt !== null && hasPassed(settings.maxWaitMs, oldestAt, clock));
  return due ? work : null;
}

async function treeAndStage(
  { region, store, crypto, clock, onEvent }: AnchorWorkerDeps,
  lease: Lease,
  { entries, oldestAt }: PendingWork,
): Promise<OpenBatch | null> {
  // 2 tree. Before and after: the outbox is untouched; the next pass computes a tree of its own.
  const { root, tileRoots } = await digestTiles(crypto, joinLeaves(entries.map(({ leafHash }) => leafHash)));
  const batch: NewBatch = { region, root: toHex(root), size: entries.length, entries, tileRoots };
  // 3 stage. Before: the outbox is untouched. After: content and order are fixed, and no instance can stage these again.
  return told(onEvent, await store.stageBatch(lease, batch, clock.now()), oldestAt);
}

/** Steps 2 and 3 for a head of the audit log. Before: the log is uncovered. After: content is fixed, and nobody stages this head again. */
async function stageHead(
  { region, store, crypto, clock, onEvent }: AnchorWorkerDeps,
  lease: Lease,
  { head, oldestAt }: UncoveredEvents,
): Promise<OpenBatch | null> {
  const batch = auditHeadBatch(crypto, region, head);
  return told(onEvent, await store.stageAuditHead(lease, batch, clock.now()), oldestAt);
}

function told(onEvent: OnEvent, result: StageOutcome, oldestAt: number | null): OpenBatch | null {
  if (result.outcome !== "staged") {
    onEvent({ event: "stage-refused", reason: result.outcome });
    return null;
  }
  onEvent({ event: "batch-staged", oldestAt, ...factsOf(result.batch) });
  return result.batch;
}

/** Submits, confirms and attaches as far as the chain lets us; true when the batch is anchored now. */
async function advance(deps: AnchorWorkerDeps, batch: OpenBatch): Promise<boolean> {
  const { clock, settings } = deps;
  if (batch.submitted === null) {
    // An earlier submission may have gone out and only its reply been lost: look before sending.
    const outcome = await confirmAndAttach(deps, batch);
    if (outcome !== "not-on-chain") return outcome === "anchored";
    await submit(deps, batch);
    return (await confirmAndAttach(deps, batch)) === "anchored";
  }
  const outcome = await confirmAndAttach(deps, batch);
  if (outcome === "not-on-chain" && hasPassed(settings.resubmitAfterMs, batch.submitted.at, clock)) {
    // Dropped from a pool, or removed by a reorganisation: the registry records the first that is mined and ignores the rest.
    await submit(deps, batch);
    return (await confirmAndAttach(deps, batch)) === "anchored";
  }
  return outcome === "anchored";
}

async function submit({ store, chain, clock, onEvent }: AnchorWorkerDeps, batch: OpenBatch): Promise<void> {
  // 4 submit. Before: staged, sent by the next pass. After the sending: perhaps sent twice, recorded once by the registry.
  const { tx } = await chain.submitAnchor({ root: batch.root, size: batch.size });
  await store.recordSubmission(batch.id, tx, clock.now());
  onEvent({ event: "batch-submitted", tx, ...factsOf(batch) });
}

async function confirmAndAttach(
  { store, chain, settings, onEvent }: AnchorWorkerDeps,
  batch: OpenBatch,
): Promise<"anchored" | "waiting" | "not-on-chain"> {
  // 5 confirm. Only reads: before and after are the same.
  const found = await chain.findAnchor(nameOf(batch));
  if (!found) return "not-on-chain";
  if (found.confirmations < settings.confirmations) return "waiting";
  const anchor = { block: found.block, time: found.time, tx: found.tx };
  // 6 attach. Before: the next pass finds the anchor again. After: every certificate and seal of the batch has its proof.
  await store.attachAnchor(batch.id, anchor);
  onEvent({ event: "batch-anchored", ...factsOf(batch), ...anchor });
  return "anchored";
}

function nameOf({ region, root, size }: OpenBatch) {
  return { region, root, size };
}

function factsOf(batch: OpenBatch) {
  const { id, certificates, auditHead } = batch;
  return { batchId: id, ...nameOf(batch), certificates, ...(auditHead === null ? {} : { auditHead }) };
}

function requireSettings({ batchSize, maxOpenBatches }: AnchorSettings): void {
  if (!Number.isInteger(batchSize) || batchSize < 1 || batchSize > MAX_TREE_SIZE)
    throw new RangeError(`batchSize must be a whole number from 1 to ${MAX_TREE_SIZE}, not ${batchSize}`);
  if (!Number.isInteger(maxOpenBatches) || maxOpenBatches < 1)
    throw new RangeError(`maxOpenBatches must be a whole number from 1, not ${maxOpenBatches}`);
}
