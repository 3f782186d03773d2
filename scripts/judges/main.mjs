// SPDX-License-Identifier: Apache-2.0
// Runs every outside judge that is due. `--json` prints one object a line; otherwise a table. Exit code 1 when a judge
// disagrees with us, and with `--require-all` when one is absent, which is named as skipped else (.ci/run counts those as failures).
import { readdirSync } from "node:fs";

const json = process.argv.includes("--json");
const requireAll = process.argv.includes("--require-all");
const only = process.argv.slice(2).filter((argument) => !argument.startsWith("-"));
const files = readdirSync(new URL(".", import.meta.url))
  .filter((file) => file.endsWith(".mjs") && file !== "main.mjs")
  .filter((file) => only.length === 0 || only.includes(file.replace(/\.mjs$/, "")))
  .sort();

let disagreements = 0;
let absent = 0;
for (const file of files) {
  const name = file.replace(/\.mjs$/, "");
  const { run } = await import(`./${file}`);
  let lines;
  try {
    lines = await run();
    if (lines.length === 0)
      lines = [{ judge: name, subject: "ran at all", expected: "a line", got: "none", ok: false }];
  } catch (error) {
    lines = [
      { judge: name, subject: "ran at all", expected: "no error", got: String(error?.stack ?? error), ok: false },
    ];
  }
  for (const line of lines) {
    if (line.ok === false) disagreements += 1;
    if (line.skipped !== undefined) absent += 1;
    console.log(json ? JSON.stringify(line) : sentence(line));
  }
}
process.exit(disagreements > 0 || (requireAll && absent > 0) ? 1 : 0);

function sentence({ judge, version, subject, expected, got, ok, skipped }) {
  if (skipped !== undefined) return `skipped  ${judge}: ${skipped} is not installed`;
  const verdict = ok ? "agrees " : "DIFFERS";
  return `${verdict}  ${judge} ${version ?? ""}: ${subject}: ${got}${ok ? "" : ` (expected ${expected})`}`;
}
