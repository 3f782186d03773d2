// SPDX-License-Identifier: Apache-2.0
// Writes test/vectors/tigertally/ anew: `npx tsx test/core/write-vectors.ts`. A published vector must never change; run this
// only to add some, and read the diff.
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { tigertallyVectors } from "./tigertally-vectors.js";

for (const [name, vector] of tigertallyVectors()) {
  const path = fileURLToPath(new URL(`../vectors/tigertally/${name}`, import.meta.url));
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${JSON.stringify(vector, null, 2)}\n`);
}
