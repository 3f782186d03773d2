// SPDX-License-Identifier: Apache-2.0
import type { AuditHead, AuditHeadBatch } from "./audit-head.js";
import type { AnchorOnChain, BatchName } from "./chain-port.js";
import type { LeafTile, TiledLeaves } from "./leaf-tiles.js";
import type { Lease, LeaseStore } from "./lease-store.js";

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
  /** The root of every tile, 32 bytes each (see `LeafTile`). */
  readonly tileRoots: Uint8Array;
}

/** A batch whose order is fixed and whose anchor is not. */
export interface OpenBatch extends BatchName {
  readonly id: number;
  readonly stagedAt: number;
  /** Null until a submission was recorded: it may nevertheless have gone out. */
  readonly submitted: { readonly tx: string; readonly at: number } | null;
  /** How many of its entries are certificates; the others are seals and copies, or its only one is a head of the audit log. */
  readonly certificates: number;
  /** What its one entry is, when it holds nothing else but a head of the audit log. */
  readonly auditHead: AuditHead | null;
}

/** Events of the audit log that no staged head covers. */
export interface UncoveredEvents {
  /** The head that would cover them. */
  readonly head: AuditHead;
  /** Time of the oldest, milliseconds. */
  readonly oldestAt: number;
}

export interface AnchoredBatch extends BatchName, AnchorOnChain {
  readonly id: number;
}

export type StageOutcome =
  | { readonly outcome: "staged"; readonly batch: OpenBatch }
  /** The lease is no longer ours; nothing was written. */
  | { readonly outcome: "lease-lost" }
  /**
   * An entry is gone from the outbox (staged already, or held since), or the log is covered up to there or not what it was said to be;
   * nothing was written. Read again.
   */
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
 * The outbox, the batches and the anchored heads of the audit log of this deployment's region. Every adapter passes test/adapters/anchoring-store.suite.ts.
 * All writes are durable when the promise resolves and atomic; all are idempotent unless they say otherwise.
 */
export interface AnchoringStore extends LeaseStore {
  pendingWork(limit: number): Promise<PendingWork>;

  /**
   * Fixes a batch and its order in one transaction: checks the lease's fence, takes exactly these entries from the outbox,
   * writes the batch with its ordered leaf hashes and tile roots, and gives every certificate, seal and copy its batch and index. All or nothing, so
   * each is in the outbox or in exactly one batch at every instant.
   */
  stageBatch(lease: Lease, batch: NewBatch, now: number): Promise<StageOutcome>;

  /** Null when the newest staged head covers the whole log. */
  uncoveredEvents(): Promise<UncoveredEvents | null>;

  /**
   * Fixes a batch of its own for a head of the audit log, in one transaction: checks the lease's fence, that no staged head covers as
   * much, and that the log has this hash at this event. It changes nothing of the outbox and what was in it.
   */
  stageAuditHead(lease: Lease, batch: AuditHeadBatch, now: number): Promise<StageOutcome>;

  /** Of those that are staged or anchored, the one that covers most; null when there is none. */
  newestAuditHead(): Promise<AuditHead | null>;

  /** Staged batches without an attached anchor, oldest first. */
  openBatches(limit: number): Promise<readonly OpenBatch[]>;

  /** Remembers the transaction of a submission; a later one replaces it. Without effect on an anchored batch. */
  recordSubmission(batchId: number, tx: string, now: number): Promise<void>;

  /**
   * Attaches the anchor: one write, to the batch alone, however many entries it has. Attaching the same again changes
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
   * Takes back a batch that the chain has and this store lost (it was restored from an older backup): writes it anchored,
   * with all its leaves in order and its tile roots, and gives those of them that wait in the outbox their place, all in one transaction. Returns how
   * many waited. A batch that the store has already is left as it is.
   */
  adoptBatch(batch: BatchName & TiledLeaves, anchor: AnchorOnChain): Promise<number>;

  /**
   * Takes every entry of the key out of the outbox and marks its certificates held, each with its entry; seals and copies are held by no key, and stay. A store may need several transactions
   * for all of them, and when this rejects it may have held some: it is to be repeated. Returns how many.
   * Entries that a batch has already fixed stay in it (see `certificatesToReissue`).
   */
  holdPending(keyDigest: string): Promise<number>;

  /** Certificates and copies of the key that no anchor protects yet: in the outbox, or in a batch without an anchor. */
  pendingForKey(keyDigest: string): Promise<number>;

  /**
   * Certificates that need a new one under another key, in an order of the store that does not change, after the one with the
   * identifier `after`: the held ones, those in a batch without an anchor, and those anchored at or after `compromisedSince` (seconds).
   */
  certificatesToReissue(query: {
    readonly keyDigest: string;
    readonly compromisedSince: number;
    readonly after?: string;
    readonly limit: number;
  }): Promise<readonly string[]>;

  counts(): Promise<{
    /** Entries in the outbox: of certificates, seals and copies. */
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

  /**
   * Tile number `tile` of a batch and the tile roots, without reading the other leaves; null for an unknown batch, or when it has
   * no such tile.
   */
  batchTile(id: number, tile: number): Promise<LeafTile | null>;
}
