// SPDX-License-Identifier: Apache-2.0
import type { Command } from "commander";
import { readCount } from "../arguments.js";
import type { CommandContext } from "../tally.js";

/** Bytes of a file with a type definition. */
export const LARGEST_DEFINITION = 256 * 1024;

export function addType(program: Command, context: CommandContext): void {
  const type = program.command("type").description("certificate types, as versioned data");

  type
    .command("publish <file>")
    .description("publish a version of a type definition, here and on chain; it can never be changed afterwards")
    .option("--local", "only here: another region has published it on chain")
    .action((file: string, { local }: { local?: boolean }) =>
      context.withTally(async (tally) => {
        const bytes = await context.read(file, LARGEST_DEFINITION);
        const { definition, digest, published } = await tally.catalogue.publishType(tally.actor, bytes);
        const { typeCode, version } = definition;
        const onChain = await (await tally.registry.snapshot()).findTypeDefinition(typeCode, version);
        if (onChain === null && !local) {
          await (await tally.governance("region-admin")).publishTypeDefinition(typeCode, version, digest);
        }
        context.say(
          `${typeCode} version ${version} (${definition.name.zh}) ${published ? "published" : "was published before"}`,
        );
        context.out(digest);
      }),
    );

  type
    .command("retire <typeCode> <version>")
    .description("issue no more under this version; certificates issued under it stay as they are")
    .action((typeCode: string, version: string) =>
      context.withTally(async (tally) => {
        await tally.catalogue.retireType(tally.actor, typeCode, readCount("version", version, 2 ** 31));
        context.say(`${typeCode} version ${version} retired`);
      }),
    );

  type
    .command("list")
    .description("every published version")
    .option("--json", "one object a line")
    .action(({ json }: { json?: boolean }) =>
      context.withTally(async ({ catalogue }) => {
        for (const { definition, digest, retiredAt } of await catalogue.listTypes()) {
          const { typeCode, version, name } = definition;
          if (json) context.out(JSON.stringify({ typeCode, version, name, digest, retiredAt }));
          else context.out(`${typeCode}  v${version}  ${name.zh}${retiredAt === null ? "" : `  retired ${retiredAt}`}`);
        }
      }),
    );
}
