// SPDX-License-Identifier: Apache-2.0
// A verification thread that does what the text of a document says, for verification-threads.test.ts.
import { parentPort, workerData } from "node:worker_threads";

/** Which of the started threads this is, from 0. */
const number = Atomics.add(workerData.started, 0, 1);
if (number < workerData.failing) throw new Error("cannot start");

const say = (message) => parentPort.postMessage([message]);
const behaviours = {
  spin: () => {
    for (;;);
  },
  fill: () => {
    const full = [];
    for (;;) full.push(new Array(1_000).fill(full.length));
  },
  end: () => process.exit(7),
  keep: () => undefined,
  refuse: (id) => say({ from: "failed", id, failure: { code: "json.malformed", message: "no JSON", field: "/x" } }),
  break: (id) => say({ from: "failed", id, failure: { code: null, message: "broken", stack: "broken at line 1" } }),
};

function work(id, { document }) {
  const act = behaviours[document?.text];
  if (act) act(id);
  else say({ from: "done", id, answer: `${document?.text ?? "list"} by ${number}` });
}

parentPort.on("message", (messages) => {
  for (const message of messages) {
    if (message.to === "work") work(message.id, message.job);
    else if (message.to === "drop") Atomics.add(workerData.dropped, 0, 1);
    else if (message.to === "say-something") say({ from: "here" });
  }
});
say({ from: "ready" });
