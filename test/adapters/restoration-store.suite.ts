// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import type { Restoration, RestorationStore } from "../../src/domain/anchoring/index.js";

const ACTOR = { kind: "cli", id: "root", role: "operator", requestId: "r" } as const;
const RESTORATION: Restoration = {
  at: 1_800_000_000_123,
  backupOf: "2026-11-30T01:00:00.000Z",
  orders: { kept: { tokens: true, pickUpLinks: false }, actor: ACTOR },
};
const LATER = { ...RESTORATION, at: RESTORATION.at + 1, orders: null };

/** What every adapter's RestorationStore promises; `open` gives one in which nothing has begun, and again what another process sees of it. */
export function restorationStoreSuite(
  open: () => Promise<{ readonly store: RestorationStore; readonly elsewhere: RestorationStore }>,
): void {
  it("knows of none before one has begun", async () => {
    expect(await (await open()).store.unfinishedRestoration()).to.equal(null);
  });

  it("shows one that has begun to every process, and keeps it when another one is begun", async () => {
    const { store, elsewhere } = await open();
    expect(await store.beginRestoration(RESTORATION)).to.deep.equal(RESTORATION);
    expect(await elsewhere.unfinishedRestoration()).to.deep.equal(RESTORATION);
    expect(await elsewhere.beginRestoration(LATER)).to.deep.equal(RESTORATION);
    expect(await store.unfinishedRestoration()).to.deep.equal(RESTORATION);
  });

  it("lets go of the orders of this one alone, as often as it is told", async () => {
    const { store, elsewhere } = await open();
    await store.beginRestoration(RESTORATION);
    await elsewhere.ordersCarriedOut(LATER.at);
    expect(await store.unfinishedRestoration()).to.deep.equal(RESTORATION);
    for (const each of [store, elsewhere]) {
      await each.ordersCarriedOut(RESTORATION.at);
      expect(await each.unfinishedRestoration()).to.deep.equal({ ...RESTORATION, orders: null });
    }
  });

  it("forgets this one alone, as often as it is told", async () => {
    const { store, elsewhere } = await open();
    await store.beginRestoration(LATER);
    await elsewhere.endRestoration(RESTORATION.at);
    expect(await store.unfinishedRestoration()).to.deep.equal(LATER);
    for (const each of [store, elsewhere]) {
      await each.endRestoration(LATER.at);
      expect(await each.unfinishedRestoration()).to.equal(null);
    }
    await store.ordersCarriedOut(LATER.at);
    expect(await store.unfinishedRestoration()).to.equal(null);
  });
}
