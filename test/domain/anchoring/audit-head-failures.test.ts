// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { issue } from "../../adapters/issued.js";
import { between, eachFault, expectWholeTable, type FaultRow, Killed, same } from "./faults.js";
import { type Scene, SETTINGS } from "./scene.js";
import { SCENES } from "./scenes.js";

/** What a fault leaves behind: how far the head has come. */
type Left = "uncovered" | "staged" | "on chain" | "recorded" | "anchored";

/** Every call of a pass that stages, submits and attaches a head, in order. */
const TABLE: readonly FaultRow<Left>[] = [
  { call: "claimLease", left: same("uncovered") },
  { call: "openBatches", left: same("uncovered") },
  { call: "pendingWork", left: same("uncovered") },
  { call: "uncoveredEvents", left: same("uncovered") },
  { call: "claimLease", nth: 2, left: same("uncovered") },
  { call: "stageAuditHead", left: between("uncovered", "staged") },
  { call: "findAnchor", left: same("staged") },
  { call: "submitAnchor", left: between("staged", "on chain") },
  { call: "recordSubmission", left: between("on chain", "recorded") },
  { call: "findAnchor", nth: 2, left: same("recorded") },
  { call: "attachAnchor", left: between("recorded", "anchored") },
  { call: "releaseLease", left: same("anchored") },
];

const COUNT = 2;
const HEAD = { auditHeadMs: SETTINGS.leaseMs };
const MOST_PASSES = 20;

for (const [storeName, useScenes] of Object.entries(SCENES)) {
  describe(`the anchoring worker with a head of the log over ${storeName}, whatever fails`, () => {
    const open = useScenes();
    let scene: Scene;
    beforeEach(async () => {
      scene = await open();
      await issue(scene.certificates, COUNT, { at: scene.clock.now() });
      await scene.startWorker().worker.runOnce({ flush: true });
      scene.clock.time += HEAD.auditHeadMs;
    });
    afterEach(() => scene.close());

    it("has a row for every call that it makes, in order, and in every row every fault", async () => {
      const { process, worker } = scene.startWorker(HEAD);
      await worker.runOnce();
      expectWholeTable(TABLE, process.calls);
    });

    for (const [row, fault] of eachFault(TABLE)) {
      const { call, nth = 1, left } = row;
      it(`${call}, ${nth}, ${fault}: leaves it ${left[fault]}, and ends with one head, anchored once`, async () => {
        const { process, worker } = scene.startWorker(HEAD);
        process.armRow(row, fault, "chain.unreachable");
        let next = worker;
        await worker.runOnce().catch((error) => {
          if (error instanceof Killed) next = scene.startWorker(HEAD).worker;
        });
        process.expectStruck();
        expect(await leftIn(scene)).to.equal(left[fault]);
        for (let pass = 0; pass < MOST_PASSES; pass++) {
          // The lease of the dead one still runs.
          scene.clock.time += SETTINGS.leaseMs / 2;
          await next.runOnce();
        }
        expect(await leftIn(scene)).to.equal("anchored");
        expect(scene.chain.events()).to.have.length(2);
        expect(await scene.store.counts()).to.include({ openBatches: 0, anchoredBatches: 2 });
        expect((await scene.store.newestAuditHead())?.sequence).to.equal(COUNT);
        expect(await scene.unproven(COUNT)).to.deep.equal([]);
      });
    }
  });
}

async function leftIn({ store, chain }: Scene): Promise<Left> {
  if ((await store.uncoveredEvents()) !== null) return "uncovered";
  const [batch] = await store.openBatches(2);
  if (batch === undefined) return "anchored";
  if (batch.submitted !== null) return "recorded";
  return chain.events().length > 1 ? "on chain" : "staged";
}
