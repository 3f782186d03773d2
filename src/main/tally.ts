#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// The `tally` command: turns commands into calls on a composed deployment, and errors into words and exit codes.
import { readFileSync } from "node:fs";
import { CommanderError } from "commander";
import { EXIT } from "../cli/exit-codes.js";
import { buildProgram } from "../cli/program.js";
import { TallyError } from "../core/errors.js";
import { createContext } from "./command-context.js";

async function main(argv: readonly string[]): Promise<number> {
  const context = createContext();
  const program = buildProgram(context, versionOf());
  try {
    await program.parseAsync(argv, { from: "user" });
    return context.exitCode();
  } catch (error) {
    return explain(error);
  }
}

/** Help and version are commander's "errors" with code 0; every other parsing error was printed by commander already. */
function explain(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  if (error instanceof TallyError) {
    process.stderr.write(`tally: ${error.message}\n`);
    for (const { field, message } of error.problems) {
      if (!error.message.includes(message)) process.stderr.write(`  ${field}: ${message}\n`);
    }
    return USAGE_CODES.has(error.code) ? EXIT.usage : EXIT.failed;
  }
  process.stderr.write(`tally: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  return EXIT.failed;
}

const USAGE_CODES = new Set(["request.invalid", "config.invalid"]);

function versionOf(): string {
  const manifest = new URL("../../package.json", import.meta.url);
  return (JSON.parse(readFileSync(manifest, "utf8")) as { version: string }).version;
}

process.exitCode = await main(process.argv.slice(2));
