// SPDX-License-Identifier: Apache-2.0
import { parentPort } from "node:worker_threads";
import { createRenderer } from "../../src/render/index.js";
import { HOST } from "../../test/render/fixture.js";
import { licence } from "../different-licences.js";

const renderer = createRenderer({ verifyHost: HOST });

/** Renders as many licences as it is asked for, with a renderer of its own, and says when it is done. */
parentPort!.on("message", (count: number) => {
  for (let serial = 0; serial < count; serial++) renderer.render(licence(serial));
  parentPort!.postMessage("done");
});
