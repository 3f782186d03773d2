// SPDX-License-Identifier: Apache-2.0
import type { Actor } from "../audit/index.js";

/** What stays as it was in the backup. */
export interface KeptAccess {
  readonly tokens: boolean;
  readonly pickUpLinks: boolean;
}

/** An older store was put back, and was not compared with the chain yet. */
export interface Restoration {
  /** Milliseconds since 1970: of the restoration and of all that it ended. Names it; no two of a store have the same. */
  readonly at: number;
  /** RFC 3339: of what was put back. */
  readonly backupOf: string;
  /** What has to be done before anything is issued from the store; null once it was. */
  readonly orders: { readonly kept: KeptAccess; readonly actor: Actor } | null;
}

/**
 * Remembers a restoration from before anything else of it is done until the store was compared with the chain: whoever finds it goes on
 * with it, and stages and sends nothing before it is over. It is seen by every process that uses the store.
 */
export interface RestorationStore {
  /** Null when there is none. */
  unfinishedRestoration(): Promise<Restoration | null>;

  /**
   * Durable when it resolves. One that has begun already stays as it is; resolves to the one that stands. Where the store can tell that it
   * was put back once more since, the one that came with the backup is no more.
   */
  beginRestoration(restoration: Restoration): Promise<Restoration>;

  /** Idempotent; does nothing to another restoration than the one of `at`. */
  ordersCarriedOut(at: number): Promise<void>;

  /** Idempotent; does nothing to another restoration than the one of `at`. */
  endRestoration(at: number): Promise<void>;
}
