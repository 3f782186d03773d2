// SPDX-License-Identifier: Apache-2.0
// npm run test:flip [-- --json] [-- --every-bit] [-- --without-list]: flips a bit of every byte of a sealed file, each time in another place of the byte (with
// --every-bit all eight), and verifies it, with a revocation list of the seal's CA or without. None may be valid. The last line is {"ok", "bytes", "accepted"}.
import { openFlips } from "./flips.js";

const json = process.argv.includes("--json");
const everyBit = process.argv.includes("--every-bit");
const { file, verdict } = openFlips({ hasList: !process.argv.includes("--without-list") });
if ((await verdict(0, 0)) !== "valid") throw new Error("the file itself is not valid");

const accepted: { readonly byte: number; readonly bit: number }[] = [];
const begun = performance.now();
for (let byte = 0; byte < file.length; byte++) {
  for (const bit of everyBit ? [0, 1, 2, 3, 4, 5, 6, 7] : [byte % 8])
    if ((await verdict(byte, 1 << bit)) === "valid") accepted.push({ byte, bit });
  if (byte % 5_000 === 4_999 && !json) console.log(`${byte + 1} of ${file.length} bytes, ${accepted.length} accepted`);
}
for (const { byte, bit } of accepted) console.log(JSON.stringify({ accepted: { byte, bit } }));
if (!json) console.log(`${Math.round((performance.now() - begun) / 1000)} s`);
console.log(JSON.stringify({ ok: accepted.length === 0, bytes: file.length, accepted: accepted.length }));
process.exitCode = accepted.length === 0 ? 0 : 1;
