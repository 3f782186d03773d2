// SPDX-License-Identifier: Apache-2.0

/** Milliseconds since 1970. Injected everywhere: nothing in `domain/anchoring` asks the machine for the time. */
export interface Clock {
  now(): number;
}

/** A batch as the registry names it. `root` is lower-case hex, 64 digits, no 0x. */
export interface BatchName {
  readonly region: string;
  readonly root: string;
  readonly size: number;
}

// ---------------------------------------------------------------------------------------------------------------- chain

/** Where and when the registry recorded a batch. */
export interface AnchorOnChain {
  readonly block: number;
  /** Block time, seconds. */
  readonly time: number;
  /** 0x and 64 lower-case hex digits. */
  readonly tx: string;
}

export interface FoundAnchor extends AnchorOnChain {
  /** Blocks on top of the one that holds the anchor: 0 while that block is the head. */
  readonly confirmations: number;
}

/** Bits to write into one word of the region's lists. Bit 255 − (position & 255) of `word` = position >> 8. */
export interface StatusMasks {
  readonly list: number;
  readonly word: number;
  readonly revoke: bigint;
  readonly suspend: bigint;
  readonly release: bigint;
}

export interface StatusWordState {
  readonly revoked: bigint;
  readonly suspended: bigint;
}

interface EventPlace {
  readonly block: number;
  /** Block time, seconds. */
  readonly time: number;
  readonly tx: string;
  /** Position of the log in its block: (block, logIndex) names an event for as long as the block stands. */
  readonly logIndex: number;
}

/** `BatchAnchored` of any region. */
export interface BatchAnchoredEvent extends EventPlace, BatchName {
  readonly kind: "batch-anchored";
}

/** One word of any region's lists was written: the bits that this event set or cleared, nothing else. */
export interface StatusChangedEvent extends EventPlace {
  readonly kind: "status-changed";
  readonly region: string;
  readonly list: number;
  readonly word: number;
  readonly revoked: bigint;
  readonly suspended: bigint;
  readonly released: bigint;
}

export interface TypeDefinitionPublishedEvent extends EventPlace {
  readonly kind: "type-definition-published";
  readonly typeCode: string;
  readonly version: number;
  /** SHA-256 of the canonical JSON, lower-case hex. */
  readonly digest: string;
}

export type ChainEvent = BatchAnchoredEvent | StatusChangedEvent | TypeDefinitionPublishedEvent;

export interface ChainHead {
  readonly block: number;
  /** Block time, seconds. */
  readonly time: number;
}

/**
 * One registry on one chain, seen by the operator of one region: region, registry address and accounts are bound at
 * construction.
 *
 * Every method rejects with a `TallyError` of a `chain.*` code and nothing else. `chain.unreachable` says that nothing is
 * known, not even whether a submitted transaction went out; `chain.reverted` that the registry refused it, with the
 * decoded contract error in the message; `chain.registry-missing` and `chain.wrong-chain` that this is not the chain we
 * were configured for. "Not recorded" is never an error and an error is never "not recorded".
 *
 * Transactions of one account are mined in the order in which the calls were made (one nonce sequence).
 */
export interface AnchorChain {
  /**
   * Sends `anchor(region, root, size)` and resolves as soon as a node has accepted the transaction; it need not be mined.
   * Repeating it is harmless: the registry records a batch once and keeps the first record.
   */
  submitAnchor(batch: { readonly root: string; readonly size: number }): Promise<{ readonly tx: string }>;

  /**
   * The record of a batch as of the head, or null when the registry has none. A batch that was resubmitted shows its
   * first record. A record whose block a reorganisation removed is null again.
   */
  findAnchor(batch: BatchName): Promise<FoundAnchor | null>;

  /**
   * Writes masks on several words, in as few transactions as the registry allows; at most one element for a (list, word).
   * Resolves with the last transaction once a node has accepted all of them. When it rejects, some may have gone out.
   * Repeating it is harmless: setting a set bit and releasing a clear one change nothing.
   */
  submitStatus(changes: readonly StatusMasks[]): Promise<{ readonly tx: string }>;

  /** One word of the region's lists as of the block that has `confirmations` blocks on top; zero words when never written. */
  statusWord(list: number, word: number, confirmations: number): Promise<StatusWordState>;

  head(): Promise<ChainHead>;

  /**
   * The registry's events of the three kinds from every region, in chain order, both bounds included. The caller keeps
   * `toBlock` at or below the head and the range bounded (2,000 blocks by default).
   */
  events(range: { readonly fromBlock: number; readonly toBlock: number }): Promise<readonly ChainEvent[]>;

