// SPDX-License-Identifier: Apache-2.0
import type { Command } from "commander";
import type { CopySummary } from "../../domain/copies/index.js";
import { printable } from "../printable.js";
import { sendNow } from "../send-now.js";
import type { CommandContext } from "../tally.js";
import { actingFor, WITHOUT_CHAIN } from "./issue.js";

interface MakeOptions {
  readonly agency: string;
  readonly for: string;
  readonly matter: string;
  readonly until: string;
  readonly cause?: string;
  readonly anchor?: boolean;
  readonly pdf?: string;
}

/** Readers' copies 加注件. */
export function addCopy(program: Command, context: CommandContext): void {
  const copy = program.command("copy").description("readers' copies 加注件: a licence for one user, matter and period");

  copy
    .command("make <identifier>", { isDefault: true })
    .description("make one, marked on every page with whom it is for, the matter and its last day (the default)")
    .requiredOption("--agency <uscc>", "the issuing agency")
    .requiredOption("--for <name>", "whom it is for 使用方, an agency or a person in words")
    .requiredOption("--matter <text>", "the matter 事项")
    .requiredOption("--until <date>", "its last day, YYYY-MM-DD; not after the licence's, and at most a year from now")
    .option("--cause <text>", "why it is made 制作事由; the matter when absent")
    .option("--anchor", "wait until it is anchored")
    .option("--pdf <file>", "write its file there")
    .action((identifier: string, { agency, anchor, pdf, for: user, matter, until, cause }: MakeOptions) =>
      context.withTally(async (tally) => {
        const actor = actingFor(tally, agency);
        const request = { user, matter, until, ...(cause === undefined ? {} : { cause }) };
        const made = await tally.copies.make(actor, identifier, request);
        if (anchor) await sendNow(tally, context);
        if (pdf !== undefined) await context.write(pdf, await tally.copies.fileOf(actor, identifier, made.copyNumber));
        context.out(JSON.stringify(anchor ? await tally.copies.find(actor, identifier, made.copyNumber) : made));
      }, WITHOUT_CHAIN),
    );

  copy
    .command("list <identifier>")
    .description("the copies of a licence, in order of making")
    .option("--json", "one object a line")
    .action((identifier: string, { json }: { readonly json?: boolean }) =>
      context.withTally(async ({ copies, actor }) => {
        for (let after: number | null = 0; after !== null; ) {
          const page = await copies.list(actor, identifier, { after });
          for (const each of page.copies) context.out(json ? JSON.stringify(each) : lineOf(each));
          after = page.next;
        }
      }, WITHOUT_CHAIN),
    );

  copy
    .command("file <identifier> <number>")
    .description("write the file of a copy")
    .option("--pdf <file>", "where to; ‹identifier›-加注件-‹number›.pdf here when absent")
    .action((identifier: string, number: string, { pdf }: { readonly pdf?: string }) =>
      context.withTally(async ({ copies, actor }) => {
        const bytes = await copies.fileOf(actor, identifier, number);
        const path = pdf ?? `${identifier}-加注件-${number}.pdf`;
        await context.write(path, bytes);
        context.out(path);
      }, WITHOUT_CHAIN),
    );
}

function lineOf({ copyNumber, until, anchoring, user, matter }: CopySummary): string {
  return printable(`${copyNumber}  ${until.slice(0, 10)}  ${anchoring.padEnd(8)}  ${user}  ${matter}`);
}
