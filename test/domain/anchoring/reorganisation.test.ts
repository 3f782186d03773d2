// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import type { Lease } from "../../../src/domain/anchoring/index.js";
import { statusLease } from "../../../src/domain/anchoring/lease-store.js";
import { change, identifierOf, issue, REGION } from "../../adapters/issued.js";
import { FaultyProcess } from "./faults.js";
import { openScene, type Scene, STATUS_SETTINGS } from "./scene.js";

describe("after a reorganisation deeper than the confirmations", () => {
  let scene: Scene;
  beforeEach(async () => {
    scene = openScene();
    await issue(scene.certificates, 4);
    await scene.startWorker().worker.runOnce();
  });
  afterEach(() => scene.close());

  it("a batch whose anchor vanished is anchored again, with an alarm", async () => {
    const recheck = scene.startRecheck();
    scene.chain.reorganise(1);
    expect(await recheck.runOnce()).to.deep.equal({ vanished: 0, moved: 0 });
    expect(await recheck.runOnce()).to.deep.equal({ vanished: 1, moved: 0 });
    expect(await scene.store.counts()).to.include({ openBatches: 1, anchoredBatches: 0 });
    expect((await scene.store.alarms()).map(({ kind }) => kind)).to.deep.equal(["anchor-vanished"]);
    await scene.startWorker().worker.runOnce();
    expect(await scene.unproven(4)).to.deep.equal([]);
  });

  it("one look that misses an anchor changes nothing: the node may have lagged", async () => {
    const recheck = scene.startRecheck();
    const blocks = scene.chain.blocks.splice(1);
    scene.chain.mine();
    await recheck.runOnce();
    scene.chain.blocks.splice(1, scene.chain.blocks.length, ...blocks);
    expect(await recheck.runOnce()).to.deep.equal({ vanished: 0, moved: 0 });
    scene.chain.reorganise(1);
    expect(await recheck.runOnce()).to.deep.equal({ vanished: 0, moved: 0 });
  });

  it("a head below the anchor says nothing about it", async () => {
    const recheck = scene.startRecheck();
    scene.chain.blocks.splice(1);
    for (let look = 0; look < 3; look++) expect(await recheck.runOnce()).to.deep.equal({ vanished: 0, moved: 0 });
  });

  it("an anchor that moved to another block is recorded there", async () => {
    const before = (await scene.evidence.proofOf(identifierOf(0)))?.anchors[0];
    scene.chain.reorganise(1, { keepTransactions: true });
    scene.chain.mine();
    expect(await scene.startRecheck({ confirmations: 1 }).runOnce()).to.deep.equal({ vanished: 0, moved: 0 });
    expect(await scene.startRecheck().runOnce()).to.deep.equal({ vanished: 0, moved: 1 });
    const after = (await scene.evidence.proofOf(identifierOf(0)))?.anchors[0];
    expect(after?.block).to.be.greaterThan(before!.block);
    expect(await scene.store.alarms()).to.deep.equal([]);
  });

  it("an anchor that moved to another block of the same height is recorded with its new time", async () => {
    const before = (await scene.evidence.proofOf(identifierOf(0)))?.anchors[0];
    const [block] = scene.chain.blocks.splice(-1);
    scene.chain.blocks.push({ ...block!, time: block!.time + 3 });
    expect(await scene.startRecheck().runOnce()).to.deep.equal({ vanished: 0, moved: 1 });
    const after = (await scene.evidence.proofOf(identifierOf(0)))?.anchors[0];
    expect(after?.block).to.equal(before!.block);
    expect(after?.time).to.not.equal(before!.time);
  });

  it("a batch that was missed once is looked at again, also when blocks have come too fast for it to be near the head", async () => {
    const recheck = scene.startRecheck({ depth: 2 });
    scene.chain.reorganise(1);
    expect(await recheck.runOnce()).to.deep.equal({ vanished: 0, moved: 0 });
    scene.chain.mine(5);
    expect(await recheck.runOnce()).to.deep.equal({ vanished: 1, moved: 0 });
  });

  it("anchors deeper than the configured depth are left alone", async () => {
    const recheck = scene.startRecheck({ depth: 2 });
    scene.chain.mine(5);
    scene.chain.blocks.splice(1, 1, { time: 1, transactions: [] });
    for (let look = 0; look < 3; look++) expect((await recheck.runOnce()).vanished).to.equal(0);
  });
});