  /** The block in which the registry was deployed: no event is older. */
  firstBlock(): Promise<number>;
}

// ---------------------------------------------------------------------------------------------------------------- store

/**
 * Permission to work on something alone for a while. `fence` only grows for one name: a store refuses a write that
 * carries a fence older than the newest it granted, so a holder that slept past the end of its lease can do no harm.
 */
export interface Lease {
  readonly name: string;
  readonly holder: string;
  readonly fence: number;
}

export interface LeaseStore {
  /**
   * Grants the lease until `now + ttl` when nobody holds it, it has lapsed, or `holder` holds it already; else null. A
   * renewal by the same holder before the end keeps the fence; every other grant increases it. Atomic.
   */
  claimLease(name: string, holder: string, now: number, ttl: number): Promise<Lease | null>;

  /** Ends the lease now, when this fence is still the newest; else does nothing. The fence is not forgotten. */
  releaseLease(lease: Lease): Promise<void>;
}

export interface PendingEntry {
  /** Order of arrival. */
  readonly seq: number;
  readonly leafHash: Uint8Array;
}

/** What waits to be staged. Held entries are not in it. */
export interface PendingWork {
  /** First entries in order of arrival, at most as many as asked for. */
  readonly entries: readonly PendingEntry[];
  /** Arrival of the oldest, milliseconds; null when there are none. */
  readonly oldestAt: number | null;
}

export interface NewBatch extends BatchName {
  /** In the order of the tree's leaves. */
  readonly entries: readonly PendingEntry[];
}

/** A batch whose order is fixed and whose anchor is not. */
export interface OpenBatch extends BatchName {
  readonly id: number;
  readonly stagedAt: number;
  /** Null until a submission was recorded: it may nevertheless have gone out. */
  readonly submitted: { readonly tx: string; readonly at: number } | null;
}

export interface AnchoredBatch extends BatchName, AnchorOnChain {
  readonly id: number;
}

export type StageOutcome =
  | { readonly outcome: "staged"; readonly batch: OpenBatch }
  /** The lease is no longer ours; nothing was written. */
  | { readonly outcome: "lease-lost" }
  /** An entry is gone from the outbox (staged already, or held since); nothing was written. Read again. */
  | { readonly outcome: "changed" };

/** Where a certificate stands on its way to the chain. `held`: its key was marked compromised first; to be reissued. */
export type AnchoringState = "pending" | "staged" | "anchored" | "held";

export interface LeafPosition {
  readonly certificateId: string;
  readonly token: Uint8Array;
  readonly leafHash: Uint8Array;
  readonly state: AnchoringState;
  /** Null while the certificate is in no batch. */
  readonly place: { readonly batchId: number; readonly index: number } | null;
}

export interface StoredBatch extends BatchName {
  readonly id: number;
  /** Null until attached. */
  readonly anchor: AnchorOnChain | null;
}

/**
 * The outbox and the batches of this deployment's region. Every adapter passes test/adapters/anchoring-store.suite.ts.
 * All writes are durable when the promise resolves and atomic; all are idempotent unless they say otherwise.
 */
export interface AnchoringStore extends LeaseStore {
  pendingWork(limit: number): Promise<PendingWork>;

  /**
   * Fixes a batch and its order in one transaction: checks the lease's fence, takes exactly these entries from the outbox,
   * writes the batch with its ordered leaf hashes, and gives every certificate its batch and index. All or nothing, so a
   * certificate is in the outbox or in exactly one batch at every instant.
   */
  stageBatch(lease: Lease, batch: NewBatch, now: number): Promise<StageOutcome>;

  /** Staged batches without an attached anchor, oldest first. */
  openBatches(limit: number): Promise<readonly OpenBatch[]>;

  /** Remembers the transaction of a submission; a later one replaces it. Without effect on an anchored batch. */
  recordSubmission(batchId: number, tx: string, now: number): Promise<void>;

  /**
   * Attaches the anchor: one write, to the batch alone, however many certificates it has. Attaching the same again changes
   * nothing; a different one rejects with `store.failed` (only `reanchor` replaces an anchor).
   */
  attachAnchor(batchId: number, anchor: AnchorOnChain): Promise<void>;

  /** Anchored batches at or above a block, newest first: those that a reorganisation could still reach. */
  anchoredSince(block: number, limit: number): Promise<readonly AnchoredBatch[]>;

