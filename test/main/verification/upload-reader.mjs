// SPDX-License-Identifier: Apache-2.0
import { openSync, readFileSync, readSync } from "node:fs";
import { nodeCrypto } from "../../../dist/adapters/node-crypto/index.js";
import { readDocument } from "../../../dist/verify/read-document.js";

/*
 * Reads the files that it is given, one after another, as uploads are read, and prints for each the milliseconds that it took, what was said
 * of it, and by how many megabytes the process has ever been larger than before the first.
 */
const MAX_FILE_BYTES = 20 * 1024 * 1024;
// Room for the file itself, which whoever reads uploads holds anyway; filled, or it would take no memory yet.
const room = new Uint8Array(MAX_FILE_BYTES).fill(1);
const [genuine, ...files] = process.argv.slice(2);
const read = (path) => {
  const length = readSync(openSync(path, "r"), room);
  return readDocument({ bytes: room.subarray(0, length) }, nodeCrypto);
};
for (let i = 0; i < 5; i++) await read(genuine);
globalThis.gc();
const before = process.memoryUsage.rss();
for (const file of files) {
  const start = performance.now();
  const { form, reason = null, detail = null } = await read(file);
  const milliseconds = performance.now() - start;
  console.log(JSON.stringify({ milliseconds, form, reason, detail, megabytes: (peak() - before) / 2 ** 20 }));
  globalThis.gc();
}

/** Of this process alone; what `resourceUsage` says begins, on Linux, with the memory of whoever started it. */
function peak() {
  try {
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync("/proc/self/status", "latin1"))[1]) * 1024;
  } catch {
    return process.resourceUsage().maxRSS * 1024;
  }
}
