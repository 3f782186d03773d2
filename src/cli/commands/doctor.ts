// SPDX-License-Identifier: Apache-2.0
import type { Command } from "commander";
import { EXIT } from "../exit-codes.js";
import { printable } from "../printable.js";
import type { CommandContext, Diagnosis, DoctorProgress } from "../tally.js";

const MARKS = { ok: "ok  ", warning: "warn", failed: "FAIL", skipped: "skip" } as const;

interface Options {
  readonly json?: boolean;
  readonly deep?: boolean;
  readonly progress?: boolean;
}

export function addDoctor(program: Command, context: CommandContext): void {
  program
    .command("doctor")
    .description("examine this deployment; exit code 0 when nothing fails, 70 when something does")
    .option("--deep", "compute every digest, signature, root and status word again, against store, log and chain")
    .option("--json", "one finding a line")
    .option("--progress", "say how far --deep has come, also where stderr is no terminal")
    .action(async ({ json = false, deep = false, progress = false }: Options) => {
      let failed = false;
      const tell = (finding: Diagnosis): void => {
        failed ||= finding.outcome === "failed";
        context.showProgress(null);
        if (json) context.out(JSON.stringify(finding));
        else print(context, finding);
      };
      await context.doctor({ deep, onProgress: progressOn(context, progress) }, tell);
      context.showProgress(null);
      if (failed) context.exitWith(EXIT.failed);
    });
}

function print(context: CommandContext, { check, outcome, detail, remedy }: Diagnosis): void {
  context.out(`${MARKS[outcome]}  ${check.padEnd(16)} ${printable(detail)}`);
  if (remedy !== null) context.out(`      ${"".padEnd(16)} → ${printable(remedy)}`);
}

const EVERY_MS = 1_000;
/** Where each is a line that stays. */
const LINE_EVERY_MS = 10_000;

/** A line on a terminal that is written anew, or, when asked for, lines. */
function progressOn(context: CommandContext, asLines: boolean): (progress: DoctorProgress) => void {
  let last = context.now().getTime();
  return ({ check, examined, perSecond }) => {
    const now = context.now().getTime();
    if (now - last < (asLines ? LINE_EVERY_MS : EVERY_MS)) return;
    last = now;
    const text = `${check}: ${examined} examined, ${perSecond} a second`;
    if (asLines) context.say(text);
    else context.showProgress(text);
  };
}
