// SPDX-License-Identifier: Apache-2.0
import type { Command } from "commander";
import { readCount } from "../arguments.js";
import type { CommandContext } from "../tally.js";
import { actingFor } from "./issue.js";

interface SendOptions {
  readonly agency: string;
  readonly keepOlder?: boolean;
  readonly days?: string;
}

/** The agency's side of delivery 送达. */
export function addPickUp(program: Command, context: CommandContext): void {
  const pickUp = program.command("pick-up").description("one-time links with which holders pick their licences up");

  pickUp
    .command("send <identifier>")
    .description("a new link and code for the holder of a certificate; the older ones are void")
    .requiredOption("--agency <uscc>", "the issuing agency")
    .option("--keep-older", "leave older links as they are")
    .option("--days <n>", "days until it expires; default TALLY_PICK_UP_DAYS")
    .action((identifier: string, { agency, keepOlder, days }: SendOptions) =>
      context.withTally(async (tally) => {
        const sent = await tally.pickUps.sendLink(actingFor(tally, agency), identifier, {
          ...(keepOlder === undefined ? {} : { keepOlder }),
          ...(days === undefined ? {} : { validDays: readCount("days", days, 365) }),
        });
        context.out(JSON.stringify(sent));
      }),
    );

  pickUp
    .command("list <identifier>")
    .description("links of a certificate with their state, oldest first")
    .requiredOption("--agency <uscc>", "the issuing agency")
    .action((identifier: string, { agency }: { agency: string }) =>
      context.withTally(async (tally) => {
        const links = await tally.pickUps.listLinks(actingFor(tally, agency), identifier);
        for (const link of links) context.out(JSON.stringify(link));
      }),
    );

  pickUp
    .command("revoke <identifier> <link>")
    .description("take a link back; whoever has opened it sees nothing more")
    .requiredOption("--agency <uscc>", "the issuing agency")
    .action((identifier: string, link: string, { agency }: { agency: string }) =>
      context.withTally(async (tally) => {
        context.out(JSON.stringify(await tally.pickUps.revokeLink(actingFor(tally, agency), identifier, link)));
      }),
    );

  pickUp
    .command("rotate-key")
    .description("make new links under a new key; links that are out stay good")
    .action(() =>
      context.withTally(async ({ pickUps, actor }) => {
        context.out(JSON.stringify({ key: await pickUps.rotateKey(actor) }));
      }),
    );
}
