// SPDX-License-Identifier: Apache-2.0
import type { Command } from "commander";
import { TallyError } from "../../core/errors.js";
import { EXIT } from "../exit-codes.js";
import { printable } from "../printable.js";
import type { CommandContext, EndedAccess } from "../tally.js";

interface Options {
  readonly from?: string;
  readonly mongodb?: boolean;
  readonly data?: string;
  readonly chainJournal?: string;
  readonly keepTokens?: boolean;
  readonly keepPickUpLinks?: boolean;
  readonly json?: boolean;
}

export function addRestore(program: Command, context: CommandContext): void {
  program
    .command("restore")
    .description("put a backup back as a new data directory, and compare it with the chain")
    .option("--from <folder>", "the backup")
    .option("--mongodb", "the store is MongoDB and mongorestore has put it back: compare it with the chain")
    .option("--data <folder>", "a folder that does not exist yet or is empty; default TALLY_DATA")
    .option("--chain-journal <file>", "journal of the embedded chain, where it survived and is newer than the backup")
    .option("--keep-tokens", "API tokens stay good, also those that were revoked after the backup")
    .option("--keep-pick-up-links", "pick-up links stay good, also those revoked, opened or locked after the backup")
    .option("--json", "what was ended as one object a line")
    .action(async ({ from, mongodb, data, chainJournal, keepTokens, keepPickUpLinks, json }: Options) => {
      if ((from === undefined) !== (mongodb === true)) {
        throw new TallyError("request.invalid", "give --from with the folder of a backup, or --mongodb", {
          field: "from",
        });
      }
      const kept = { tokens: keepTokens === true, pickUpLinks: keepPickUpLinks === true };
      if (from === undefined) {
        const restored = await context.restoredMongo(kept);
        context.say(`the database of region ${restored.region} is taken as restored (${restored.dataDirectory})`);
        await listEnded(context, restored.ended, json === true);
        tellWhetherFinished(context, restored.unfinished);
        return;
      }
      const { region, backupOf, dataDirectory, ended, unfinished } = await context.restore({
        ...{ from, kept },
        ...(data === undefined ? {} : { data }),
        ...(chainJournal === undefined ? {} : { chainJournal }),
      });
      context.say(`region ${region} as of ${backupOf} restored into ${dataDirectory}`);
      await listEnded(context, ended, json === true);
      tellWhetherFinished(context, unfinished);
    });
}

async function listEnded(context: CommandContext, ended: AsyncIterable<EndedAccess>, json: boolean): Promise<void> {
  const count = { token: 0, "pick-up-link": 0 };
  for await (const each of ended) {
    count[each.ended] += 1;
    const what = each.ended === "token" ? `${each.role.padEnd(8)} ${printable(each.label)}` : each.certificate;
    context.out(json ? JSON.stringify(each) : `${each.ended.padEnd(12)}  ${each.id}  ${each.agency}  ${what}`);
  }
  if (count.token > 0)
    context.say(
      `${count.token} API tokens are revoked, lest one work that was revoked after the backup: tally token create`,
    );
  if (count["pick-up-link"] > 0)
    context.say(`${count["pick-up-link"]} pick-up links are revoked likewise: tally pick-up send ‹certificate›`);
  // Which they were, nobody here knows any more.
  context.say("a seal that was revoked after the backup seals again: tally seal revoke ‹serial› once more");
}

function tellWhetherFinished(context: CommandContext, unfinished: string | null): void {
  if (unfinished === null) {
    context.say("compared with the chain; ready: tally serve");
    return;
  }
  context.say(`not compared with the chain yet: ${unfinished}`);
  context.say("put that right; the next command on this directory, or tally serve, finishes the restoration first");
  context.exitWith(EXIT.failed);
}
