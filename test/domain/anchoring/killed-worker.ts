// SPDX-License-Identifier: Apache-2.0
import { writeSync } from "node:fs";
import { issue } from "../../adapters/issued.js";
import { JournaledChain } from "./journaled-chain.js";
import { openScene } from "./scene.js";

/**
 * A process to be killed: issues and anchors for ever on the store and the chain's journal named on its command line, and
 * says a word before and after each thing it does.
 */
const [store, journal] = process.argv.slice(2) as [string, string];
const scene = openScene(store, new JournaledChain(journal));
const send = scene.chain.send.bind(scene.chain);
scene.chain.send = (content) => {
  say();
  const sent = send(content);
  say();
  return sent;
};
const { worker } = scene.startWorker();
for (let n = 0; ; n += 6) {
  say();
  await issue(scene.certificates, 6, { first: n });
  say();
  await worker.runOnce({ flush: true });
}

function say(): void {
  writeSync(1, ".");
}
