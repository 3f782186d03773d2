// SPDX-License-Identifier: Apache-2.0
import type { Command } from "commander";
import { instant } from "../instant.js";
import { addPaper, type PaperOptions, paperOf } from "../paper-options.js";
import type { CommandContext } from "../tally.js";

export function addAgency(program: Command, context: CommandContext): void {
  const agency = program.command("agency").description("issuing agencies of this region");

  agency
    .command("add <uscc>")
    .description("register an agency, on chain and here")
    .requiredOption("--name <name>", "official name")
    .requiredOption("--area <code>", "six-digit code of the area it is responsible for")
    .action((code: string, { name, area }: { name: string; area: string }) =>
      context.withTally(async ({ administration, actor }) => {
        const { did, effectiveFrom } = await administration.registerAgency(actor, { code, name, areaCode: area });
        context.say(
          `agency ${code} registered as ${did}; it needs a key (tally key add) and types (tally agency authorise)`,
        );
        if (effectiveFrom !== null) context.say(`the registration takes effect at ${instant(effectiveFrom)}`);
      }),
    );

  agency
    .command("authorise <uscc> <typeCode>")
    .description("let an agency issue a type")
    .action((code: string, typeCode: string) =>
      context.withTally(async ({ administration, actor }) => {
        const { effectiveFrom } = await administration.authorise(actor, code, typeCode);
        if (effectiveFrom === null) context.say(`agency ${code} may issue ${typeCode}`);
        else {
          context.say(
            `agency ${code} may issue ${typeCode} from ${instant(effectiveFrom)} on; give the command again after that`,
          );
        }
      }),
    );

  agency
    .command("withdraw <uscc> <typeCode>")
    .description("end an authorisation; what was anchored under it stays genuine")
    .action((code: string, typeCode: string) =>
      context.withTally(async ({ administration, actor }) => {
        await administration.withdraw(actor, code, typeCode);
        context.say(`agency ${code} may no longer issue ${typeCode}`);
      }),
    );

  addPaper(agency.command("suspend <uscc>"))
    .description("suspend an agency; what was anchored before stays genuine")
    .action((code: string, options: PaperOptions) =>
      context.withTally(async ({ administration, actor }) => {
        await administration.suspendAgency(actor, code, paperOf(options));
        context.say(`agency ${code} suspended`);
      }),
    );

  addPaper(agency.command("release <uscc>"))
    .description("end a suspension")
    .action((code: string, options: PaperOptions) =>
      context.withTally(async ({ administration, actor }) => {
        await administration.releaseAgency(actor, code, paperOf(options));
        context.say(`agency ${code} released`);
      }),
    );

  addPaper(agency.command("strike <uscc>"))
    .description("end a wrongly claimed registration, in whatever region it is (governor)")
    .action((code: string, options: PaperOptions) =>
      context.withTally(async ({ regions, actor }) => {
        const act = await regions.strikeAgency(actor, code, paperOf(options));
        context.say(`agency ${code} struck in block ${act.block}; its code and DID are free again`);
      }),
    );

  agency
    .command("list")
    .description("agencies of this region, with what the registry says of each")
    .option("--json", "one object a line")
    .action(({ json }: { json?: boolean }) =>
      context.withTally(async (tally) => {
        const snapshot = await tally.registry.snapshot();
        for (const { code, name, areaCode, did, keyDigest } of await tally.agencies.listAgencies()) {
          const types = await tally.agencies.authorisedTypes(code);
          const record = await snapshot.findAgency(code);
          const suspended = record?.suspensions.some(({ until }) => until === null) ?? false;
          const state = record === null ? "not in the registry" : suspended ? "suspended" : "active";
          if (json) context.out(JSON.stringify({ code, name, areaCode, did, keyDigest, types, state }));
          else
            context.out(`${code}  ${areaCode}  ${state.padEnd(10)} ${name}\n    types: ${types.join(" ") || "none"}`);
        }
      }),
    );
}
