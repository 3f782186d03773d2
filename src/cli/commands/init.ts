// SPDX-License-Identifier: Apache-2.0
import type { Command } from "commander";
import type { CommandContext } from "../tally.js";

export function addInit(program: Command, context: CommandContext): void {
  program
    .command("init")
    .description("make a data directory for one region; with no network configured, also its own chain and registry")
    .option("--region <code>", "six-digit region code (GB/T 2260); default TALLY_REGION")
    .option("--json", "print the result as JSON")
    .action(async ({ region, json }: { region?: string; json?: boolean }) => {
      const result = await context.init(region === undefined ? {} : { region });
      if (json) return context.out(JSON.stringify(result));
      context.out(
        [
          `region ${result.region} in ${result.dataDirectory}`,
          `chain ${result.chainId}, registry ${result.registry}`,
          `region admin ${result.regionAdmin}`,
          `operator ${result.operator}`,
          ...(result.next.length === 0
            ? ["ready: tally serve"]
            : ["still to be done:", ...result.next.map((step) => `  ${step}`)]),
        ].join("\n"),
      );
    });
}
