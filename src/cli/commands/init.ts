// SPDX-License-Identifier: Apache-2.0
import type { Command } from "commander";
import type { CommandContext, InitOptions } from "../tally.js";

export function addInit(program: Command, context: CommandContext): void {
  program
    .command("init")
    .description("make a data directory for one region; with no network configured, also its own chain and registry")
    .option("--region <code>", "six-digit region code (GB/T 2260); default TALLY_REGION")
    .option("--network <file>", "file that pins the network to join, from its office; default TALLY_NETWORK")
    .option("--chain-urls <urls>", "nodes of that network, comma separated, chosen by you; default TALLY_CHAIN_URLS")
    .option("--chain-id <id>", "without a file: the chain's id")
    .option("--registry <address>", "without a file: the registry's address")
    .option("--genesis <hash>", "without a file: hash of the chain's first block")
    .option("--quorum <number>", "nodes that must agree; default more than half of them")
    .option("--store <kind>", "what the store is kept in, sqlite or mongodb; default TALLY_STORE")
    .option("--json", "print the result as JSON")
    .action(async ({ json, ...options }: InitOptions & { json?: boolean }) => {
      const result = await context.init(options);
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
