// SPDX-License-Identifier: Apache-2.0
// Draws the pages whose looks have changed into the pictures of this folder; a person then looks at them and commits, or mends the renderer.
import { differenceOf, keepPicture, keptPicture } from "./compare.js";
import { GOLDEN_PAGES } from "./pages.js";

for (const { name, draw } of GOLDEN_PAGES) {
  const now = await draw();
  if (!now) continue;
  const kept = keptPicture(name);
  const difference = kept ? differenceOf(kept, now) : "new";
  if (difference === null) continue;
  keepPicture(name, now);
  console.log(`test/render/golden/${name}.png: ${difference}`);
}
