// SPDX-License-Identifier: Apache-2.0
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { toHex } from "../../../src/core/hex.js";
import { placeOf } from "../../../src/domain/anchoring/index.js";
import { change, identifierOf, issue, leafOf, REGION } from "../../adapters/issued.js";
import type { FaultTime } from "./faults.js";
import { JournaledChain } from "./journaled-chain.js";
import type { PausedPass } from "./paused-process.js";
import { type Scene, SETTINGS, STATUS_SETTINGS } from "./scene.js";
import { SHARED_STORES } from "./scenes.js";

const PROCESS = fileURLToPath(new URL("paused-process.ts", import.meta.url));

interface Instant {
  readonly call: string;
  readonly nth?: number;
  readonly time: FaultTime;
}

/** Between every two steps. */
const ANCHORING: readonly Instant[] = [
  { call: "claimLease", time: "after" },
  { call: "pendingWork", time: "after" },
  { call: "claimLease", nth: 2, time: "after" },
  { call: "stageBatch", time: "before" },
  { call: "stageBatch", time: "after" },
  { call: "submitAnchor", time: "before" },
  { call: "submitAnchor", time: "after" },
  { call: "attachAnchor", time: "before" },
  { call: "releaseLease", time: "before" },
];
const STATUS: readonly Instant[] = [
  { call: "claimLease", time: "after" },
  { call: "openStatusChanges", time: "after" },
  { call: "fixStatusSubmission", time: "before" },
  { call: "fixStatusSubmission", time: "after" },
  { call: "submitStatus", time: "before" },
  { call: "fixStatusSubmission", nth: 2, time: "before" },
  { call: "fixStatusSubmission", nth: 2, time: "after" },
  { call: "submitStatus", time: "after" },
  { call: "recordStatusTransaction", time: "after" },
  { call: "confirmStatusChanges", time: "before" },
];

const COUNT = 10;

for (const [kind, store] of Object.entries(SHARED_STORES)) {
  describe(`two processes on one store (${kind}), one of them stopped with SIGSTOP while another takes over`, () => {
    const placeIn = store.usePlace();
    let directory: string;
    let place: string;
    let journal: string;
    let scene: Scene;
    let other: OtherProcess | null = null;
    beforeEach(async () => {
      directory = mkdtempSync(join(tmpdir(), "tally-paused-"));
      journal = join(directory, "chain.jsonl");
      place = placeIn(directory);
      scene = await store.open(place, new JournaledChain(journal));
    });
    afterEach(async function () {
      // One that was left stopped is of no use to the next test.
      if (this.currentTest!.isFailed()) await endOther();
      await scene.close();
      rmSync(directory, { recursive: true, force: true });
    });
    after(() => endOther());

    async function endOther(): Promise<void> {
      await other?.end();
      other = null;
    }

    /** Starts a pass in another process and stops it at the instant; it holds its lease. */
    async function stopAt(work: "anchor" | "status", { call, time, nth = 1 }: Instant): Promise<void> {
      other ??= new OtherProcess(kind);
      const pass: PausedPass = { work, place, journal, call, time, nth };
      expect(await other.tell(JSON.stringify(pass)), "it never came to that instant").to.equal("paused");
      other.signal("SIGSTOP");
    }

    /** Lets the stopped process go on, at the present time, to the end of its pass. */
    async function goOn(): Promise<void> {
      const done = other!.tell(`${scene.clock.time}`);
      other!.signal("SIGCONT");
      expect(await done).to.equal("done");
    }

    for (const instant of ANCHORING) {
      const { call, time, nth = 1 } = instant;
      it(`stages every certificate in one batch (stopped ${time} ${call}, ${nth})`, async () => {
        await issue(scene.certificates, COUNT);
        await stopAt("anchor", instant);
        const { worker } = scene.startWorker();
        expect((await worker.runOnce({ flush: true })).claimed, "the lease had not lapsed").to.equal(false);
        scene.clock.time += SETTINGS.leaseMs;
        while ((await worker.runOnce({ flush: true })).more);
        // New ones wait when the stopped process wakes up with its old list.
        await issue(scene.certificates, COUNT, { first: COUNT });
        const before = await scene.store.counts();
        const sent = scene.chain.events().length;

        await goOn();
        expect(await scene.store.counts(), "it did harm").to.deep.equal(before);
        scene.chain.catchUp();
        expect(scene.chain.events()).to.have.length(sent);

        scene.clock.time += SETTINGS.leaseMs;
        while ((await worker.runOnce({ flush: true })).more);
        expect(await scene.unproven(2 * COUNT)).to.deep.equal([]);
        expect(await timesStaged(scene, 2 * COUNT)).to.deep.equal(Array(2 * COUNT).fill(1));
      });
    }

    for (const instant of STATUS) {
      const { call, time, nth = 1 } = instant;
      it(`leaves the words as the law has them (stopped ${time} ${call}, ${nth})`, async () => {
        await issue(scene.certificates, COUNT);
        await change(scene.certificates, 1, "suspend");
        await change(scene.certificates, 2, "revoke");
        await stopAt("status", instant);
        const { submitter } = scene.startSubmitter();
        expect((await submitter.runOnce()).claimed, "the lease had not lapsed").to.equal(false);
        scene.clock.time += STATUS_SETTINGS.leaseMs;
        await confirmAll();
        // The suspension is on chain; now it is lifted, and that is on chain as well.
        await change(scene.certificates, 1, "release");
        await confirmAll();

        await goOn();
        scene.chain.catchUp();
        const word = await scene.chain.portOf(REGION).statusWord(0, 0, 0);
        expect(word).to.deep.equal({ revoked: placeOf(2).bit, suspended: 0n });
        expect(await scene.store.openStatusChanges(10)).to.deep.equal([]);

        async function confirmAll(): Promise<void> {
          for (let pass = 0; pass < 20 && (await scene.store.openStatusChanges(10)).length > 0; pass++) {
            await submitter.runOnce();
            scene.clock.time += STATUS_SETTINGS.leaseMs / 2;
          }
          expect(await scene.store.openStatusChanges(10)).to.deep.equal([]);
        }
      });
    }
  });
}

/** Makes pass after pass, stopped once in each. */
class OtherProcess {
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  readonly #closed: Promise<unknown>;

  constructor(kind: string) {
    this.#child = spawn(process.execPath, ["--import", "tsx", PROCESS, kind], { stdio: ["pipe", "pipe", "inherit"] });
    this.#lines = createInterface({ input: this.#child.stdout! })[Symbol.asyncIterator]();
    this.#closed = once(this.#child, "close");
  }

  /** Its next word; undefined when it has ended instead. */
  async tell(line: string): Promise<string | undefined> {
    this.#child.stdin!.write(`${line}\n`);
    return (await this.#lines.next()).value;
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  async end(): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#closed;
  }
}

/** In how many places of all batches each certificate's leaf is. */
async function timesStaged({ store }: Scene, count: number): Promise<number[]> {
  const leaves: string[] = [];
  for (const { id } of await store.anchoredSince(0, 1_000)) {
    const bytes = (await store.batchLeaves(id))!;
    for (let at = 0; at < bytes.length; at += 32) leaves.push(toHex(bytes.slice(at, at + 32)));
  }
  expect((await store.leafPosition(identifierOf(0)))!.state).to.equal("anchored");
  return Array.from({ length: count }, (_, n) => leaves.filter((leaf) => leaf === toHex(leafOf(n))).length);
}
