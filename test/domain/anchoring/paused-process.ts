// SPDX-License-Identifier: Apache-2.0
// Started by paused-worker.test.ts with the kind of a store on its command line: makes one pass for every line of its standard input, over
// the store and the chain's journal named there. At the call that is named there it says "paused" and goes on when it reads the time,
// in milliseconds; it says "done" when the pass has ended.
import { readSync, writeSync } from "node:fs";
import { TallyError } from "../../../src/core/errors.js";
import type { FaultTime } from "./faults.js";
import { JournaledChain } from "./journaled-chain.js";
import { SHARED_STORES } from "./scenes.js";

export interface PausedPass {
  readonly work: "anchor" | "status";
  readonly place: string;
  readonly journal: string;
  readonly call: string;
  readonly nth: number;
  readonly time: FaultTime;
}

const { open } = SHARED_STORES[process.argv[2]!]!;
for (;;) {
  const line = readLine();
  if (line === null) break;
  await pass(JSON.parse(line) as PausedPass);
  writeSync(1, "done\n");
}

async function pass({ work, place, journal, call, nth, time }: PausedPass): Promise<void> {
  const scene = await open(place, new JournaledChain(journal));
  let left = nth;
  const pauseAt = (name: string, when: FaultTime): void => {
    if (name !== call || when !== time || --left !== 0) return;
    writeSync(1, "paused\n");
    scene.clock.time = Number(readLine());
  };
  try {
    if (work === "status") await scene.startSubmitter({}, pauseAt).submitter.runOnce();
    else await scene.startWorker({}, undefined, pauseAt).worker.runOnce();
  } catch (error) {
    // What a process that was overtaken is told; its loop would log it and pass again.
    if (!(error instanceof TallyError)) throw error;
  } finally {
    await scene.close();
  }
}

/** Everything in this process stands still until there is a line to read; null when there is none any more. */
function readLine(): string | null {
  const byte = Buffer.alloc(1);
  for (let line = ""; ; ) {
    try {
      if (readSync(0, byte) === 0) return null;
      if (byte.toString() === "\n") return line;
      line += byte.toString();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}
