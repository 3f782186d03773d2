// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { nodeCrypto } from "../../../src/adapters/node-crypto/index.js";
import { TallyError } from "../../../src/core/errors.js";
import { issue } from "../../adapters/issued.js";
import { type FaultTime, Killed } from "./faults.js";
import { openScene, SETTINGS } from "./scene.js";

/** Where each step touches the world. The tree is arithmetic: its place is the first and the last hash. */
const STEPS = [
  { step: "claim", method: "claimLease" },
  { step: "tree", method: "tree" },
  { step: "stage", method: "stageBatch" },
  { step: "submit", method: "submitAnchor" },
  { step: "submit (recording it)", method: "recordSubmission" },
  { step: "confirm", method: "findAnchor" },
  { step: "attach", method: "attachAnchor" },
  { step: "release", method: "releaseLease" },
] as const;

const FAULTS: readonly { name: string; time: FaultTime; error: () => Error }[] = [
  { name: "a kill before its effect", time: "before", error: () => new Killed() },
  { name: "a kill after its effect", time: "after", error: () => new Killed() },
  { name: "a failure without effect", time: "before", error: () => new TallyError("chain.unreachable", "refused") },
  { name: "a lost reply", time: "after", error: () => new TallyError("chain.unreachable", "timed out") },
];

const COUNT = 10;
const BATCHES = Math.ceil(COUNT / SETTINGS.batchSize);

describe("the anchoring worker, whatever fails at", () => {
  for (const { step, method } of STEPS) {
    for (const { name, time, error } of FAULTS) {
      // One path reads at once what was sent; the other waits for blocks, so a fault falls into another pass.
      for (const automine of [true, false]) {
        it(`${step}: anchors everything once after ${name}${automine ? "" : ", with slow blocks"}`, async () => {
          const scene = openScene();
          try {
            scene.chain.automine = automine;
            await issue(scene.certificates, COUNT);
            const first = scene.startWorker(
              {},
              hashing(() => process, SETTINGS.batchSize - 1),
            );
            const { process } = first;
            process.arm(method, time, error());
            let worker = first.worker;
            for (let pass = 0; pass < 40; pass++) {
              try {
                await worker.runOnce();
              } catch (caught) {
                // After a kill a new process starts, and finds the lease of the dead one still running.
                if (caught instanceof Killed) worker = scene.startWorker().worker;
              }
              if (!automine) scene.chain.mine();
              scene.clock.time += SETTINGS.leaseMs / 2;
            }
            expect(process.struck, "the fault never struck").to.equal(true);
            expect(await scene.unproven(COUNT)).to.deep.equal([]);
            expect(await scene.store.counts()).to.include({ pending: 0, openBatches: 0, anchoredBatches: BATCHES });
          } finally {
            scene.close();
          }
        });
      }
    }
  }
});

/** Counts the hashes of a tree, so that a fault can fall on the first (before) and the last one (after). */
function hashing(process: () => { meet(method: string, time: FaultTime): void }, hashesPerTree: number) {
  let done = 0;
  return {
    ...nodeCrypto,
    sha256: (...parts: readonly Uint8Array[]) => {
      if (done % hashesPerTree === 0) process().meet("tree", "before");
      const hash = nodeCrypto.sha256(...parts);
      if (++done % hashesPerTree === 0) process().meet("tree", "after");
      return hash;
    },
  };
}
