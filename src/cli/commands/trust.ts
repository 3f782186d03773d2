// SPDX-License-Identifier: Apache-2.0
import type { Command } from "commander";
import type { CommandContext } from "../tally.js";

export function addTrust(program: Command, context: CommandContext): void {
  program
    .command("trust")
    .description("what this deployment trusts: the values another region pins to verify our licences")
    .action(() =>
      context.withTally(async ({ network, region, registry }) => {
        const { head } = await registry.snapshot();
        context.out(JSON.stringify({ region, chainId: network.chainId, registry: network.registry, head }, null, 2));
      }),
    );
}
