// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { nodeCrypto } from "../../../src/adapters/node-crypto/index.js";
import { identifierOf, issue } from "../../adapters/issued.js";
import { FAULT_NAMES, FAULTS, type FaultName, type FaultyProcess, Killed } from "./faults.js";
import { type Scene, SETTINGS } from "./scene.js";
import { SCENES } from "./scenes.js";

/** What a fault leaves behind: certificates in the outbox, and how far the first batch has come. */
type Left = "all waiting" | "staged" | "on chain" | "recorded" | "anchored";

interface Row {
  readonly step: "claim" | "tree" | "stage" | "submit" | "confirm" | "attach" | "release";
  readonly call: string;
  /** Which call of this name within the pass; the first where it is not said. */
  readonly nth?: number;
  readonly left: Readonly<Record<FaultName, Left>>;
}

const same = (left: Left): Row["left"] => between(left, left);

function between(before: Left, after: Left): Row["left"] {
  return {
    "killed before it took effect": before,
    "killed after it took effect": after,
    "failed without effect": before,
    "reply lost": after,
  };
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

const COUNT = 10;
const PASSES = 40;

for (const [storeName, open] of Object.entries(SCENES)) {
  describe(`the anchoring worker over ${storeName}, whatever fails`, () => {
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
      expect(process.calls).to.deep.equal(TABLE.map(({ call }) => call));
      for (const { left } of TABLE) expect(Object.keys(left)).to.have.members(FAULT_NAMES);
    });

    for (const { step, call, nth = 1, left } of TABLE) {
      for (const fault of FAULT_NAMES) {
        it(`${step} (${call}, ${nth}) ${fault}: leaves the first batch ${left[fault]}`, async () => {
          const { process, worker } = startHashing(scene);
          process.arm(call, FAULTS[fault].time, FAULTS[fault].error("chain.unreachable"), nth);
          await worker.runOnce().catch(() => {});
          expect(process.struck, "the fault never struck").to.equal(true);
          expect(await leftIn(scene)).to.equal(left[fault]);
        });

        // One path reads at once what was sent; the other waits for blocks, so a fault falls into another pass.
        for (const automine of [true, false]) {
          it(`${step} (${call}, ${nth}) ${fault}${automine ? "" : ", with slow blocks"}: ends like a run that nothing disturbs`, async () => {
            scene.chain.automine = automine;
            const { process, worker } = startHashing(scene);
            process.arm(call, FAULTS[fault].time, FAULTS[fault].error("chain.unreachable"), nth);
            await runPasses(scene, worker);
            expect(process.struck, "the fault never struck").to.equal(true);
            expect(await scene.unproven(COUNT)).to.deep.equal([]);
            expect(await stateOf(scene)).to.deep.equal(wanted);
          });
        }
      }
    }
  });
}

/** Runs passes, with a new process after a kill, which finds the lease of the dead one still running. */
async function runPasses(scene: Scene, first: { runOnce(): Promise<unknown> }): Promise<void> {
  let worker = first;
  for (let pass = 0; pass < PASSES; pass++) {
    try {
      await worker.runOnce();
    } catch (caught) {
      if (caught instanceof Killed) worker = scene.startWorker().worker;
    }
    if (!scene.chain.automine) scene.chain.mine();
    scene.clock.time += SETTINGS.leaseMs / 2;
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
  const certificates: string[] = [];
  for (let n = 0; n < COUNT; n++) {
    const { state, place } = (await store.leafPosition(identifierOf(n)))!;
    const batch = place && (await store.findBatch(place.batchId));
    certificates.push(`${state} ${place?.index} of ${batch?.root}/${batch?.size}`);
  }
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
  const started: { process: FaultyProcess; worker: { runOnce(): Promise<unknown> } } = scene.startWorker(
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
