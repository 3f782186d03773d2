// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { change, issue } from "../../adapters/issued.js";
import {
  between,
  eachFault,
  expectWholeTable,
  type FaultName,
  type FaultRow,
  FaultyProcess,
  Killed,
  same,
} from "./faults.js";
import { type Scene, SETTINGS, STATUS_SETTINGS } from "./scene.js";
import { SCENES } from "./scenes.js";

/** How far the look back has come with what vanished, when a fault has struck. */
type Left = "unnoticed" | "alarmed" | "opened";

/** Every call of the pass that misses something for the second time, in order. */
const ANCHORS: readonly FaultRow<Left>[] = [
  { call: "head", left: same("unnoticed") },
  { call: "anchoredSince", left: same("unnoticed") },
  { call: "findAnchor", left: same("unnoticed") },
  { call: "raiseAlarm", left: between("unnoticed", "alarmed") },
  { call: "reanchor", left: between("alarmed", "opened") },
];
const STATES: readonly FaultRow<Left>[] = [
  { call: "head", left: same("unnoticed") },
  { call: "confirmedSince", left: same("unnoticed") },
  { call: "statusWords", left: same("unnoticed") },
  { call: "statusLog", left: same("unnoticed") },
  { call: "claimLease", left: same("unnoticed") },
  { call: "statusWords", nth: 2, left: same("unnoticed") },
  { call: "statusLog", nth: 2, left: same("unnoticed") },
  { call: "raiseAlarm", left: between("unnoticed", "alarmed") },
  { call: "reopenStatusChanges", left: between("alarmed", "opened") },
  { call: "releaseLease", left: same("opened") },
];

interface LookBack {
  readonly table: readonly FaultRow<Left>[];
  /** Lets something come to the chain. */
  prepare(scene: Scene): Promise<void>;
  start(scene: Scene, process: FaultyProcess): { runOnce(): Promise<unknown> };
  /** How many things are open again. */
  opened(scene: Scene): Promise<number>;
  sendAgain(scene: Scene): Promise<unknown>;
}

const LOOKS: Readonly<Record<string, LookBack>> = {
  anchors: {
    table: ANCHORS,
    async prepare({ certificates, startWorker }) {
      await issue(certificates, SETTINGS.batchSize);
      await startWorker().worker.runOnce();
    },
    start: ({ startRecheck }, process) => startRecheck({ process }),
    opened: async ({ store }) => (await store.counts()).openBatches,
    sendAgain: ({ startWorker }) => startWorker().worker.runOnce(),
  },
  states: {
    table: STATES,
    async prepare({ certificates, startSubmitter }) {
      await issue(certificates, 1);
      await change(certificates, 0, "revoke");
      await startSubmitter().submitter.runOnce();
    },
    start: ({ startStatusRecheck }, process) => startStatusRecheck({ process }),
    opened: async ({ store }) => (await store.openStatusChanges(10)).length,
    sendAgain: ({ startSubmitter }) => startSubmitter().submitter.runOnce(),
  },
};
const MOST_PASSES = 5;

for (const [storeName, useScenes] of Object.entries(SCENES)) {
  for (const [what, look] of Object.entries(LOOKS)) {
    describe(`the look back at ${what} over ${storeName}, whatever fails`, () => {
      const open = useScenes();
      let scene: Scene;
      let process: FaultyProcess;
      let recheck: { runOnce(): Promise<unknown> };
      beforeEach(async () => {
        scene = await open();
        await look.prepare(scene);
        expect(await look.opened(scene)).to.equal(0);
        scene.chain.reorganise(1);
        process = new FaultyProcess();
        recheck = look.start(scene, process);
        await recheck.runOnce();
        process.calls.length = 0;
      });
      afterEach(() => scene.close());

      const logged = async () =>
        (await scene.audit.list({ order: "oldest-first", limit: 1_000 })).filter(
          ({ action }) => action === "alarm-raised",
        );
      const said = () => scene.events.filter(({ event }) => event === "alarm-raised");

      async function left(): Promise<Left> {
        if ((await look.opened(scene)) > 0) return "opened";
        return (await scene.store.alarms()).length > 0 ? "alarmed" : "unnoticed";
      }

      it("has a row for every call that it makes, in order, and in every row every fault", async () => {
        await recheck.runOnce();
        expectWholeTable(look.table, process.calls);
      });

      for (const [row, fault] of eachFault(look.table))
        it(`${row.call} (${row.nth ?? 1}) ${fault}: leaves it ${row.left[fault]}, and ends with one alarm`, async () => {
          await expectOneAlarm(row, fault);
        });

      async function expectOneAlarm(row: FaultRow<Left>, fault: FaultName): Promise<void> {
        process.armRow(
          row,
          fault,
          row.call === "findAnchor" || row.call === "head" ? "chain.unreachable" : "store.failed",
        );
        let next = recheck;
        for (let pass = 0; pass < MOST_PASSES; pass++) {
          try {
            await next.runOnce();
          } catch (caught) {
            if (caught instanceof Killed) next = look.start(scene, new FaultyProcess());
          }
          if (pass === 0) expect(await left()).to.equal(row.left[fault]);
          scene.clock.time += STATUS_SETTINGS.leaseMs;
        }
        process.expectStruck();
        expect(await left()).to.equal("opened");
        const alarms = await scene.store.alarms({ includeCleared: true });
        expect(alarms).to.have.length(1);
        expect((await logged()).map(({ object, detail }) => [detail?.kind, object])).to.deep.equal(
          alarms.map(({ kind, object }) => [kind, object]),
        );
        // A process that was killed between the two cannot say it; the next one says which alarms are open.
        if (!(row.call === "raiseAlarm" && fault === "killed after it took effect")) expect(said()).to.have.length(1);
        await look.sendAgain(scene);
        expect(await look.opened(scene)).to.equal(0);
      }

      it("raises another alarm when the same vanishes again after it was sent again", async () => {
        await recheck.runOnce();
        scene.clock.time += STATUS_SETTINGS.resubmitAfterMs;
        await look.sendAgain(scene);
        scene.chain.reorganise(1);
        for (let pass = 0; pass < 2; pass++) await recheck.runOnce();
        expect(await look.opened(scene)).to.equal(1);
        expect(await scene.store.alarms()).to.have.length(2);
        expect(await logged()).to.have.length(2);
      });
    });
  }
}
