// SPDX-License-Identifier: Apache-2.0
// Started by paused-worker.test.ts: one pass over the store and the chain's journal named on its command line. At the call that is
// named there it says "paused" and goes on when it reads the time, in milliseconds, from its standard input.
import { readSync, writeSync } from "node:fs";
import { TallyError } from "../../../src/core/errors.js";
import { JournaledChain } from "./journaled-chain.js";
import { openScene } from "./scene.js";

const [work, store, journal, call, time, nth] = process.argv.slice(2) as [
  string,
  string,
  string,
  string,
  string,
  string,
];
const scene = openScene(store, new JournaledChain(journal));
let left = Number(nth);
const pauseAt = (name: string, when: string): void => {
  if (name !== call || when !== time || --left > 0) return;
  writeSync(1, "paused\n");
  scene.clock.time = Number(readNow());
};

/** Everything in this process stands still until there is something to read. */
function readNow(): string {
  const text = Buffer.alloc(32);
  for (;;) {
    try {
      return text.subarray(0, readSync(0, text)).toString();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}
const pass =
  work === "status" ? scene.startSubmitter({}, pauseAt).submitter : scene.startWorker({}, undefined, pauseAt).worker;
try {
  await pass.runOnce();
} catch (error) {
  // What a process that was overtaken is told; its loop would log it and pass again.
  if (!(error instanceof TallyError)) throw error;
} finally {
  await scene.close();
}
