// SPDX-License-Identifier: Apache-2.0
import { createRenderer } from "../../src/render/index.js";
import { HOST } from "../../test/render/fixture.js";
import { STATEMENT } from "../../test/render/sealed-licence.js";
import { licence } from "../different-licences.js";

const [rounds, count] = process.argv.slice(2).map(Number) as [number, number];
const renderer = createRenderer({ verifyHost: HOST });

/** Renders round after round of licences, each another, half of them to be sealed; after each round it says what memory it holds, garbage aside. */
for (let round = 0; round < rounds; round++) {
  const start = performance.now();
  for (let i = 0; i < count; i++) {
    const input = licence(round * count + i);
    if (i % 2 === 0) renderer.render(input);
    else renderer.renderSealed({ ...input, seal: STATEMENT });
  }
  const perSecond = (count * 1000) / (performance.now() - start);
  globalThis.gc!();
  const { heapUsed, rss } = process.memoryUsage();
  console.log(JSON.stringify({ perSecond, heapMb: heapUsed / 2 ** 20, rssMb: rss / 2 ** 20 }));
}
