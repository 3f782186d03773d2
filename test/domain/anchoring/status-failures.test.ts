// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { placeOf } from "../../../src/domain/anchoring/index.js";
import { change, issue, REGION } from "../../adapters/issued.js";
import { between, eachFault, expectWholeTable, type FaultName, type FaultRow, Killed, same } from "./faults.js";
import { type Scene, STATUS_SETTINGS } from "./scene.js";
import { SCENES } from "./scenes.js";

/** How far the changes of the first submission have come when a fault has struck. */
type Left = "fresh" | "fixed" | "on chain" | "recorded" | "confirmed";

interface Row extends FaultRow<Left> {
  readonly step: "claim" | "look" | "fix" | "submit" | "confirm" | "release";
}

/** Every call of a pass that sends and confirms the changes of two words, in order. */
const TABLE: readonly Row[] = [
  { step: "claim", call: "claimLease", left: same("fresh") },
  { step: "claim", call: "openStatusChanges", left: same("fresh") },
  { step: "look", call: "statusWords", left: same("fresh") },
  { step: "fix", call: "fixStatusSubmission", left: between("fresh", "fixed") },
  { step: "submit", call: "submitStatus", left: between("fixed", "on chain") },
  { step: "submit", call: "fixStatusSubmission", nth: 2, left: same("fixed") },
  { step: "submit", call: "recordStatusTransaction", left: between("on chain", "recorded") },
  { step: "confirm", call: "statusWords", nth: 2, left: same("recorded") },
  { step: "confirm", call: "confirmStatusChanges", left: between("recorded", "confirmed") },
  { step: "release", call: "releaseLease", left: same("confirmed") },
];

/** The last two places of one word and the first of the next. */
const [SUSPENDED, STILL_SUSPENDED, REVOKED] = [254, 255, 256];
const MOST_PASSES = 40;
/** Whether anything follows that should not. */
const PASSES_AFTERWARDS = 2;
const bit = (n: number) => placeOf(n).bit;

for (const [storeName, useScenes] of Object.entries(SCENES)) {
  describe(`the status submitter over ${storeName}, whatever fails`, () => {
    const open = useScenes();
    let scene: Scene;
    beforeEach(async () => {
      scene = await open();
      await issue(scene.certificates, 3, { first: SUSPENDED });
      await change(scene.certificates, SUSPENDED, "suspend");
      await change(scene.certificates, STILL_SUSPENDED, "suspend");
      await change(scene.certificates, REVOKED, "revoke");
    });
    afterEach(() => scene.close());

    it("has a row for every call that it makes, in order, and in every row every fault", async () => {
      const { process, submitter } = scene.startSubmitter();
      await submitter.runOnce();
      expectWholeTable(TABLE, process.calls);
    });

    for (const [row, fault] of eachFault(TABLE)) {
      const { step, call, nth = 1, left } = row;
      it(`${step} (${call}, ${nth}) ${fault}: leaves the changes ${left[fault]}, and ends with the right words`, async () => {
        await expectRightWords(row, fault, left[fault]);
      });

      it(`${step} (${call}, ${nth}) ${fault}, with slow blocks: ends with the right words`, async () => {
        scene.chain.automine = false;
        await expectRightWords(row, fault);
      });
    }

    async function expectRightWords(row: Row, fault: FaultName, left?: Left): Promise<void> {
      const { process, submitter } = scene.startSubmitter();
      process.armRow(row, fault, "chain.unreachable");
      let next = await passThrough(submitter);
      if (left !== undefined) expect(await leftIn(scene)).to.equal(left);
      // Becomes law at the worst moment: right after whatever failed.
      await change(scene.certificates, SUSPENDED, "release");
      for (let passes = 1, most = MOST_PASSES; passes < most; passes++) {
        next = await passThrough(next);
        if (!scene.chain.automine && passes % 2 === 1) scene.chain.mine();
        if ((await scene.store.openStatusChanges(1)).length === 0) most = Math.min(most, passes + PASSES_AFTERWARDS);
      }
      process.expectStruck();
      const chain = scene.chain.portOf(REGION);
      expect(await chain.statusWord(0, 0, 0)).to.deep.equal({ revoked: 0n, suspended: bit(STILL_SUSPENDED) });
      expect(await chain.statusWord(0, 1, 0)).to.deep.equal({ revoked: bit(REVOKED), suspended: 0n });
      expect(await scene.store.openStatusChanges(1_000)).to.deep.equal([]);
    }

    /** One pass, and time goes on; who passes next: after a kill a new process. */
    async function passThrough(submitter: Submitter): Promise<Submitter> {
      let next = submitter;
      try {
        await submitter.runOnce();
      } catch (caught) {
        if (caught instanceof Killed) next = scene.startSubmitter().submitter;
      }
      scene.clock.time += STATUS_SETTINGS.leaseMs / 2;
      return next;
    }
  });
}

interface Submitter {
  runOnce(): Promise<unknown>;
}

async function leftIn({ store, chain }: Scene): Promise<Left> {
  const open = await store.openStatusChanges(1_000);
  if (open.length === 0) return "confirmed";
  if (open.length !== 3) throw new Error(`${open.length} of the three changes are open`);
  if (open.every(({ submitted }) => submitted === null)) return "fresh";
  if (open.every(({ submitted }) => submitted?.tx)) return "recorded";
  return chain.events().length > 0 ? "on chain" : "fixed";
}
