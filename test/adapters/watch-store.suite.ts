// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import type { AlarmStore, CursorStore } from "../../src/domain/anchoring/index.js";

export interface WatchStoreHarness {
  readonly store: AlarmStore & CursorStore;
  close(): Promise<void>;
}

const ALARM = { kind: "unknown-batch", object: "ab/1", detail: "a batch nobody staged" } as const;

/** What every adapter's AlarmStore and CursorStore promise. */
export function watchStoreSuite(open: () => Promise<WatchStoreHarness>): void {
  let harness: WatchStoreHarness;
  let store: AlarmStore & CursorStore;

  beforeEach(async () => {
    harness = await open();
    store = harness.store;
  });
  afterEach(() => harness.close());

  it("raises an alarm about one thing once", async () => {
    expect(await store.raiseAlarm(ALARM, 10)).to.equal(true);
    expect(await store.raiseAlarm({ ...ALARM, detail: "again" }, 11)).to.equal(false);
    const [alarm, ...others] = await store.alarms();
    expect(alarm).to.deep.equal({ ...ALARM, seq: alarm?.seq, time: 10, clearedAt: null });
    expect(others).to.deep.equal([]);
  });

  it("tells kinds and objects apart", async () => {
    await store.raiseAlarm(ALARM, 10);
    expect(await store.raiseAlarm({ ...ALARM, object: "cd/1" }, 10)).to.equal(true);
    expect(await store.raiseAlarm({ ...ALARM, kind: "anchor-vanished" }, 10)).to.equal(true);
    expect(await store.alarms()).to.have.length(3);
    expect(await store.alarms({ limit: 2 })).to.have.length(2);
  });

  it("clears an alarm once, keeps it in the record, and does not raise it again", async () => {
    await store.raiseAlarm(ALARM, 10);
    const seq = (await store.alarms())[0]!.seq;
    expect(await store.clearAlarm(seq, 20)).to.equal(true);
    expect(await store.clearAlarm(seq, 21)).to.equal(false);
    expect(await store.raiseAlarm(ALARM, 30)).to.equal(false);
    expect(await store.alarms()).to.deep.equal([]);
    expect((await store.alarms({ includeCleared: true }))[0]?.clearedAt).to.equal(20);
  });

  it("does not clear an alarm that does not exist", async () => {
    expect(await store.clearAlarm(99, 20)).to.equal(false);
  });

  it("remembers how far each reader has come, and never goes back", async () => {
    expect(await store.cursor("watch")).to.equal(null);
    await store.moveCursor("watch", 0);
    expect(await store.cursor("watch")).to.equal(0);
    await store.moveCursor("watch", 12);
    await store.moveCursor("watch", 11);
    expect(await store.cursor("watch")).to.equal(12);
    expect(await store.cursor("mirror")).to.equal(null);
  });
}
