// SPDX-License-Identifier: Apache-2.0
import type { Command } from "commander";
import { readCount } from "../arguments.js";
import { addPaper, type PaperOptions, paperOf } from "../paper-options.js";
import { printable } from "../printable.js";
import type { CommandContext } from "../tally.js";

export function addAlarm(program: Command, context: CommandContext): void {
  const alarm = program.command("alarm").description("what was done in this region's name and is unknown here");

  alarm
    .command("list")
    .description("open alarms, after a look at the chain; docs/operations.md says what to do about each kind")
    .option("--all", "cleared ones too")
    .option("--json", "one object a line")
    .action(({ all, json }: { all?: boolean; json?: boolean }) =>
      context.withTally(async ({ alarms, watchOnce }) => {
        await watchOnce();
        const found = await alarms.list({ includeCleared: all === true });
        for (const { seq, time, kind, object, detail, clearedAt } of found) {
          const at = new Date(time).toISOString();
          const cleared = clearedAt === null ? null : new Date(clearedAt).toISOString();
          if (json) context.out(JSON.stringify({ alarm: seq, raisedAt: at, kind, object, detail, clearedAt: cleared }));
          else
            context.out(
              `${seq}  ${at}  ${kind}${cleared === null ? "" : `  cleared ${cleared}`}\n    ${printable(detail)}`,
            );
        }
        context.say(`${found.filter(({ clearedAt }) => clearedAt === null).length} alarms open`);
      }),
    );

  addPaper(alarm.command("clear <alarm>"))
    .description("say that an alarm was dealt with; it is not raised again for the same event")
    .action((number: string, paper: PaperOptions) =>
      context.withTally(async ({ alarms, actor }) => {
        const { kind, object } = await alarms.clear(actor, readCount("alarm", number, 2 ** 40), paperOf(paper));
        context.say(`alarm ${number} (${kind} ${object}) cleared`);
      }),
    );
}
