// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { placeOf } from "../../../src/domain/anchoring/index.js";
import { change, issue, REGION } from "../../adapters/issued.js";
import { openScene, type Scene } from "./scene.js";

const ROOT = "ab".repeat(32);

describe("the watcher", () => {
  let scene: Scene;
  beforeEach(async () => {
    scene = openScene();
    await issue(scene.certificates, 8);
  });
  afterEach(() => scene.close());

  const thief = () => scene.chain.portOf(REGION);
  const kinds = async () => (await scene.store.alarms()).map(({ kind }) => kind);

  function steal(n: number, act: "revoke" | "suspend" | "release") {
    const { list, word, bit } = placeOf(n);
    return thief().submitStatus([{ list, word, revoke: 0n, suspend: 0n, release: 0n, [act]: bit }]);
  }

  it("is quiet about our own batches and states, whatever their stage", async () => {
    scene.chain.automine = false;
    await change(scene.certificates, 1, "suspend");
    const { worker } = scene.startWorker();
    const { submitter } = scene.startSubmitter();
    const watcher = scene.startWatcher();
    for (let round = 0; round < 10; round++) {
      await worker.runOnce().catch(() => {});
      await submitter.runOnce().catch(() => {});
      scene.chain.mine();
      await watcher.runOnce();
      if (round === 2) await change(scene.certificates, 1, "release");
      if (round === 3) await change(scene.certificates, 1, "revoke");
    }
    expect(await scene.store.alarms()).to.deep.equal([]);
    expect(await scene.store.counts()).to.include({ anchoredBatches: 2, openStatusChanges: 0 });
  });

  it("is quiet about a batch whose submission was never recorded", async () => {
    const { process, worker } = scene.startWorker();
    process.arm("submitAnchor", "after", new Error("lost"));
    await worker.runOnce().catch(() => {});
    expect(await scene.startWatcher().runOnce()).to.include({ alarms: 0 });
  });

  it("calls no suspension of ours a theft when a reorganisation took its release away", async () => {
    const { submitter } = scene.startSubmitter();
    await change(scene.certificates, 1, "suspend");
    await submitter.runOnce();
    await change(scene.certificates, 1, "release");
    await submitter.runOnce();
    scene.chain.reorganise(1);
    expect(await scene.startWatcher().runOnce()).to.include({ alarms: 0 });
    const recheck = scene.startStatusRecheck();
    await recheck.runOnce();
    expect(await recheck.runOnce()).to.deep.equal({ vanished: 1 });
    expect(await kinds()).to.deep.equal(["status-vanished"]);
  });

  it("raises one alarm for a batch that this store never staged", async () => {
    await thief().submitAnchor({ root: ROOT, size: 5 });
    const watcher = scene.startWatcher();
    expect(await watcher.runOnce()).to.deep.equal({ alarms: 1, more: false });
    expect(await watcher.runOnce()).to.deep.equal({ alarms: 0, more: false });
    const [alarm] = await scene.store.alarms();
    expect(alarm).to.include({ kind: "unknown-batch", object: `${ROOT}/5` });
    expect(alarm?.detail).to.include(ROOT).and.include("disown");
  });

  it("raises it once although two instances see the same blocks", async () => {
    await thief().submitAnchor({ root: ROOT, size: 5 });
    await Promise.all([scene.startWatcher().runOnce(), scene.startWatcher().runOnce()]);
    expect(await kinds()).to.deep.equal(["unknown-batch"]);
  });

  it("does not mind other regions", async () => {
    await scene.chain.portOf("310000").submitAnchor({ root: ROOT, size: 5 });
    await scene.chain.portOf("310000").submitStatus([{ list: 0, word: 0, revoke: 1n, suspend: 0n, release: 0n }]);
    expect((await scene.startWatcher().runOnce()).alarms).to.equal(0);
  });

  for (const act of ["revoke", "suspend"] as const) {
    it(`raises an alarm for a bit that somebody else set (${act})`, async () => {
      await steal(3, act);
      await scene.startWatcher().runOnce();
      const [alarm] = await scene.store.alarms();
      expect(alarm?.kind).to.equal("unknown-status");
      expect(alarm?.detail).to.include("indices 3");
    });
  }

  it("raises an alarm for a suspension that somebody else lifted", async () => {
    await change(scene.certificates, 3, "suspend");
    await scene.startSubmitter().submitter.runOnce();
    await scene.startWatcher().runOnce();
    await steal(3, "release");
    await scene.startWatcher().runOnce();
    expect(await kinds()).to.deep.equal(["unknown-status"]);
  });

  it("raises an alarm although the same release was lawful once before", async () => {
    const { submitter } = scene.startSubmitter();
    for (const act of ["suspend", "release", "suspend"] as const) {
      await change(scene.certificates, 3, act);
      await submitter.runOnce();
    }
    await scene.startWatcher().runOnce();
    expect(await kinds()).to.deep.equal([]);
    await steal(3, "release");
    await scene.startWatcher().runOnce();
    expect(await kinds()).to.deep.equal(["unknown-status"]);
  });

  it("names only the bits that nothing explains", async () => {
    await change(scene.certificates, 1, "revoke");
    await scene.startSubmitter().submitter.runOnce();
    const { list, word } = placeOf(0);
    const bits = placeOf(1).bit | placeOf(2).bit;
    await thief().submitStatus([{ list, word, revoke: bits, suspend: 0n, release: 0n }]);
    await scene.startWatcher().runOnce();
    const alarms = await scene.store.alarms();
    expect(alarms).to.have.length(1);
    expect(alarms[0]?.detail.endsWith("indices 2")).to.equal(true);
  });

  it("reads the chain in bounded ranges and continues where it stopped", async () => {
    scene.chain.mine(24);
    await thief().submitAnchor({ root: ROOT, size: 5 });
    const watcher = scene.startWatcher({ blockRange: 10, maxRanges: 1 });
    expect(await watcher.runOnce()).to.deep.equal({ alarms: 0, more: true });
    expect(await scene.startWatcher({ blockRange: 10, maxRanges: 1 }).runOnce()).to.include({ alarms: 0 });
    expect(await watcher.runOnce()).to.deep.equal({ alarms: 1, more: false });
  });

  it("waits for the confirmations", async () => {
    await thief().submitAnchor({ root: ROOT, size: 5 });
    const watcher = scene.startWatcher({ confirmations: 2 });
    expect((await watcher.runOnce()).alarms).to.equal(0);
    scene.chain.mine(1);
    expect((await watcher.runOnce()).alarms).to.equal(1);
  });
});
