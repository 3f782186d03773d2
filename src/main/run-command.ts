// SPDX-License-Identifier: Apache-2.0
import { CommanderError } from "commander";
import { EXIT } from "../cli/exit-codes.js";
import { printable } from "../cli/printable.js";
import { buildProgram } from "../cli/program.js";
import { TallyError } from "../core/errors.js";
import { RegistryError } from "../verify/registry.js";
import { type Console, createContext } from "./command-context.js";
import { versionOf } from "./version.js";

/** Runs one `tally` command; errors become words on stderr. Answers the exit code. */
export async function runCommand(argv: readonly string[], console: Console = {}): Promise<number> {
  const context = createContext(console);
  const program = buildProgram(context, versionOf());
  try {
    await program.parseAsync(argv, { from: "user" });
    return context.exitCode();
  } catch (error) {
    return explain(error, (line) => context.say(printable(line)));
  }
}

/** Help and version are commander's "errors" with code 0; every other parsing error was printed by commander already. */
function explain(error: unknown, say: (line: string) => void): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  if (error instanceof TallyError) {
    for (const line of `tally: ${error.message}`.split("\n")) say(line);
    for (const { field, message } of error.problems) {
      if (!error.message.includes(message)) say(`  ${field}: ${message}`);
    }
    if (USAGE_CODES.has(error.code)) return EXIT.usage;
    return REFUSED_INPUT.test(error.code) ? EXIT.refused : EXIT.failed;
  }
  if (error instanceof RegistryError) {
    say(`tally: ${error.message} [${error.reason}]`);
    return EXIT.failed;
  }
  if ((error as { code?: unknown }).code === "ENOSPC") {
    say(`tally: the disk is full: free some space and run the command again (${(error as Error).message})`);
    return EXIT.failed;
  }
  if (isFileError(error)) {
    say(`tally: ${error.message}`);
    return EXIT.usage;
  }
  for (const line of `tally: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`.split("\n")) {
    say(line);
  }
  return EXIT.failed;
}

const USAGE_CODES = new Set([
  "request.invalid",
  "config.invalid",
  "identifier.malformed",
  "identifier.check-character",
]);

/** The command was right and the file was not. */
const REFUSED_INPUT = /^(?:bundle|format|json)\./;

/** A file named on the command line that is not there or not to be read. */
function isFileError(error: unknown): error is Error {
  const { code, path } = error as { code?: unknown; path?: unknown };
  return typeof path === "string" && ["ENOENT", "EACCES", "EISDIR", "ENOTDIR", "EPERM"].includes(String(code));
}
