// SPDX-License-Identifier: Apache-2.0
// Builds what is needed to run: the contract's artifacts, then into dist/ the library (modules and their types), the programs and the
// browser pages. Unchanged inputs cost about two seconds.
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildPrograms } from "./programs.mjs";
import { buildWebPages } from "./web-pages.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const require = createRequire(import.meta.url);
const env = { ...process.env, HARDHAT_DISABLE_TELEMETRY_PROMPT: "true" };

function run(script, ...args) {
  const { status } = spawnSync(process.execPath, [script, ...args], { cwd: root, env, stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}

run(require.resolve("hardhat/internal/cli/bootstrap.js"), "compile", "--quiet");
run(require.resolve("typescript/bin/tsc"), "-b", "src/verify", "src/adapters/node-crypto");

mkdirSync(join(root, "dist"), { recursive: true });
writeFileSync(join(root, "dist/package.json"), '{ "type": "module" }\n');
await buildPrograms(root);
await buildWebPages(root);
