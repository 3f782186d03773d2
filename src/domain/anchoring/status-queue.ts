// SPDX-License-Identifier: Apache-2.0
import type { Lease, LeaseStore } from "./lease-store.js";

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
  readonly seq: number;
  readonly statusIndex: number;
  readonly action: StatusAction;
  readonly confirmed: boolean;
  /** Of its last submission; null before that, and when the reply was lost. */
  readonly tx: string | null;
}

export type ConfirmedStatusChange = Pick<LoggedStatusChange, "statusIndex" | "action">;

/** Legal state changes on their way to the status words. Passes test/adapters/status-queue.suite.ts. */
export interface StatusQueue extends LeaseStore {
  /**
   * Unconfirmed changes in order of `seq`: the first `limit` revocations, and the first `limit` suspensions and releases. So releases
   * that the chain refuses for a while, however many, hide no revocation.
   */
  openStatusChanges(limit: number): Promise<readonly StatusChange[]>;

  /**
   * Fixes these changes as submitted at `now`, before anything is sent; false (and nothing written) when the lease is lost.
   * So whoever comes after a crash knows that a transaction with exactly these changes may be under way.
   */
  fixStatusSubmission(lease: Lease, seqs: readonly number[], now: number): Promise<boolean>;

  /** Remembers the transaction of a submission; a later one replaces it. */
  recordStatusTransaction(seqs: readonly number[], tx: string): Promise<void>;

  confirmStatusChanges(lease: Lease, seqs: readonly number[], now: number): Promise<boolean>;

  /** Changes confirmed at or after `since`, the newest first: those that a reorganisation could still reach. */
  confirmedSince(since: number, limit: number): Promise<readonly ConfirmedStatusChange[]>;

  /**
   * A reorganisation deeper than the confirmations took these changes from the chain: the confirmed ones among them are open again,
   * and stay marked as sent: the transaction that is gone may come back, so nothing newer of their bit is sent before they are there.
   * False when there is none, or the lease was taken over.
   */
  reopenStatusChanges(lease: Lease, seqs: readonly number[]): Promise<boolean>;

  /** Every change of the 256 certificates of a word, confirmed or not, in order of `seq`. */
  statusLog(list: number, word: number): Promise<readonly LoggedStatusChange[]>;
}
