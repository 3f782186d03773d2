// SPDX-License-Identifier: Apache-2.0
import type { ClientSession } from "mongodb";
import { equalBytes } from "../../core/bytes.js";
import type {
  IdempotencyStore,
  Reservation,
  ReservationName,
  ReserveOutcome,
} from "../../domain/issuance/idempotency-store.js";
import { bytesOf } from "./bytes.js";
import type { MongoDatabase } from "./database.js";
import type { IdempotencyDocument } from "./documents.js";
import { withWords } from "./failures.js";

type Times = Parameters<IdempotencyStore["reserve"]>[1];

export function mongoIdempotencyStore(database: MongoDatabase): IdempotencyStore {
  const collection = database.collection("idempotency");

  async function reserveAll(
    reservations: readonly Reservation[],
    times: Times,
    session: ClientSession,
  ): Promise<ReserveOutcome[]> {
    const ids = reservations.map(idOf);
    const found = await collection.find({ _id: { $in: ids } }, { session }).toArray();
    const known = new Map(found.map((document) => [keyOf(document._id), document]));
    const changed = new Map<string, IdempotencyDocument>();
    const outcomes = reservations.map((reservation) => {
      const { outcome, document } = judge(reservation, known.get(keyOf(reservation)), times);
      if (document !== null) {
        known.set(keyOf(reservation), document);
        changed.set(keyOf(reservation), document);
      }
      return outcome;
    });
    const writes = [...changed.values()].map(({ _id, ...replacement }) => {
      return { replaceOne: { filter: { _id }, replacement, upsert: true } };
    });
    if (writes.length > 0) await collection.bulkWrite(writes, { session, ordered: false });
    return outcomes;
  }

  return withWords("idempotency keys", {
    // Two that reserve one name at once are in conflict, and the loser reads again.
    reserve: (reservations, times) => database.transaction((session) => reserveAll(reservations, times, session)),

    async answer(responses) {
      if (responses.length === 0) return;
      const writes = responses.map(({ response: { status, body }, ...name }) => {
        const update = { $set: { isAnswered: true as const, status, body }, $unset: { plan: 1 as const } };
        return { updateOne: { filter: { _id: idOf(name) }, update } };
      });
      await database.transaction((session) => collection.bulkWrite(writes, { session, ordered: false }));
    },

    async release(names) {
      if (names.length === 0) return;
      await database.transaction((session) =>
        collection.deleteMany({ _id: { $in: names.map(idOf) }, isAnswered: { $exists: false } }, { session }),
      );
    },

    async purge(forgottenBefore) {
      return (await collection.deleteMany({ isAnswered: true, createdAt: { $lt: forgottenBefore } })).deletedCount;
    },
  } satisfies IdempotencyStore);
}

/** What the caller is told, and what has to be stored; null: it stays as it is. */
function judge(
  { scope, key, requestHash, plan }: Reservation,
  known: IdempotencyDocument | undefined,
  { now, abandonedBefore, forgottenBefore }: Times,
): { readonly outcome: ReserveOutcome; readonly document: IdempotencyDocument | null } {
  if (known === undefined || (known.isAnswered && known.createdAt < forgottenBefore)) {
    const document = { _id: { scope, key }, requestHash, plan, createdAt: now };
    return { outcome: { outcome: "reserved" }, document };
  }
  if (!equalBytes(bytesOf(known.requestHash), requestHash)) return { outcome: { outcome: "mismatch" }, document: null };
  if (known.status !== undefined && known.body !== undefined) {
    const response = { status: known.status, body: bytesOf(known.body) };
    return { outcome: { outcome: "answered", response }, document: null };
  }
  if (known.createdAt >= abandonedBefore) return { outcome: { outcome: "under-way" }, document: null };
  const outcome = { outcome: "taken-over", plan: known.plan ?? "" } as const;
  return { outcome, document: { ...known, createdAt: now } };
}

/** A document of its own: the order of its fields is part of what `_id` is compared by. */
function idOf({ scope, key }: ReservationName): { readonly scope: string; readonly key: string } {
  return { scope, key };
}

function keyOf({ scope, key }: ReservationName): string {
  return JSON.stringify([scope, key]);
}
