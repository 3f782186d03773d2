// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { nodeCrypto } from "../../../src/adapters/node-crypto/index.js";
import { type BatchName, createRecovery, type TiledLeaves } from "../../../src/domain/anchoring/index.js";
import { identifierOf, issue, REGION, tiled } from "../../adapters/issued.js";
import { openScene } from "./scene.js";

describe("the recovery of a store from an older backup", () => {
  /** Two stores with the same certificates waiting; the first one anchors, the second one is the restored backup. */
  async function lostAndRestored(shared: number, onlyLost = 0) {
    const lost = openScene();
    const restored = openScene();
    for (const { certificates } of [lost, restored]) await issue(certificates, shared);
    await issue(lost.certificates, onlyLost, { first: shared });
    const { worker } = lost.startWorker();
    for (let pass = 0; pass < 20; pass++) await worker.runOnce({ flush: true });
    expect((await lost.store.counts()).pending).to.equal(0);
    const chain = lost.chain.portOf(REGION);
    const recover = (leavesOf: (batch: BatchName) => Promise<TiledLeaves | null> = async () => null) =>
      createRecovery({
        region: REGION,
        store: restored.store,
        chain,
        crypto: nodeCrypto,
        leavesOf,
        confirmations: 0,
      }).recover();
    const leavesOf = async (batch: BatchName) => {
      const found = await lost.store.findBatchByName(batch);
      const leaves = found && (await lost.store.batchLeaves(found.id));
      return leaves && tiled(leaves);
    };
    return { lost, restored, recover, leavesOf };
  }

  it("takes back every batch that its own outbox makes up, in order, and once", async () => {
    const { restored, recover } = await lostAndRestored(10);
    expect(await recover()).to.deep.equal({ batches: 3, entries: 10, unknown: [] });
    expect(await restored.store.counts()).to.include({ pending: 0, openBatches: 0, anchoredBatches: 3 });
    expect(await recover()).to.deep.equal({ batches: 0, entries: 0, unknown: [] });
  });

  it("asks a mirror for a batch that holds what was issued later, and takes back its own part of it", async () => {
    const { restored, recover, leavesOf } = await lostAndRestored(6, 3);
    const recovered = await recover(leavesOf);
    expect(recovered).to.deep.include({ entries: 6, unknown: [] });
    expect((await restored.store.leafPosition(identifierOf(5)))!.state).to.equal("anchored");
    expect((await restored.store.counts()).pending).to.equal(0);
  });

  describe("when a head of the log was anchored after the backup", () => {
    async function headLost() {
      const scenes = await lostAndRestored(2);
      const { lost, recover } = scenes;
      await recover();
      await issue(lost.certificates, 1, { first: 2, at: lost.clock.now() });
      lost.clock.time += 10_000;
      await lost.startWorker({ auditHeadMs: 10_000, maxWaitMs: 1_000_000 }).worker.runOnce();
      const { root, size } = lost.chain.events().at(-1) as BatchName & { kind: "batch-anchored" };
      expect(size).to.equal(1);
      return { ...scenes, head: { region: REGION, root, size } };
    }

    it("leaves it to the watch, since its one leaf says nothing of what it is", async () => {
      const { restored, recover, head } = await headLost();
      expect(await recover()).to.deep.equal({ batches: 0, entries: 0, unknown: [head] });
      expect(await restored.store.findBatchByName(head)).to.equal(null);
    });

    it("takes it back from a mirror to which the lost store had given it, and not as a head of the restored log", async () => {
      const { restored, recover, leavesOf, head } = await headLost();
      expect(await recover(leavesOf)).to.deep.equal({ batches: 1, entries: 0, unknown: [] });
      expect((await restored.store.findBatchByName(head))!.anchor).not.to.equal(null);
      expect(await restored.store.newestAuditHead()).to.equal(null);
      expect((await restored.store.uncoveredEvents())!.head.sequence).to.equal(2);
    });
  });

  it("names what nobody has, and leaves its certificates waiting", async () => {
    const { restored, recover } = await lostAndRestored(6, 3);
    const { batches, entries, unknown } = await recover();
    expect({ batches, entries }).to.deep.equal({ batches: 1, entries: 4 });
    expect(unknown.length).to.be.greaterThan(0);
    expect((await restored.store.counts()).pending).to.equal(2);
  });
});