describe("after a reorganisation that took changes of state away", () => {
  let scene: Scene;
  beforeEach(async () => {
    scene = openScene();
    await issue(scene.certificates, 300);
    await change(scene.certificates, 5, "suspend");
    await change(scene.certificates, 5, "release");
    await change(scene.certificates, 6, "suspend");
    await change(scene.certificates, 256, "revoke");
    await scene.startSubmitter().submitter.runOnce();
    expect(await open()).to.equal(0);
  });
  afterEach(() => scene.close());

  const open = async (): Promise<number> => (await scene.store.openStatusChanges(100)).length;
  const words = async () => {
    const port = scene.chain.portOf(REGION);
    return [await port.statusWord(0, 0, 0), await port.statusWord(0, 1, 0)];
  };

  it("sends them again, with an alarm for each word", async () => {
    const before = await words();
    const recheck = scene.startStatusRecheck();
    scene.chain.reorganise(1);
    expect(await recheck.runOnce()).to.deep.equal({ vanished: 0 });
    expect(await recheck.runOnce()).to.deep.equal({ vanished: 2 });
    expect((await scene.store.alarms()).map(({ kind }) => kind)).to.deep.equal(["status-vanished", "status-vanished"]);
    // They were sent long ago, so they are due.
    scene.clock.time += STATUS_SETTINGS.leaseMs;
    await scene.startSubmitter().submitter.runOnce();
    expect(await open()).to.equal(0);
    expect(await words()).to.deep.equal(before);
    expect(await recheck.runOnce()).to.deep.equal({ vanished: 0 });
  });

  it("reads the log of no word that shows everything", async () => {
    const asked: number[] = [];
    const { statusLog } = scene.store;
    scene.store.statusLog = (list, word) => {
      asked.push(word);
      return statusLog(list, word);
    };
    const recheck = scene.startStatusRecheck();
    expect(await recheck.runOnce()).to.deep.equal({ vanished: 0 });
    // Number 5 was suspended and released, so its word does not show the suspension.
    expect(asked).to.deep.equal([0]);
  });

  it("one look that misses them changes nothing: the node may have lagged", async () => {
    const recheck = scene.startStatusRecheck();
    const blocks = scene.chain.blocks.splice(1);
    await recheck.runOnce();
    scene.chain.blocks.push(...blocks);
    expect(await recheck.runOnce()).to.deep.equal({ vanished: 0 });
    scene.chain.reorganise(1);
    expect(await recheck.runOnce()).to.deep.equal({ vanished: 0 });
  });

  it("a head below one that was seen says nothing about them", async () => {
    const recheck = scene.startStatusRecheck();
    await recheck.runOnce();
    scene.chain.blocks.splice(1);
    for (let look = 0; look < 3; look++) expect(await recheck.runOnce()).to.deep.equal({ vanished: 0 });
  });

  it("sends nothing that a later change has made void", async () => {
    const recheck = scene.startStatusRecheck();
    scene.chain.reorganise(1);
    await recheck.runOnce();
    await change(scene.certificates, 6, "release");
    expect(await recheck.runOnce()).to.deep.equal({ vanished: 1 });
    scene.clock.time += STATUS_SETTINGS.leaseMs;
    await scene.startSubmitter().submitter.runOnce();
    expect(await open()).to.equal(0);
    expect((await words())[0]).to.deep.equal({ revoked: 0n, suspended: 0n });
  });

  it("two instances that see it open them once, with one alarm", async () => {
    const both = [scene.startStatusRecheck(), scene.startStatusRecheck()];
    scene.chain.reorganise(1);
    for (const each of both) await each.runOnce();
    const vanished = [];
    for (const each of both) vanished.push((await each.runOnce()).vanished);
    expect(vanished).to.deep.equal([2, 0]);
    expect(await scene.store.alarms()).to.have.lengthOf(2);
  });

  it("leaves alone what was confirmed longer ago than it is told to look", async () => {
    const recheck = scene.startStatusRecheck({ forMs: 1_000 });
    scene.clock.time += 1_001;
    scene.chain.reorganise(1);
    for (let look = 0; look < 3; look++) expect((await recheck.runOnce()).vanished).to.equal(0);
  });

  it("waits for the next pass while somebody sends changes, and misses none by it", async () => {
    const recheck = scene.startStatusRecheck();
    scene.chain.reorganise(1);
    await recheck.runOnce();
    const lease = await scene.store.claimLease(statusLease(REGION), "another", scene.clock.time, 5_000);
    expect(await recheck.runOnce()).to.deep.equal({ vanished: 0 });
    expect(await open()).to.equal(0);
    await scene.store.releaseLease(lease!);
    expect(await recheck.runOnce()).to.deep.equal({ vanished: 2 });
  });

  it("opens in the next pass what it could not because its lease was taken over, with the alarm of before", async () => {
    const taken: (Lease | null)[] = [];
    const process = new FaultyProcess((call, time) => {
      if (call !== "raiseAlarm" || time === "before" || taken.length > 0) return;
      scene.clock.time += STATUS_SETTINGS.leaseMs;
      void scene.store
        .claimLease(statusLease(REGION), "another", scene.clock.time, STATUS_SETTINGS.leaseMs)
        .then((lease) => taken.push(lease));
    });
    const recheck = scene.startStatusRecheck({ forMs: 1_000, process });
    scene.chain.reorganise(1);
    await recheck.runOnce();
    expect(await recheck.runOnce()).to.deep.equal({ vanished: 0 });
    expect(await open()).to.equal(0);
    expect(await scene.store.alarms()).to.have.length(1);
    await scene.store.releaseLease(taken[0]!);
    expect(await recheck.runOnce()).to.deep.equal({ vanished: 2 });
    expect(await scene.store.alarms()).to.have.length(2);
  });

  it("looks again at what it missed once, however long ago that was confirmed by now", async () => {
    const recheck = scene.startStatusRecheck({ forMs: 1_000 });
    scene.chain.reorganise(1);
    await recheck.runOnce();
    scene.clock.time += 1_001;
    expect(await recheck.runOnce()).to.deep.equal({ vanished: 2 });
  });

  it("believes after a while that a head which was far ahead was none", async () => {
    const recheck = scene.startStatusRecheck();
    const { length } = scene.chain.blocks;
    scene.chain.blocks.push(...scene.chain.blocks.slice(-1), ...scene.chain.blocks.slice(-1));
    await recheck.runOnce();
    scene.chain.blocks.splice(length);
    scene.chain.reorganise(1);
    let looks = 0;
    while ((await recheck.runOnce()).vanished === 0 && looks < 20) looks++;
    expect(looks).to.be.within(5, 15);
  });
});
