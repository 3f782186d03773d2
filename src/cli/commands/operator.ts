// SPDX-License-Identifier: Apache-2.0
import type { Command } from "commander";
import { instant } from "../instant.js";
import type { CommandContext } from "../tally.js";

export function addOperator(program: Command, context: CommandContext): void {
  const operator = program.command("operator").description("the account that anchors and sets states for this region");

  operator
    .command("rotate")
    .description(
      "a new operator account takes over: made here, granted by the region admin; the ones before lose their rights",
    )
    .action(() =>
      context.withTally(async ({ operators, actor }) => {
        const { address, effectiveFrom, removed } = await operators.rotateOperator(actor);
        for (const old of removed) context.say(`operator ${old} removed`);
        if (effectiveFrom === null) context.say(`operator ${address} is in office; a running service goes on with it`);
        else
          context.say(
            `operator ${address} takes effect at ${instant(effectiveFrom)}; give tally operator rotate after that, which removes the old one`,
          );
        context.out(address);
      }),
    );

  operator
    .command("list")
    .description("operator accounts of this data directory and their rights in the registry")
    .option("--json", "one object a line")
    .action(({ json }: { json?: boolean }) =>
      context.withTally(async (tally) => {
        const registry = await tally.governance("region-admin");
        const label = `operator-${tally.region}`;
        for (const { owner, name: address, purpose } of await tally.listKeys()) {
          if (purpose !== "account" || (owner !== label && !owner.startsWith(`${label}-`))) continue;
          const rights = await registry.findOperatorRights(tally.region, address);
          if (json) context.out(JSON.stringify({ account: owner, address, rights }));
          else context.out(`${owner.padEnd(20)} ${address}  ${rights.join(", ") || "no rights"}`);
        }
      }),
    );
}
