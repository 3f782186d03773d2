// SPDX-License-Identifier: Apache-2.0

/** Names one request of one caller; `key` is chosen by the caller, `scope` by us. */
export interface ReservationName {
  readonly scope: string;
  readonly key: string;
}

export interface Reservation extends ReservationName {
  /** SHA-256 of the request. */
  readonly requestHash: Uint8Array;
  /** What the request is going to make, fixed before it is made; whoever takes an abandoned request over gets it back. */
  readonly plan: string;
}

export interface StoredResponse {
  readonly status: number;
  readonly body: Uint8Array;
}

export type ReserveOutcome =
  /** Nobody asked this before (or so long ago that it is forgotten): carry it out. */
  | { readonly outcome: "reserved" }
  /** Somebody began it and never ended it; it is ours now, with the plan of the first attempt. It may have taken effect. */
  | { readonly outcome: "taken-over"; readonly plan: string }
  | { readonly outcome: "under-way" }
  | { readonly outcome: "answered"; readonly response: StoredResponse }
  /** The key belongs to a request with another hash. */
  | { readonly outcome: "mismatch" };

/** Every adapter must pass test/adapters/idempotency-store.suite.ts. All writes are durable when the promise resolves. */
export interface IdempotencyStore {
  /**
   * Reserves each name in one transaction; the answers are in the order of the input. Of any number of callers exactly one
   * gets `reserved` or `taken-over`. A reservation from before `abandonedBefore` without a response is taken over (and counts
   * from `now` again); anything from before `forgottenBefore` with a response is as if it had never been.
   */
  reserve(
    reservations: readonly Reservation[],
    times: { readonly now: number; readonly abandonedBefore: number; readonly forgottenBefore: number },
  ): Promise<readonly ReserveOutcome[]>;

  /** Stores the responses, all in one transaction. */
  answer(responses: readonly (ReservationName & { readonly response: StoredResponse })[]): Promise<void>;

  /** Gives up reservations without a response: the request had no effect and may be asked anew. */
  release(names: readonly ReservationName[]): Promise<void>;

  /** Deletes what was answered before `forgottenBefore`; returns how many. */
  purge(forgottenBefore: number): Promise<number>;
}
