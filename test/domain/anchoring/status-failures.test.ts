// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { placeOf } from "../../../src/domain/anchoring/index.js";
import { change, issue, REGION } from "../../adapters/issued.js";
import { FAULT_NAMES, FAULTS, type FaultName, Killed } from "./faults.js";
import { type Scene, STATUS_SETTINGS } from "./scene.js";
import { SCENES } from "./scenes.js";

/** How far the changes of the first submission have come when a fault has struck. */
type Left = "fresh" | "fixed" | "on chain" | "recorded" | "confirmed";

interface Row {
  readonly step: "claim" | "look" | "fix" | "submit" | "confirm" | "release";
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

/** Every call of a pass that sends and confirms the changes of two words, in order. */
const TABLE: readonly Row[] = [
  { step: "claim", call: "claimLease", left: same("fresh") },
  { step: "claim", call: "openStatusChanges", left: same("fresh") },
  { step: "look", call: "statusWord", left: same("fresh") },
  { step: "look", call: "statusWord", nth: 2, left: same("fresh") },
  { step: "fix", call: "fixStatusSubmission", left: between("fresh", "fixed") },
  { step: "submit", call: "submitStatus", left: between("fixed", "on chain") },
  { step: "submit", call: "fixStatusSubmission", nth: 2, left: same("fixed") },
  { step: "submit", call: "recordStatusTransaction", left: between("on chain", "recorded") },
  { step: "confirm", call: "statusWord", nth: 3, left: same("recorded") },
  { step: "confirm", call: "statusWord", nth: 4, left: same("recorded") },
  { step: "confirm", call: "confirmStatusChanges", left: between("recorded", "confirmed") },
  { step: "release", call: "releaseLease", left: same("confirmed") },
];

const CERTIFICATES = 600;
const bit = (n: number) => placeOf(n).bit;

for (const [storeName, open] of Object.entries(SCENES)) {
  describe(`the status submitter over ${storeName}, whatever fails`, () => {
    let scene: Scene;
    beforeEach(async () => {
      scene = await open();
      await issue(scene.certificates, CERTIFICATES);
      await change(scene.certificates, 1, "suspend");
      await change(scene.certificates, 2, "suspend");
      await change(scene.certificates, 300, "revoke");
    });
    afterEach(() => scene.close());

    it("has a row for every call that it makes, in order, and in every row every fault", async () => {
      const { process, submitter } = scene.startSubmitter();
      await submitter.runOnce();
      expect(process.calls).to.deep.equal(TABLE.map(({ call }) => call));
      for (const { left } of TABLE) expect(Object.keys(left)).to.have.members(FAULT_NAMES);
    });

    for (const { step, call, nth = 1, left } of TABLE) {
      for (const fault of FAULT_NAMES) {
        it(`${step} (${call}, ${nth}) ${fault}: leaves the changes ${left[fault]}`, async () => {
          const { process, submitter } = scene.startSubmitter();
          process.arm(call, FAULTS[fault].time, FAULTS[fault].error("chain.unreachable"), nth);
          await submitter.runOnce().catch(() => {});
          expect(process.struck, "the fault never struck").to.equal(true);
          expect(await leftIn(scene)).to.equal(left[fault]);
        });

        for (const automine of [true, false]) {
          it(`${step} (${call}, ${nth}) ${fault}${automine ? "" : ", with slow blocks"}: ends with the right words`, async () => {
            scene.chain.automine = automine;
            const { process, submitter: first } = scene.startSubmitter();
            process.arm(call, FAULTS[fault].time, FAULTS[fault].error("chain.unreachable"), nth);
            let submitter = first;
            for (let pass = 0; pass < 40; pass++) {
              try {
                await submitter.runOnce();
              } catch (caught) {
                if (caught instanceof Killed) submitter = scene.startSubmitter().submitter;
              }
              // Becomes law at the worst moment: right after whatever failed.
              if (pass === 0) await change(scene.certificates, 1, "release");
              if (!automine && pass % 2 === 1) scene.chain.mine();
              scene.clock.time += STATUS_SETTINGS.leaseMs / 2;
            }
            expect(process.struck, "the fault never struck").to.equal(true);
            const chain = scene.chain.portOf(REGION);
            expect(await chain.statusWord(0, 0, 0)).to.deep.equal({ revoked: 0n, suspended: bit(2) });
            expect(await chain.statusWord(0, 1, 0)).to.deep.equal({ revoked: bit(300), suspended: 0n });
            expect(await scene.store.openStatusChanges(1_000)).to.deep.equal([]);
          });
        }
      }
    }
  });
}

async function leftIn({ store, chain }: Scene): Promise<Left> {
  const open = await store.openStatusChanges(1_000);
  if (open.length === 0) return "confirmed";
  if (open.length !== 3) throw new Error(`${open.length} of the three changes are open`);
  if (open.every(({ submitted }) => submitted === null)) return "fresh";
  if (open.every(({ submitted }) => submitted?.tx)) return "recorded";
  return chain.events().length > 0 ? "on chain" : "fixed";
}
