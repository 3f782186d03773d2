// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { nodeCrypto } from "../../../src/adapters/node-crypto/index.js";
import { identifierOf, issue } from "../../adapters/issued.js";
import { between, eachFault, expectWholeTable, type FaultRow, type FaultyProcess, Killed, same } from "./faults.js";
import { type Scene, SETTINGS } from "./scene.js";
import { SCENES } from "./scenes.js";

/** What a fault leaves behind: certificates in the outbox, and how far the first batch has come. */
type Left = "all waiting" | "staged" | "on chain" | "recorded" | "anchored";

interface Row extends FaultRow<Left> {
  readonly step: "claim" | "tree" | "stage" | "submit" | "confirm" | "attach" | "release";
}

/** Every call of a pass that stages, submits and attaches one batch, in order. The tree is arithmetic, no call of a port. */
const TABLE: readonly Row[] = [
  { step: "claim", call: "claimLease", left: same("all waiting") },
  { step: "claim", call: "openBatches", left: same("all waiting") },
  { step: "claim", call: "pendingWork", left: same("all waiting") },
  { step: "claim", call: "claimLease", nth: 2, left: same("all waiting") },
  { step: "tree", call: "tree", left: same("all waiting") },
  { step: "stage", call: "stageBatch", left: between("all waiting", "staged") },
  { step: "submit", call: "findAnchor", left: same("staged") },
  { step: "submit", call: "submitAnchor", left: between("staged", "on chain") },
  { step: "submit", call: "recordSubmission", left: between("on chain", "recorded") },
  { step: "confirm", call: "findAnchor", nth: 2, left: same("recorded") },
  { step: "attach", call: "attachAnchor", left: between("recorded", "anchored") },
  { step: "release", call: "releaseLease", left: same("anchored") },
];

/** One whole batch and one that is not. */
const COUNT = 6;
const MOST_PASSES = 40;
/** Whether anything follows that should not. */
const PASSES_AFTERWARDS = 2;

for (const [storeName, useScenes] of Object.entries(SCENES)) {
  describe(`the anchoring worker over ${storeName}, whatever fails`, () => {
    const open = useScenes();
    let scene: Scene;
    let wanted: object;
    before(async () => {
      wanted = await undisturbed(open);
    });
    beforeEach(async () => {
      scene = await open();
      await issue(scene.certificates, COUNT);
    });
    afterEach(() => scene.close());

    it("has a row for every call that it makes, in order, and in every row every fault", async () => {
      const { process, worker } = startHashing(scene);
      await worker.runOnce();
      expectWholeTable(TABLE, process.calls);
    });

    for (const [row, fault] of eachFault(TABLE)) {
      const { step, call, nth = 1, left } = row;
      it(`${step} (${call}, ${nth}) ${fault}: leaves the first batch ${left[fault]}, and ends like a run that nothing disturbs`, async () => {
        const { process, worker } = startHashing(scene);
        process.armRow(row, fault, "chain.unreachable");
        const next = await passThrough(scene, worker);
        process.expectStruck();
        expect(await leftIn(scene)).to.equal(left[fault]);
        await expectUndisturbed(next);
      });

      // Above, what was sent is read at once; with slow blocks a fault falls into another pass.
      it(`${step} (${call}, ${nth}) ${fault}, with slow blocks: ends like a run that nothing disturbs`, async () => {
        scene.chain.automine = false;
        const { process, worker } = startHashing(scene);
        process.armRow(row, fault, "chain.unreachable");
        await expectUndisturbed(worker);
        process.expectStruck();
      });
    }

    async function expectUndisturbed(worker: Worker): Promise<void> {
      await runPasses(scene, worker);
      expect(await scene.unproven(COUNT)).to.deep.equal([]);
      expect(await stateOf(scene)).to.deep.equal(wanted);
    }
  });
}

interface Worker {
  runOnce(): Promise<unknown>;
}

/** One pass, and time goes on; who passes next: after a kill a new process, which finds the lease of the dead one still running. */
async function passThrough(scene: Scene, worker: Worker): Promise<Worker> {
  let next = worker;
  try {
    await worker.runOnce();
  } catch (caught) {
    if (caught instanceof Killed) next = scene.startWorker().worker;
  }
  if (!scene.chain.automine) scene.chain.mine();
  scene.clock.time += SETTINGS.leaseMs / 2;
  return next;
}

/** Passes until all is anchored, and some more. */
async function runPasses(scene: Scene, first: Worker): Promise<void> {
  let worker = first;
  for (let left = MOST_PASSES; left > 0; left--) {
    worker = await passThrough(scene, worker);
    const { pending, openBatches } = await scene.store.counts();
    if (pending + openBatches === 0) left = Math.min(left, PASSES_AFTERWARDS);
  }
}

async function undisturbed(open: () => Promise<Scene>): Promise<object> {
  const scene = await open();
  try {
    await issue(scene.certificates, COUNT);
    await runPasses(scene, scene.startWorker().worker);
    return await stateOf(scene);
  } finally {
    await scene.close();
  }
}

/** All that must be the same in the end: batches, their order, where each certificate is, what the chain recorded. */
async function stateOf({ store, chain }: Scene): Promise<object> {
  const certificates = await Promise.all(
    Array.from({ length: COUNT }, async (_, n) => {
      const { state, place } = (await store.leafPosition(identifierOf(n)))!;
      const batch = place && (await store.findBatch(place.batchId));
      return `${state} ${place?.index} of ${batch?.root}/${batch?.size}`;
    }),
  );
  const anchors = chain.events().map((event) => event.kind === "batch-anchored" && `${event.root}/${event.size}`);
  return { certificates, anchors, counts: await store.counts() };
}

async function leftIn({ store, chain }: Scene): Promise<Left> {
  const { pending, openBatches, anchoredBatches } = await store.counts();
  if (pending === COUNT && openBatches + anchoredBatches === 0) return "all waiting";
  if (pending !== COUNT - SETTINGS.batchSize || openBatches + anchoredBatches !== 1)
    throw new Error(`${pending} wait, ${openBatches} batches are open, ${anchoredBatches} anchored`);
  if (anchoredBatches === 1) return "anchored";
  const [batch] = await store.openBatches(1);
  if (batch!.submitted !== null) return "recorded";
  return chain.events().length > 0 ? "on chain" : "staged";
}

/** A worker whose first and last hash of each tree can be met by a fault: before and after the tree. */
function startHashing(scene: Scene) {
  const hashesPerTree = SETTINGS.batchSize - 1;
  let done = 0;
  const started: { process: FaultyProcess; worker: Worker } = scene.startWorker(
    {},
    {
      ...nodeCrypto,
      sha256: (...parts: readonly Uint8Array[]) => {
        if (done % hashesPerTree === 0) {
          started.process.calls.push("tree");
          started.process.meet("tree", "before");
        }
        const hash = nodeCrypto.sha256(...parts);
        if (++done % hashesPerTree === 0) started.process.meet("tree", "after");
        return hash;
      },
    },
  );
  return started;
}
