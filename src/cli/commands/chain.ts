// SPDX-License-Identifier: Apache-2.0
import type { Command } from "commander";
import type { CommandContext } from "../tally.js";

export function addChain(program: Command, context: CommandContext): void {
  program
    .command("chain")
    .description("run the embedded chain of this data directory by itself, for several services that share it")
    .action(async () => {
      await context.chain();
    });
}
