// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { utf8 } from "../../src/core/bytes.js";
import type { IdempotencyStore, Reservation } from "../../src/domain/issuance/idempotency-store.js";

const HASH = new Uint8Array(32).fill(1);
const OTHER_HASH = new Uint8Array(32).fill(2);
const RESPONSE = { status: 201, body: utf8('{"ok":true}') };

const reservation = (changes: Partial<Reservation> = {}): Reservation => ({
  scope: "token POST /v1/certificates",
  key: "k-1",
  requestHash: HASH,
  plan: "first plan",
  ...changes,
});

/** At `now`, what began 100 before is abandoned and what was answered 1000 before is forgotten. */
const at = (now: number) => ({ now, abandonedBefore: now - 100, forgottenBefore: now - 1_000 });

/** What every keeper of idempotency keys promises. */
export function idempotencyStoreSuite(make: () => Promise<IdempotencyStore>): void {
  let store: IdempotencyStore;

  const reserve = async (one: Reservation, now: number) => (await store.reserve([one], at(now)))[0];

  beforeEach(async () => {
    store = await make();
  });

  it("reserves a new name once", async () => {
    expect(await reserve(reservation(), 5_000)).to.deep.equal({ outcome: "reserved" });
    expect(await reserve(reservation(), 5_001)).to.deep.equal({ outcome: "under-way" });
  });

  it("keeps the names of other scopes and keys apart", async () => {
    await reserve(reservation(), 5_000);
    expect(await reserve(reservation({ scope: "other" }), 5_000)).to.deep.equal({ outcome: "reserved" });
    expect(await reserve(reservation({ key: "k-2" }), 5_000)).to.deep.equal({ outcome: "reserved" });
  });

  it("gives back the stored response", async () => {
    await reserve(reservation(), 5_000);
    await store.answer([{ ...reservation(), response: RESPONSE }]);
    expect(await reserve(reservation(), 5_500)).to.deep.equal({ outcome: "answered", response: RESPONSE });
  });

  it("refuses another request under the same name, before and after the answer", async () => {
    await reserve(reservation(), 5_000);
    const other = reservation({ requestHash: OTHER_HASH });
    expect(await reserve(other, 5_001)).to.deep.equal({ outcome: "mismatch" });
    await store.answer([{ ...reservation(), response: RESPONSE }]);
    expect(await reserve(other, 5_002)).to.deep.equal({ outcome: "mismatch" });
  });

  it("hands an abandoned reservation to one taker, with the first plan", async () => {
    await reserve(reservation(), 5_000);
    const again = reservation({ plan: "second plan" });
    expect(await reserve(again, 5_100)).to.deep.equal({ outcome: "under-way" });
    expect(await reserve(again, 5_101)).to.deep.equal({ outcome: "taken-over", plan: "first plan" });
    expect(await reserve(again, 5_102)).to.deep.equal({ outcome: "under-way" });
    expect(await reserve(again, 5_300)).to.deep.equal({ outcome: "taken-over", plan: "first plan" });
  });

  it("frees a released name for another request", async () => {
    await reserve(reservation(), 5_000);
    await store.release([reservation()]);
    expect(await reserve(reservation({ requestHash: OTHER_HASH }), 5_001)).to.deep.equal({ outcome: "reserved" });
  });

  it("never releases what has been answered", async () => {
    await reserve(reservation(), 5_000);
    await store.answer([{ ...reservation(), response: RESPONSE }]);
    await store.release([reservation()]);
    expect(await reserve(reservation(), 5_001)).to.deep.equal({ outcome: "answered", response: RESPONSE });
  });

  it("forgets answers after their time, and not a moment earlier", async () => {
    await reserve(reservation(), 5_000);
    await store.answer([{ ...reservation(), response: RESPONSE }]);
    expect(await reserve(reservation(), 6_000)).to.deep.equal({ outcome: "answered", response: RESPONSE });
    expect(await reserve(reservation({ requestHash: OTHER_HASH }), 6_001)).to.deep.equal({ outcome: "reserved" });
  });

  it("never forgets a reservation whose outcome nobody knows", async () => {
    await reserve(reservation(), 5_000);
    expect(await reserve(reservation(), 50_000)).to.deep.equal({ outcome: "taken-over", plan: "first plan" });
    expect(await store.purge(49_000)).to.equal(0);
  });

  it("purges what was answered before a time", async () => {
    await store.reserve([reservation(), reservation({ key: "k-2" }), reservation({ key: "k-3" })], at(5_000));
    await store.answer([
      { ...reservation(), response: RESPONSE },
      { ...reservation({ key: "k-2" }), response: RESPONSE },
    ]);
    expect(await store.purge(5_000)).to.equal(0);
    expect(await store.purge(5_001)).to.equal(2);
    expect(await reserve(reservation({ key: "k-3" }), 5_001)).to.deep.equal({ outcome: "under-way" });
  });

  it("answers many in the order in which they were asked, the same name twice included", async () => {
    await reserve(reservation({ key: "old" }), 5_000);
    const outcomes = await store.reserve(
      [reservation({ key: "new" }), reservation({ key: "old" }), reservation({ key: "new" })],
      at(5_001),
    );
    expect(outcomes.map(({ outcome }) => outcome)).to.deep.equal(["reserved", "under-way", "under-way"]);
  });
}
