// SPDX-License-Identifier: Apache-2.0
import type { Command } from "commander";
import { readInstant } from "../arguments.js";
import { instant } from "../instant.js";
import { addPaper, type PaperOptions, paperOf } from "../paper-options.js";
import type { CommandContext } from "../tally.js";

export function addKey(program: Command, context: CommandContext): void {
  const key = program.command("key").description("signing keys of this region's agencies");

  key
    .command("add <uscc>")
    .description("create a signing key, register it, and sign with it as soon as it is in effect")
    .action((agency: string) =>
      context.withTally(async ({ administration, actor }) => {
        const { keyDigest, effectiveFrom } = await administration.addKey(actor, agency);
        if (effectiveFrom !== null) context.say(takesEffect(keyDigest, effectiveFrom, `tally key add ${agency}`));
        context.out(keyDigest);
      }),
    );

  key
    .command("rotate <uscc>")
    .description("a new key takes over; what was signed with the old one is anchored, then the old one is retired")
    .action((agency: string) =>
      context.withTally(async ({ administration, actor }) => {
        const { keyDigest, retired, effectiveFrom } = await administration.rotateKey(actor, agency);
        if (effectiveFrom !== null) context.say(takesEffect(keyDigest, effectiveFrom, `tally key rotate ${agency}`));
        else context.say(retired === null ? "there was no key before" : `key ${retired} retired`);
        context.out(keyDigest);
      }),
    );

  key
    .command("retire <keyDigest>")
    .description("retire a key after anchoring what it signed")
    .action((keyDigest: string) =>
      context.withTally(async ({ administration, actor }) => {
        await administration.retireKey(actor, keyDigest);
        context.say(`key ${keyDigest} retired`);
      }),
    );

  addPaper(key.command("mark-compromised <keyDigest>"))
    .description("declare that a key was stolen: what was anchored under it from that time on does not count")
    .requiredOption("--since <time>", "RFC 3339 time; may lie in the past, can only be moved earlier later")
    .action((keyDigest: string, { since, ...paper }: { since: string } & PaperOptions) =>
      context.withTally(async ({ administration, actor }) => {
        const seconds = readInstant("since", since);
        const { held, replacement } = await administration.claimCompromise(actor, keyDigest, seconds, paperOf(paper));
        context.say(
          `key ${keyDigest} marked compromised since ${since}; ${held} pending certificates held for reissue`,
        );
        if (replacement !== null) {
          const { agency, keyDigest: fresh, effectiveFrom } = replacement;
          if (effectiveFrom === null) context.say(`the agency signs with ${fresh} now`);
          else
            context.say(
              `the agency signs nothing now; ${takesEffect(fresh, effectiveFrom, `tally key add ${agency}`)}`,
            );
        }
        context.say(`what has to be issued again: tally key reissue ${keyDigest}`);
      }),
    );

  key
    .command("reissue <keyDigest>")
    .description("certificates that need a new one because their key is compromised: issue them again as corrections")
    .option("--json", "one object a line")
    .action((keyDigest: string, { json }: { json?: boolean }) =>
      context.withTally(async ({ administration, actor }) => {
        let count = 0;
        for await (const certificateIdentifier of administration.certificatesToReissue(actor, keyDigest)) {
          context.out(json ? JSON.stringify({ certificateIdentifier }) : certificateIdentifier);
          count += 1;
        }
        context.say(`${count} certificates to issue again`);
      }),
    );

  key
    .command("list")
    .description("key files of this data directory")
    .option("--json", "one object a line")
    .action(({ json }: { json?: boolean }) =>
      context.withTally(async (tally) => {
        for (const { owner, purpose, name, createdAt } of await tally.listKeys()) {
          const named = purpose === "account" ? { address: name } : { keyDigest: name };
          if (json) context.out(JSON.stringify({ owner, purpose, ...named, createdAt }));
          else context.out(`${purpose.padEnd(12)} ${owner.padEnd(18)} ${name}  ${createdAt}`);
        }
      }),
    );
}

function takesEffect(keyDigest: string, effectiveFrom: number, again: string): string {
  return `key ${keyDigest} takes effect at ${instant(effectiveFrom)}; give ${again} after that, which puts it to use`;
}
