// SPDX-License-Identifier: Apache-2.0

/** A batch as the registry names it. `root` is lower-case hex, 64 digits, no 0x. */
export interface BatchName {
  readonly region: string;
  readonly root: string;
  readonly size: number;
}

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
   *
   * `maySend` is asked last of all, when the number of the transaction (its nonce) is drawn already; when it says no, nothing is
   * sent and `tx` is null. So whoever sleeps between its yes and the sending finds the number used up by the one who took over.
   */
  submitStatus(
    changes: readonly StatusMasks[],
    maySend?: () => Promise<boolean>,
  ): Promise<{ readonly tx: string | null }>;

  /** One word of the region's lists as of the block that has `confirmations` blocks on top; zero words when never written. */
  statusWord(list: number, word: number, confirmations: number): Promise<StatusWordState>;

  /** The same of several words of a list, at most 512, in their order and all as of one block. */
  statusWords(list: number, words: readonly number[], confirmations: number): Promise<readonly StatusWordState[]>;

  head(): Promise<ChainHead>;

  /**
   * The registry's events of the three kinds from every region, in chain order, both bounds included. The caller keeps
   * `toBlock` at or below the head and the range bounded (2,000 blocks by default).
   */
  events(range: { readonly fromBlock: number; readonly toBlock: number }): Promise<readonly ChainEvent[]>;

  /** The block in which the registry was deployed: no event is older. */
  firstBlock(): Promise<number>;
}
