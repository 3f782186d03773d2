// SPDX-License-Identifier: Apache-2.0
import type { Command } from "commander";
import type { CommandContext } from "../tally.js";

interface PrintOptions {
  readonly place: string;
  readonly pdf?: string;
  readonly purpose?: string;
  readonly matter?: string;
}

export function addPrint(program: Command, context: CommandContext): void {
  program
    .command("print <identifier>")
    .description(
      "a copy for paper, marked 打印件 PRINTED COPY with time and place; its code gives the state of the day",
    )
    .requiredOption("--place <text>", "the counter, kiosk or agency, as it is printed")
    .option("--pdf <file>", "where to write it; ‹identifier›-打印件.pdf here when absent")
    .option("--purpose <code>", "why, for the log")
    .option("--matter <code>", "matter 事项, for the log")
    .action((identifier: string, { pdf, ...request }: PrintOptions) =>
      context.withTally(
        async ({ printing, actor }) => {
          const bytes = await printing.print(actor, identifier, request);
          const path = pdf ?? `${identifier}-打印件.pdf`;
          await context.write(path, bytes);
          context.out(path);
        },
        { withoutChain: true },
      ),
    );
}
