// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import type { AlarmStore, CursorStore } from "../../src/domain/anchoring/index.js";
import type { AuditEvent, AuditStore } from "../../src/domain/audit/index.js";

export interface AlarmStoreHarness {
  readonly store: AlarmStore;
  /** Over the same data, as `another` is. */
  readonly audit: AuditStore;
  readonly another: AlarmStore;
  close(): Promise<void>;
}

export interface CursorStoreHarness {
  readonly store: CursorStore;
  close(): Promise<void>;
}

const ALARM = { kind: "unknown-batch", object: "ab/1", detail: "a batch nobody staged" } as const;

function eventAt(time: number, object: string = ALARM.object): AuditEvent {
  const actor = { kind: "system", id: "test", role: "operator" } as const;
  return { time, actor, action: "alarm-raised", object, requestId: "test", result: "done" };
}

/** What every adapter's AlarmStore promises. */
export function alarmStoreSuite(open: () => Promise<AlarmStoreHarness>): void {
  let harness: AlarmStoreHarness;
  let store: AlarmStore;

  beforeEach(async () => {
    harness = await open();
    store = harness.store;
  });
  afterEach(() => harness.close());

  it("raises an alarm about one thing once", async () => {
    expect(await store.raiseAlarm(ALARM, eventAt(10))).to.equal(true);
    expect(await store.raiseAlarm({ ...ALARM, detail: "again" }, eventAt(11))).to.equal(false);
    const [alarm, ...others] = await store.alarms();
    expect(alarm).to.deep.equal({ ...ALARM, seq: alarm?.seq, time: 10, clearedAt: null });
    expect(others).to.deep.equal([]);
  });

  it("tells kinds and objects apart", async () => {
    await store.raiseAlarm(ALARM, eventAt(10));
    expect(await store.raiseAlarm({ ...ALARM, object: "cd/1" }, eventAt(10, "cd/1"))).to.equal(true);
    expect(await store.raiseAlarm({ ...ALARM, kind: "anchor-vanished" }, eventAt(10))).to.equal(true);
    expect(await store.alarms()).to.have.length(3);
    expect(await store.alarms({ limit: 2 })).to.have.length(2);
  });

  it("clears an alarm once, keeps it in the record, and does not raise it again", async () => {
    await store.raiseAlarm(ALARM, eventAt(10));
    const seq = (await store.alarms())[0]!.seq;
    expect(await store.clearAlarm(seq, 20)).to.equal(true);
    expect(await store.clearAlarm(seq, 21)).to.equal(false);
    expect(await store.raiseAlarm(ALARM, eventAt(30))).to.equal(false);
    expect(await store.alarms()).to.deep.equal([]);
    expect((await store.alarms({ includeCleared: true }))[0]?.clearedAt).to.equal(20);
  });

  it("does not clear an alarm that does not exist", async () => {
    expect(await store.clearAlarm(99, 20)).to.equal(false);
  });

  it("logs an alarm when it is raised, and not when it was raised before", async () => {
    await store.raiseAlarm(ALARM, eventAt(10));
    await store.raiseAlarm(ALARM, eventAt(11));
    const [logged, ...others] = await harness.audit.list({ order: "oldest-first", limit: 10 });
    expect(logged).to.deep.equal({ ...eventAt(10), sequence: logged?.sequence });
    expect(others).to.deep.equal([]);
  });

  it("raises none that cannot be logged", async () => {
    // No canonical form has it, so it has no hash.
    const unloggable = { ...eventAt(10), detail: { size: Number.NaN } };
    const refused = await store.raiseAlarm(ALARM, unloggable).then(
      () => false,
      () => true,
    );
    expect(refused).to.equal(true);
    expect(await store.alarms({ includeCleared: true })).to.deep.equal([]);
    expect(await store.raiseAlarm(ALARM, eventAt(11))).to.equal(true);
  });

  it("raises an alarm once when several instances see the same at once", async () => {
    const raised = await Promise.all(
      Array.from({ length: 6 }, (_, n) => (n % 2 === 0 ? store : harness.another).raiseAlarm(ALARM, eventAt(n))),
    );
    expect(raised.filter(Boolean)).to.have.length(1);
    expect(await store.alarms()).to.have.length(1);
    expect(await harness.audit.list({ order: "oldest-first", limit: 10 })).to.have.length(1);
  });
}

/** What every adapter's CursorStore promises. */
export function cursorStoreSuite(open: () => Promise<CursorStoreHarness>): void {
  let harness: CursorStoreHarness;
  let store: CursorStore;

  beforeEach(async () => {
    harness = await open();
    store = harness.store;
  });
  afterEach(() => harness.close());

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
