// SPDX-License-Identifier: Apache-2.0
import type { Command } from "commander";
import { EXIT } from "../exit-codes.js";
import type { CommandContext } from "../tally.js";

interface Options {
  readonly from: string;
  readonly data?: string;
  readonly chainJournal?: string;
}

export function addRestore(program: Command, context: CommandContext): void {
  program
    .command("restore")
    .description("put a backup back as a new data directory, and compare it with the chain")
    .requiredOption("--from <folder>", "the backup")
    .option("--data <folder>", "a folder that does not exist yet or is empty; default TALLY_DATA")
    .option("--chain-journal <file>", "journal of the embedded chain, where it survived and is newer than the backup")
    .action(async ({ from, data, chainJournal }: Options) => {
      const { region, backupOf, dataDirectory, unfinished } = await context.restore({
        from,
        ...(data === undefined ? {} : { data }),
        ...(chainJournal === undefined ? {} : { chainJournal }),
      });
      context.say(`region ${region} as of ${backupOf} restored into ${dataDirectory}`);
      if (unfinished === null) return context.say("compared with the chain; ready: tally serve");
      context.say(`not compared with the chain yet: ${unfinished}`);
      context.say("put that right; the next command on this directory, or tally serve, finishes the restoration first");
      context.exitWith(EXIT.failed);
    });
}
