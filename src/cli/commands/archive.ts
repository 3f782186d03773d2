// SPDX-License-Identifier: Apache-2.0
import type { Command } from "commander";
import type { CommandContext } from "../tally.js";

interface ArchiveOptions {
  readonly out?: string;
  readonly purpose?: string;
  readonly matter?: string;
}

export function addArchive(program: Command, context: CommandContext): void {
  program
    .command("archive <identifier>")
    .description(
      "pack a certificate with all that proves it into one file 电子档案, to be verified offline years later",
    )
    .option("--out <file>", "where to write it; ‹identifier›.zip here when absent")
    .option("--purpose <code>", "why, for the log")
    .option("--matter <code>", "matter 事项, for the log")
    .addHelpText(
      "after",
      "\nVerify it with tally verify ‹file› --bundle-key ‹key›; keep the key, which is printed, with the archive.",
    )
    .action((identifier: string, { out, ...why }: ArchiveOptions) =>
      context.withTally(async ({ archiving, actor }) => {
        const { bytes, report } = await archiving.pack(actor, identifier, why);
        const path = out ?? `${identifier}.zip`;
        await context.write(path, bytes);
        const { log, asOf, manifest } = report;
        context.say(`packed as of ${asOf}, signed with ${manifest?.signer}`);
        if (report.licence?.authenticity !== "genuine")
          context.say(`warning: a verifier is undecided about it: ${report.reason}`);
        if (log !== null) context.say(`${log.events} events of the log, ${log.anchored} of them anchored`);
        context.out(path);
      }),
    );
}
