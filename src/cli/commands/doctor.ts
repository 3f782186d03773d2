// SPDX-License-Identifier: Apache-2.0
import type { Command } from "commander";
import { EXIT } from "../exit-codes.js";
import { printable } from "../printable.js";
import type { CommandContext } from "../tally.js";

const MARKS = { ok: "ok  ", warning: "warn", failed: "FAIL", skipped: "skip" } as const;

export function addDoctor(program: Command, context: CommandContext): void {
  program
    .command("doctor")
    .description("examine this deployment; exit code 0 when nothing fails, 70 when something does")
    .option("--json", "one finding a line")
    .action(async ({ json }: { json?: boolean }) => {
      const findings = await context.doctor();
      for (const finding of findings) {
        const { check, outcome, detail, remedy } = finding;
        if (json) context.out(JSON.stringify(finding));
        else {
          context.out(`${MARKS[outcome]}  ${check.padEnd(16)} ${printable(detail)}`);
          if (remedy !== null) context.out(`      ${"".padEnd(16)} → ${printable(remedy)}`);
        }
      }
      if (findings.some(({ outcome }) => outcome === "failed")) context.exitWith(EXIT.failed);
    });
}
