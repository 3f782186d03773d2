// SPDX-License-Identifier: Apache-2.0
import type { Command } from "commander";
import { parseJson } from "../../core/strict-json.js";
import type { TypeDefinition } from "../../core/type-definition.js";
import { readTypeDefinition } from "../../core/type-reader.js";
import { readCount } from "../arguments.js";
import type { CommandContext } from "../tally.js";
import { LARGEST_DEFINITION } from "./type.js";

interface PreviewOptions {
  readonly of?: string;
  readonly pdf?: string;
}

export function addPreview(program: Command, context: CommandContext): void {
  program
    .command("preview <type>")
    .description("what licences of a type look like, with invented values and marked 样本 SAMPLE")
    .option("--of <version>", "the version of a published type; the newest when absent")
    .option("--pdf <file>", "where to write it; ‹type code›-v‹version›.pdf here when absent")
    .addHelpText(
      "after",
      "\n<type> is a file with a type definition, published or not, or the code of a published type.",
    )
    .action(async (type: string, { of, pdf }: PreviewOptions) => {
      const definition = context.isFile(type) ? await definitionIn(context, type) : await published(context, type, of);
      const renderer = await context.renderer();
      const path = pdf ?? `${definition.typeCode}-v${definition.version}.pdf`;
      await context.write(path, renderer.preview(definition));
      context.say(`${definition.name.zh} ${definition.name.en}, version ${definition.version}`);
      context.out(path);
    });
}

async function definitionIn(context: CommandContext, path: string): Promise<TypeDefinition> {
  return readTypeDefinition(parseJson(await context.read(path, LARGEST_DEFINITION)));
}

function published(context: CommandContext, typeCode: string, version: string | undefined): Promise<TypeDefinition> {
  const wanted = version === undefined ? undefined : readCount("version", version, 2 ** 31);
  return context.withTally(async ({ catalogue }) => (await catalogue.getType(typeCode, wanted)).definition, {
    withoutChain: true,
  });
}
