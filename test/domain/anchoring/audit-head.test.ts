// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { nodeCrypto } from "../../../src/adapters/node-crypto/index.js";
import { createDrain } from "../../../src/domain/anchoring/drain.js";
import { auditHeadBatch } from "../../../src/domain/anchoring/index.js";
import { issue, REGION } from "../../adapters/issued.js";
import { openScene, type Scene } from "./scene.js";

const EVERY = { auditHeadMs: 3_600_000 };
const IDLE = { claimed: true, staged: 0, anchored: 0, open: 0, more: false };
/** A pass that staged a head, or finished one: no certificate is counted. */
const HEAD = { ...IDLE, more: true };

describe("the anchoring worker and the audit log", () => {
  let scene: Scene;
  beforeEach(async () => {
    scene = openScene();
    await log(0, 4);
    await scene.startWorker().worker.runOnce({ flush: true });
  });
  afterEach(() => scene.close());

  /** Events that come with certificates. */
  const log = (first: number, count: number) => issue(scene.certificates, count, { first, at: scene.clock.now() });
  /** The sequences of the heads on chain. */
  const anchored = () =>
    scene.events.flatMap((event) => (event.event === "batch-anchored" && event.auditHead ? [event.auditHead] : []));

  it("anchors the head once its oldest event that no head covers is old enough, in a batch of its own", async () => {
    const { worker } = scene.startWorker(EVERY);
    scene.clock.time += EVERY.auditHeadMs - 60_001;
    expect(await worker.runOnce()).to.deep.equal(IDLE);
    scene.clock.time += 60_000;
    expect(await worker.runOnce()).to.deep.equal(IDLE);
    const { head } = (await scene.store.uncoveredEvents())!;
    scene.clock.time += 60_000;
    expect(await worker.runOnce()).to.deep.equal(HEAD);
    expect(anchored()).to.deep.equal([head]);
    const { root } = auditHeadBatch(nodeCrypto, REGION, head);
    expect(scene.chain.events().at(-1)).to.include({ kind: "batch-anchored", region: REGION, root, size: 1 });
    expect(await scene.store.newestAuditHead()).to.deep.equal(head);
    expect(await scene.unproven(4)).to.deep.equal([]);
  });

  it("anchors no second one while the log has not grown, however long that takes", async () => {
    const { worker } = scene.startWorker(EVERY);
    for (let days = 0; days < 3; days++) {
      scene.clock.time += 86_400_000;
      await worker.runOnce();
    }
    expect(anchored()).to.have.length(1);
    await log(4, 1);
    scene.clock.time += EVERY.auditHeadMs;
    await worker.runOnce({ flush: true });
    expect(anchored().map(({ sequence }) => sequence)).to.deep.equal([4, 5]);
  });

  it("never anchors one where it is told so", async () => {
    scene.clock.time += 86_400_000;
    const { process, worker } = scene.startWorker({ auditHeadMs: 0 });
    expect(await worker.runOnce()).to.deep.equal(IDLE);
    expect(process.calls).not.to.include("uncoveredEvents");
  });

  it("stages the certificates that are due first, and counts them alone", async () => {
    await log(4, 3);
    scene.clock.time += EVERY.auditHeadMs;
    const { worker } = scene.startWorker(EVERY);
    expect(await worker.runOnce()).to.deep.equal({ ...HEAD, staged: 3, anchored: 3 });
    expect(scene.chain.events().slice(-2)).to.have.nested.property("[1].size", 1);
    expect(anchored()).to.have.length(1);
  });

  it("looks into the log once a minute, and again at once after a failure", async () => {
    const { process, worker } = scene.startWorker(EVERY);
    const looks = () => process.calls.filter((call) => call === "uncoveredEvents").length;
    for (let pass = 0; pass < 10; pass++) await worker.runOnce();
    expect(looks()).to.equal(1);
    scene.clock.time += 60_000;
    process.arm("uncoveredEvents", "before", new Error("store"));
    expect(await worker.runOnce().catch((error: Error) => error.message)).to.equal("store");
    await worker.runOnce();
    expect(looks()).to.equal(3);
  });

  it("stages none while as many batches as may be wait for the chain", async () => {
    scene.chain.automine = false;
    await log(4, 12);
    scene.clock.time += EVERY.auditHeadMs;
    const { worker } = scene.startWorker(EVERY);
    for (const open of [2, 3]) expect((await worker.runOnce()).open).to.equal(open);
    expect(await worker.runOnce()).to.deep.equal({ ...IDLE, open: 3 });
    expect((await scene.store.openBatches(10)).map(({ auditHead }) => auditHead?.sequence)).to.deep.equal([
      ...[undefined, 16, undefined],
    ]);
  });

  it("anchors a head once where several work at the same time", async () => {
    scene.clock.time += EVERY.auditHeadMs;
    const workers = Array.from({ length: 5 }, () => scene.startWorker(EVERY).worker);
    for (let pass = 0; pass < 3; pass++) await Promise.all(workers.map((worker) => worker.runOnce()));
    expect(anchored()).to.have.length(1);
    expect(scene.chain.sent).to.have.length(2);
  });

  it("takes a head that a reorganisation dropped to the chain again", async () => {
    scene.clock.time += EVERY.auditHeadMs;
    const { worker } = scene.startWorker(EVERY);
    await worker.runOnce();
    const [batch] = await scene.store.anchoredSince(0, 1);
    await scene.store.reanchor(batch!.id, batch!, null);
    expect(await worker.runOnce()).to.deep.equal(IDLE);
    expect((await scene.store.findBatch(batch!.id))!.anchor).not.to.equal(null);
  });

  it("raises no alarm for a head of its own", async () => {
    scene.clock.time += EVERY.auditHeadMs;
    await scene.startWorker(EVERY).worker.runOnce();
    expect(await scene.startWatcher().runOnce()).to.include({ alarms: 0 });
  });

  it("waits for a head that is under way when it is drained, and counts certificates", async () => {
    scene.chain.automine = false;
    scene.clock.time += EVERY.auditHeadMs;
    const { worker } = scene.startWorker(EVERY);
    await worker.runOnce();
    await log(4, 2);
    const pause = async () => scene.chain.mine();
    const drain = createDrain({ worker, store: scene.store, clock: scene.clock, pause, pollMs: 1 });
    expect(await drain()).to.deep.equal({ anchored: 2 });
    expect(anchored()).to.have.length(1);
  });
});
