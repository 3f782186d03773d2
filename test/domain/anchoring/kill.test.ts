// SPDX-License-Identifier: Apache-2.0
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { identifierOf } from "../../adapters/issued.js";
import { JournaledChain } from "./journaled-chain.js";
import { openScene, type Scene, SETTINGS } from "./scene.js";

const WORKER = fileURLToPath(new URL("killed-worker.ts", import.meta.url));

describe("the anchoring worker, killed with signal 9", () => {
  for (const words of [2, 3, 4, 5, 11, 30]) {
    it(`loses and repeats nothing (after saying ${words} words)`, async () => {
      const directory = mkdtempSync(join(tmpdir(), "tally-kill-"));
      const store = join(directory, "store.db");
      const journal = join(directory, "chain.jsonl");
      try {
        await killAfter(words, [store, journal]);
        const scene = openScene(store, new JournaledChain(journal));
        const issued = await countIssued(scene);
        // The dead process still holds the lease.
        scene.clock.time += SETTINGS.leaseMs;
        const { worker } = scene.startWorker();
        while ((await worker.runOnce({ flush: true })).more);
        expect(await scene.unproven(issued)).to.deep.equal([]);
        expect(await scene.store.counts()).to.include({ pending: 0, openBatches: 0 });
        scene.close();
      } finally {
        rmSync(directory, { recursive: true, force: true });
      }
    });
  }
});

/** Runs the worker until it has said so many words, then kills it at that instant, whatever it is doing. */
async function killAfter(words: number, args: readonly string[]): Promise<void> {
  const child = spawn(process.execPath, ["--import", "tsx", WORKER, ...args], { stdio: ["ignore", "pipe", "inherit"] });
  let heard = 0;
  child.stdout.on("data", (chunk: Buffer) => {
    heard += chunk.length;
    if (heard >= words) child.kill("SIGKILL");
  });
  const signal = await new Promise((resolve) => child.once("close", (_, by) => resolve(by)));
  expect(signal).to.equal("SIGKILL");
}

async function countIssued({ certificates }: Scene): Promise<number> {
  let count = 0;
  while (await certificates.findCertificate(identifierOf(count))) count++;
  return count;
}
