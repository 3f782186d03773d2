// SPDX-License-Identifier: Apache-2.0
import { TallyError } from "../../core/errors.js";
import type {
  IdempotencyStore,
  Reservation,
  ReservationName,
  ReserveOutcome,
  StoredResponse,
} from "./idempotency-store.js";

export interface Idempotency {
  /**
   * Runs `carryOut` at most once for a name and request, and stores its response before it is returned. A repeat gets the
   * stored response; `request.idempotency-mismatch` for another request under the same key, `request.conflict` while the
   * first is under way.
   *
   * What survives a crash: the reservation and its plan are durable before `carryOut` begins. When the process dies, the
   * reservation stays; after `abandonedAfterMs` the next attempt takes it over, and `carryOut` gets the plan of the first
   * attempt with `mayHaveHappened`, so that it can find what was made instead of making it again. A process that knows to be
   * alone (`aloneSince`) takes over at once what others began before.
   */
  once(reservation: Reservation, carryOut: CarryOut): Promise<OnceResult>;

  /** The parts of `once`, for many requests in one durable step. */
  reserve(reservations: readonly Reservation[]): Promise<readonly ReserveOutcome[]>;
  answer(responses: readonly (ReservationName & { readonly response: StoredResponse })[]): Promise<void>;
  release(names: readonly ReservationName[]): Promise<void>;

  /** Forgets what is older than a day; returns how many. */
  purge(): Promise<number>;
}

export type CarryOut = (attempt: {
  readonly plan: string;
  readonly mayHaveHappened: boolean;
}) => Promise<StoredResponse>;

export interface OnceResult {
  readonly response: StoredResponse;
  readonly replayed: boolean;
}

export interface IdempotencyDependencies {
  readonly store: IdempotencyStore;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Longer than any request can take. */
  readonly abandonedAfterMs?: number;
  /** Since when, milliseconds since 1970, no other process carries requests out: whoever began one before is dead. */
  readonly aloneSince?: number;
  readonly forgottenAfterMs?: number;
}

export function createIdempotency({
  store,
  now,
  abandonedAfterMs = 120_000,
  aloneSince = 0,
  forgottenAfterMs = 86_400_000,
}: IdempotencyDependencies): Idempotency {
  const reserve = (reservations: readonly Reservation[]): Promise<readonly ReserveOutcome[]> => {
    // A clock that is set back must not make our own requests look like those of a dead process.
    const at = Math.max(now(), aloneSince);
    return store.reserve(reservations, {
      now: at,
      abandonedBefore: Math.max(at - abandonedAfterMs, aloneSince),
      forgottenBefore: at - forgottenAfterMs,
    });
  };

  return {
    async once(reservation, carryOut) {
      const [reserved] = await reserve([reservation]);
      const outcome = reserved ?? { outcome: "under-way" as const };
      if (outcome.outcome === "answered") return { response: outcome.response, replayed: true };
      if (outcome.outcome === "under-way" || outcome.outcome === "mismatch") throw refusal(outcome.outcome);

      const takenOver = outcome.outcome === "taken-over";
      const plan = takenOver ? outcome.plan : reservation.plan;
      let response: StoredResponse;
      try {
        response = await carryOut({ plan, mayHaveHappened: takenOver });
      } catch (error) {
        // A refusal had no effect: the caller may mend the request and keep the key. After anything else nobody knows
        // whether it took effect, so the reservation stays and the next attempt finds out by the plan.
        if (isRefusal(error)) await store.release([reservation]);
        throw error;
      }
      await store.answer([{ scope: reservation.scope, key: reservation.key, response }]);
      return { response, replayed: false };
    },

    reserve,
    answer: (responses) => store.answer(responses),
    release: (names) => store.release(names),
    purge: () => store.purge(now() - forgottenAfterMs),
  };
}

/** The error that a caller gets for a name that cannot be carried out now. */
export function refusal(outcome: "under-way" | "mismatch"): TallyError {
  return outcome === "mismatch"
    ? new TallyError("request.idempotency-mismatch", "Idempotency-Key: was used for another request; take a new key", {
        field: "header:Idempotency-Key",
      })
    : new TallyError(
        "request.conflict",
        "Idempotency-Key: the first request with this key is still under way; ask again",
      );
}

/** Codes after which an effect may exist although the caller saw an error. */
const UNCERTAIN: ReadonlySet<string> = new Set(["internal", "store.failed"]);

export function isRefusal(error: unknown): boolean {
  return error instanceof TallyError && !UNCERTAIN.has(error.code);
}
