// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { identifierOf, issue, keyDigestOf, REGION } from "../../adapters/issued.js";
import { Killed } from "./faults.js";
import { openScene, type Scene } from "./scene.js";

const DAY_MS = 86_400_000;

describe("the anchoring worker", () => {
  let scene: Scene;
  beforeEach(() => {
    scene = openScene();
  });
  afterEach(() => scene.close());

  it("takes a full batch to the chain in one pass", async () => {
    await issue(scene.certificates, 4, { at: scene.clock.now() });
    const { worker } = scene.startWorker();
    expect(await worker.runOnce()).to.deep.equal({ claimed: true, staged: 4, anchored: 4, open: 0, more: true });
    expect(await worker.runOnce()).to.deep.equal({ claimed: true, staged: 0, anchored: 0, open: 0, more: false });
    expect(await scene.unproven(4)).to.deep.equal([]);
  });

  it("lets a batch fill until its oldest entry has waited long enough", async () => {
    await issue(scene.certificates, 3, { at: scene.clock.now() });
    const { worker } = scene.startWorker();
    scene.clock.time += 999;
    expect((await worker.runOnce()).staged).to.equal(0);
    scene.clock.time += 1;
    expect((await worker.runOnce()).anchored).to.equal(3);
  });

  it("does not wait when told to flush", async () => {
    await issue(scene.certificates, 1, { at: scene.clock.now() });
    expect((await scene.startWorker().worker.runOnce({ flush: true })).anchored).to.equal(1);
  });

  it("cuts what is pending into batches of at most the configured size, in order of arrival", async () => {
    await issue(scene.certificates, 10);
    const { worker } = scene.startWorker();
    const sizes: number[] = [];
    for (let pass = await worker.runOnce(); pass.staged > 0; pass = await worker.runOnce()) sizes.push(pass.staged);
    expect(sizes).to.deep.equal([4, 4, 2]);
    expect((await scene.store.leafPosition(identifierOf(6)))?.place?.index).to.equal(2);
    expect(await scene.unproven(10)).to.deep.equal([]);
  });

  it("attaches only after the confirmations, and stages on meanwhile, up to its limit", async () => {
    scene.chain.automine = false;
    await issue(scene.certificates, 20);
    const { worker } = scene.startWorker({ confirmations: 2 });
    for (const open of [1, 2, 3]) expect(await worker.runOnce()).to.include({ staged: 4, anchored: 0, open });
    expect(await worker.runOnce()).to.include({ staged: 0, anchored: 0, open: 3, more: false });
    scene.chain.mine(1);
    expect(await worker.runOnce()).to.include({ staged: 0, anchored: 0, open: 3 });
    scene.chain.mine();
    expect(await worker.runOnce()).to.include({ staged: 4, anchored: 12 });
  });

  it("sends again what the chain does not show after a while, and not before", async () => {
    scene.chain.automine = false;
    await issue(scene.certificates, 4);
    const { worker } = scene.startWorker();
    await worker.runOnce();
    scene.chain.pool = [];
    scene.clock.time += 59_999;
    await worker.runOnce();
    expect(scene.chain.sent).to.have.length(1);
    scene.clock.time += 1;
    scene.chain.automine = true;
    expect((await worker.runOnce()).anchored).to.equal(4);
    expect(scene.chain.sent).to.have.length(2);
  });

  it("is content when both of two submissions are mined: the first record stands", async () => {
    scene.chain.automine = false;
    await issue(scene.certificates, 4);
    const { worker } = scene.startWorker();
    await worker.runOnce();
    scene.clock.time += 60_000;
    await worker.runOnce();
    scene.chain.mine();
    await worker.runOnce();
    expect(scene.chain.sent).to.have.length(2);
    expect(await scene.unproven(4)).to.deep.equal([]);
  });

  it("does nothing while another instance holds the lease", async () => {
    await issue(scene.certificates, 4);
    await scene.store.claimLease(`anchor:${REGION}`, "somebody", scene.clock.now(), 5_000);
    expect(await scene.startWorker().worker.runOnce()).to.include({ claimed: false, staged: 0, more: false });
    scene.clock.time += 5_000;
    expect((await scene.startWorker().worker.runOnce()).anchored).to.equal(4);
  });

  it("stages nothing new while the chain is out of reach, so that batches do not pile up", async () => {
    await issue(scene.certificates, 8);
    const { process, worker } = scene.startWorker();
    process.arm("submitAnchor", "before", new Error("down"));
    await expectRejection(worker.runOnce());
    process.arm("findAnchor", "before", new Error("down"));
    await expectRejection(worker.runOnce());
    expect(await scene.store.counts()).to.include({ pending: 4, openBatches: 1 });
  });

  it("leaves held certificates out", async () => {
    await issue(scene.certificates, 2, { key: "stolen" });
    await issue(scene.certificates, 2, { first: 2, key: "good" });
    await scene.store.holdPending(keyDigestOf("stolen"));
    expect((await scene.startWorker().worker.runOnce({ flush: true })).anchored).to.equal(2);
    expect(await scene.evidence.stateOf(identifierOf(0))).to.equal("held");
    expect(await scene.evidence.stateOf(identifierOf(2))).to.equal("anchored");
  });

  it("cannot stage what others staged while it slept through its lease", async () => {
    await issue(scene.certificates, 4);
    let wake = () => {};
    const asleep = new Promise<void>((resolve) => {
      wake = resolve;
    });
    let reached = () => {};
    const atStage = new Promise<void>((resolve) => {
      reached = resolve;
    });
    const stageBatch = scene.store.stageBatch;
    scene.store.stageBatch = async (...values) => {
      reached();
      await asleep;
      return stageBatch(...values);
    };
    const sleeper = scene.startWorker().worker.runOnce();
    await atStage;
    scene.store.stageBatch = stageBatch;
    scene.clock.time += 10_000;
    await issue(scene.certificates, 1, { first: 4 });
    expect((await scene.startWorker().worker.runOnce()).anchored).to.equal(4);
    wake();
    expect(await sleeper).to.include({ staged: 0 });
    expect(scene.events).to.deep.include({ event: "stage-refused", reason: "lease-lost" });
    expect(await scene.unproven(4)).to.deep.equal([]);
    expect(await scene.store.counts()).to.include({ pending: 1, anchoredBatches: 1, openBatches: 0 });
  });

  it("does not wait for a day because of a clock that was a day ahead", async () => {
    // The certificate is as much in the future as the lease and the submission of a worker that was killed.
    const { clock } = scene;
    const now = clock.time;
    clock.time += DAY_MS;
    await issue(scene.certificates, 1, { at: clock.time });
    scene.chain.automine = false;
    const { process, worker } = scene.startWorker();
    process.arm("releaseLease", "before", new Killed());
    await worker.runOnce({ flush: true }).catch(() => {});
    scene.chain.pool = [];
    await issue(scene.certificates, 1, { first: 1, at: clock.time });
    clock.time = now;
    scene.chain.automine = true;
    const pass = await scene.startWorker().worker.runOnce();
    expect(pass).to.include({ claimed: true, staged: 1, anchored: 2 });
    expect(await scene.unproven(2)).to.deep.equal([]);
  });

  it("works beside others without staging anything twice", async () => {
    await issue(scene.certificates, 40);
    const workers = Array.from({ length: 5 }, () => scene.startWorker().worker);
    while ((await scene.store.counts()).pending > 0) await Promise.all(workers.map((worker) => worker.runOnce()));
    expect(await scene.unproven(40)).to.deep.equal([]);
    expect(await scene.store.counts()).to.include({ anchoredBatches: 10, openBatches: 0 });
  });

  it("refuses batches that the registry would refuse", () => {
    expect(() => scene.startWorker({ batchSize: 2 ** 20 + 1 })).to.throw(RangeError);
    expect(() => scene.startWorker({ batchSize: 0 })).to.throw(RangeError);
    expect(() => scene.startWorker({ maxOpenBatches: 0 })).to.throw(RangeError);
  });
});

async function expectRejection(promise: Promise<unknown>): Promise<void> {
  expect(
    await promise.then(
      () => "resolved",
      () => "rejected",
    ),
  ).to.equal("rejected");
}
