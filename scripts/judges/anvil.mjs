// SPDX-License-Identifier: Apache-2.0
// anvil is a second EVM client, written by others in another language. The contract must behave there as on Hardhat, cost
// the same gas (docs/gas.md was measured on Hardhat), and survive reorganisations.
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { tsImport } from "tsx/esm/api";

const root = fileURLToPath(new URL("../..", import.meta.url));
const mocha = join(createRequire(import.meta.url).resolve("mocha/package.json"), "..", "bin/mocha.js");

export async function run() {
  const { anvilBinary } = await tsImport("../../test/contracts/evm-client.ts", import.meta.url);
  const binary = anvilBinary();
  if (binary === null) return [{ judge: "anvil", skipped: "anvil" }];
  const version = spawnSync(binary, ["--version"], { encoding: "utf8" }).stdout.match(/\d+\.\d+\.\d+/)?.[0];
  const subjects = {
    "behaviour of the registry": (title) => !title.includes(" costs gas "),
    "gas of every act": (title) => title.includes(" costs gas "),
  };
  const behaviour = results("test/contracts/registry.anvil.test.ts");
  const lines = Object.entries(subjects).map(([subject, belongs]) =>
    verdict(
      subject,
      behaviour.filter(({ title }) => belongs(title)),
    ),
  );
  lines.push(verdict("reorganisations", results("test/contracts/reorganisation.anvil.test.ts")));
  return lines.map((line) => ({ judge: "anvil", version, ...line }));
}

function results(file) {
  const args = [mocha, "--no-config", "--import=tsx", "--timeout", "60000", "--reporter", "json", file];
  const { error, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: root,
    encoding: "utf8",
    maxBuffer: 1 << 26,
  });
  if (error) throw error;
  const start = stdout.indexOf("{");
  if (start < 0) throw new Error(`mocha wrote no report: ${stderr}`);
  const { passes, failures, pending } = JSON.parse(stdout.slice(start));
  return [
    ...passes.map(({ fullTitle }) => ({ title: fullTitle, passed: true })),
    ...[...failures, ...pending].map(({ fullTitle }) => ({ title: fullTitle, passed: false })),
  ];
}

function verdict(subject, tests) {
  const failed = tests.filter(({ passed }) => !passed).map(({ title }) => title);
  const got = failed.length === 0 ? `${tests.length} of ${tests.length} tests agree` : `differs: ${failed.join("; ")}`;
  return { subject, expected: "every test agrees", got, ok: tests.length > 0 && failed.length === 0 };
}
