// SPDX-License-Identifier: Apache-2.0
import type { Command } from "commander";
import { readInstant } from "../arguments.js";
import type { CommandContext } from "../tally.js";

export function addKey(program: Command, context: CommandContext): void {
  const key = program.command("key").description("signing keys of this region's agencies");

  key
    .command("add <uscc>")
    .description("create a signing key, register it and sign with it from now on")
    .action((agency: string) =>
      context.withTally(async ({ administration, actor }) => {
        context.out((await administration.addKey(actor, agency)).keyDigest);
      }),
    );

  key
    .command("rotate <uscc>")
    .description("a new key takes over; what was signed with the old one is anchored, then the old one is retired")
    .action((agency: string) =>
      context.withTally(async ({ administration, actor }) => {
        const { keyDigest, retired } = await administration.rotateKey(actor, agency);
        context.say(retired === null ? "there was no key before" : `key ${retired} retired`);
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

  key
    .command("mark-compromised <keyDigest>")
    .description("declare that a key was stolen: what was anchored under it from that time on does not count")
    .requiredOption("--since <time>", "RFC 3339 time; may lie in the past, can only be moved earlier later")
    .action((keyDigest: string, { since }: { since: string }) =>
      context.withTally(async ({ administration, actor }) => {
        const { held, replacement } = await administration.claimCompromise(
          actor,
          keyDigest,
          readInstant("since", since),
        );
        context.say(
          `key ${keyDigest} marked compromised since ${since}; ${held} pending certificates held for reissue`,
        );
        if (replacement !== null) context.say(`the agency signs with ${replacement.keyDigest} now`);
      }),
    );

  key
    .command("list")
    .description("key files of this data directory")
    .option("--json", "one object a line")
    .action(({ json }: { json?: boolean }) =>
      context.withTally(async (tally) => {
        for (const { owner, purpose, name, createdAt } of await tally.listKeys()) {
          if (json) context.out(JSON.stringify({ owner, purpose, name, createdAt }));
          else context.out(`${purpose.padEnd(12)} ${owner.padEnd(18)} ${name}  ${createdAt}`);
        }
      }),
    );
}