  /**
   * A reorganisation deeper than the confirmations took this anchor away or moved it. `found` null: the batch is open
   * again and will be submitted again. Else the new anchor replaces the old. Without effect when the stored anchor is no
   * longer `lost`.
   */
  reanchor(batchId: number, lost: AnchorOnChain, found: AnchorOnChain | null): Promise<void>;

  /**
   * Takes every entry of the key out of the outbox and marks its certificates held, in one transaction. Returns how many.
   * Entries that a batch has already fixed stay in it (see `certificatesToReissue`).
   */
  holdPending(keyDigest: string): Promise<number>;

  /** Certificates of the key that no anchor protects yet: in the outbox, or in a batch without an anchor. */
  pendingForKey(keyDigest: string): Promise<number>;

  /**
   * Certificates that need a new one under another key, by identifier, after `after`: the held ones, those in a batch
   * without an anchor, and those anchored at or after `compromisedSince` (seconds).
   */
  certificatesToReissue(query: {
    readonly keyDigest: string;
    readonly compromisedSince: number;
    readonly after?: string;
    readonly limit: number;
  }): Promise<readonly string[]>;

  counts(): Promise<{
    readonly pending: number;
    readonly held: number;
    readonly openBatches: number;
    readonly anchoredBatches: number;
    readonly openStatusChanges: number;
  }>;

  /** Null for an unknown certificate. */
  leafPosition(certificateId: string): Promise<LeafPosition | null>;

  findBatch(id: number): Promise<StoredBatch | null>;

  findBatchByName(name: BatchName): Promise<StoredBatch | null>;

  /** Ordered leaf hashes, 32 bytes each; null for an unknown batch. */
  batchLeaves(id: number): Promise<Uint8Array | null>;
}

export type StatusAction = "revoke" | "suspend" | "release";

export interface StatusChange {
  /** Order in which the changes became law. */
  readonly seq: number;
  /** list * 131072 + position. */
  readonly statusIndex: number;
  readonly action: StatusAction;
  /** Null until the change was fixed into a submission. `tx` is null when the reply was lost. */
  readonly submitted: { readonly at: number; readonly tx: string | null } | null;
}

/** One entry of the log that says what the words on chain should show. */
export interface LoggedStatusChange {
  readonly statusIndex: number;
  readonly action: StatusAction;
  readonly confirmed: boolean;
}

/** Legal state changes on their way to the status words. Passes test/adapters/status-queue.suite.ts. */
export interface StatusQueue extends LeaseStore {
  /** Unconfirmed changes in order of `seq`. */
  openStatusChanges(limit: number): Promise<readonly StatusChange[]>;

  /**
   * Fixes these changes as submitted at `now`, before anything is sent; false (and nothing written) when the lease is lost.
   * So whoever comes after a crash knows that a transaction with exactly these changes may be under way.
   */
  fixStatusSubmission(lease: Lease, seqs: readonly number[], now: number): Promise<boolean>;

  /** Remembers the transaction of a submission; a later one replaces it. */
  recordStatusTransaction(seqs: readonly number[], tx: string): Promise<void>;

  confirmStatusChanges(lease: Lease, seqs: readonly number[], now: number): Promise<boolean>;

  /** Every change of the 256 certificates of a word, confirmed or not, in order of `seq`. */
  statusLog(list: number, word: number): Promise<readonly LoggedStatusChange[]>;
}

/** How far a reader of the chain has come. */
export interface CursorStore {
  /** The last block whose events were dealt with; null before the first. */
  cursor(name: string): Promise<number | null>;
  /** Never moves backwards. */
  moveCursor(name: string, block: number): Promise<void>;
}

export type AlarmKind = "unknown-batch" | "unknown-status" | "anchor-vanished";

export interface NewAlarm {
  readonly kind: AlarmKind;
  /** Names what the alarm is about; one alarm is raised for one (kind, object), ever. */
  readonly object: string;
  /** For a human; no personal data. */
  readonly detail: string;
}

export interface Alarm extends NewAlarm {
  readonly seq: number;
  readonly time: number;
  readonly clearedAt: number | null;
}

/** Passes test/adapters/watch-store.suite.ts, as does `CursorStore`. */
export interface AlarmStore {
  /** True when this raised it; false when the same alarm was raised before, cleared or not. */
  raiseAlarm(alarm: NewAlarm, now: number): Promise<boolean>;
  /** In order of `seq`; only open ones unless asked. */
  alarms(query?: { readonly includeCleared?: boolean; readonly limit?: number }): Promise<readonly Alarm[]>;
  /** False when there is no open alarm of that number. */
  clearAlarm(seq: number, now: number): Promise<boolean>;
}
