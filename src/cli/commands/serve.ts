// SPDX-License-Identifier: Apache-2.0
import type { Command } from "commander";
import type { CommandContext } from "../tally.js";

export function addServe(program: Command, context: CommandContext): void {
  program
    .command("serve")
    .description("run the service, the anchoring worker and the mirror of this region, or a part of them")
    .option("--demo-data", "when the data directory is new: fill it with demo agencies, types and certificates")
    .option("--store <kind>", "what the store is kept in, sqlite or mongodb; default TALLY_STORE")
    .option("--role <role>", "api answers requests, worker works in the background, all does both; default TALLY_ROLE")
    .action(async ({ demoData, ...settings }: { demoData?: boolean; store?: string; role?: string }) => {
      await context.serve({ demoData: demoData === true, ...settings });
    });
}
