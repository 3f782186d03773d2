// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import type { Lease, StatusQueue } from "../../src/domain/anchoring/index.js";
import type { CertificateStore } from "../../src/domain/issuance/index.js";
import { change, issue } from "./issued.js";

export interface StatusQueueHarness {
  readonly store: StatusQueue;
  /** Over the same data: its state changes wait in the queue. */
  readonly certificates: CertificateStore;
  close(): Promise<void>;
}

/** What every adapter's StatusQueue promises. */
export function statusQueueSuite(open: () => Promise<StatusQueueHarness>): void {
  let harness: StatusQueueHarness;
  let store: StatusQueue;
  let lease: Lease;

  beforeEach(async () => {
    harness = await open();
    store = harness.store;
    lease = (await store.claimLease("status:340000", "one", 0, 1_000))!;
    await issue(harness.certificates, 300);
    await change(harness.certificates, 5, "suspend");
    await change(harness.certificates, 256, "revoke");
    await change(harness.certificates, 5, "release");
  });
  afterEach(() => harness.close());

  async function seqs(): Promise<number[]> {
    return (await store.openStatusChanges(100)).map(({ seq }) => seq);
  }

  it("shows open changes in the order in which they became law", async () => {
    const open = await store.openStatusChanges(100);
    expect(open.map(({ statusIndex, action }) => [statusIndex, action])).to.deep.equal([
      [5, "suspend"],
      [256, "revoke"],
      [5, "release"],
    ]);
    expect(open.every(({ submitted }) => submitted === null)).to.equal(true);
    expect(await store.openStatusChanges(2)).to.deep.equal(open);
  });

  it("shows the first revocations, however many suspensions and releases are before them, and the other way round", async () => {
    const [suspension, revocation] = await store.openStatusChanges(100);
    expect(await store.openStatusChanges(1)).to.deep.equal([suspension, revocation]);
    await change(harness.certificates, 7, "revoke");
    expect(await store.openStatusChanges(1)).to.deep.equal([suspension, revocation]);
  });

  it("fixes changes before anything is sent, and remembers the transaction after", async () => {
    const [first] = (await seqs()) as [number];
    expect(await store.fixStatusSubmission(lease, [first], 70)).to.equal(true);
    expect((await store.openStatusChanges(1))[0]?.submitted).to.deep.equal({ at: 70, tx: null });
    await store.recordStatusTransaction([first], "0x01");
    expect((await store.openStatusChanges(1))[0]?.submitted).to.deep.equal({ at: 70, tx: "0x01" });
  });

  it("forgets the transaction of an earlier submission when fixing again", async () => {
    const [first] = (await seqs()) as [number];
    await store.fixStatusSubmission(lease, [first], 70);
    await store.recordStatusTransaction([first], "0x01");
    await store.fixStatusSubmission(lease, [first], 90);
    expect((await store.openStatusChanges(1))[0]?.submitted).to.deep.equal({ at: 90, tx: null });
  });

  it("shows confirmed changes no longer", async () => {
    const [first, ...rest] = (await seqs()) as [number, ...number[]];
    expect(await store.confirmStatusChanges(lease, [first], 80)).to.equal(true);
    expect(await seqs()).to.deep.equal(rest);
  });

  it("knows what was confirmed since a time, the newest first", async () => {
    const [suspension, revocation] = (await seqs()) as [number, number, number];
    await store.confirmStatusChanges(lease, [suspension], 80);
    await store.confirmStatusChanges(lease, [revocation], 90);
    const revoked = { statusIndex: 256, action: "revoke" };
    expect(await store.confirmedSince(80, 10)).to.deep.equal([revoked, { statusIndex: 5, action: "suspend" }]);
    expect(await store.confirmedSince(80, 1)).to.deep.equal([revoked]);
    expect(await store.confirmedSince(81, 10)).to.deep.equal([revoked]);
    expect(await store.confirmedSince(91, 10)).to.deep.equal([]);
  });

  it("opens confirmed changes again in their old order, still marked as sent, once and under the lease", async () => {
    const [suspension, revocation, release] = (await seqs()) as [number, number, number];
    await store.fixStatusSubmission(lease, [suspension, revocation], 70);
    await store.recordStatusTransaction([suspension, revocation], "0x01");
    await store.confirmStatusChanges(lease, [suspension, revocation], 80);
    expect(await store.reopenStatusChanges({ ...lease, fence: lease.fence - 1 }, [suspension])).to.equal(false);
    expect(await store.reopenStatusChanges(lease, [suspension])).to.equal(true);
    expect(await seqs()).to.deep.equal([suspension, release]);
    expect((await store.openStatusChanges(1))[0]?.submitted).to.deep.equal({ at: 70, tx: null });
    expect((await store.statusLog(0, 0))[0]).to.include({ seq: suspension, confirmed: false });
    await store.fixStatusSubmission(lease, [suspension], 90);
    expect(await store.reopenStatusChanges(lease, [suspension])).to.equal(false);
    expect((await store.openStatusChanges(1))[0]?.submitted).to.deep.equal({ at: 90, tx: null });
    expect(await store.confirmedSince(0, 10)).to.deep.equal([{ statusIndex: 256, action: "revoke" }]);
  });

  it("refuses to fix and to confirm under a lease that was taken over", async () => {
    const before = await store.openStatusChanges(100);
    await store.claimLease("status:340000", "two", 1_000, 1_000);
    const all = before.map(({ seq }) => seq);
    expect(await store.fixStatusSubmission(lease, all, 1_001)).to.equal(false);
    expect(await store.confirmStatusChanges(lease, all, 1_001)).to.equal(false);
    expect(await store.openStatusChanges(100)).to.deep.equal(before);
  });

  it("keeps the log of a word: all its changes, no others, in order", async () => {
    const [first, second, third] = (await seqs()) as [number, number, number];
    await store.recordStatusTransaction([first], "0x01");
    await store.confirmStatusChanges(lease, [first], 80);
    expect(await store.statusLog(0, 0)).to.deep.equal([
      { seq: first, statusIndex: 5, action: "suspend", confirmed: true, tx: "0x01" },
      { seq: third, statusIndex: 5, action: "release", confirmed: false, tx: null },
    ]);
    expect(await store.statusLog(0, 1)).to.deep.equal([
      { seq: second, statusIndex: 256, action: "revoke", confirmed: false, tx: null },
    ]);
    expect(await store.statusLog(1, 0)).to.deep.equal([]);
  });
}
