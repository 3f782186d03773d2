// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { identifierOf, issue } from "../../adapters/issued.js";
import { openScene, type Scene } from "./scene.js";

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

  it("anchors deeper than the configured depth are left alone", async () => {
    const recheck = scene.startRecheck({ depth: 2 });
    scene.chain.mine(5);
    scene.chain.blocks.splice(1, 1, { time: 1, transactions: [] });
    for (let look = 0; look < 3; look++) expect((await recheck.runOnce()).vanished).to.equal(0);
  });
});
