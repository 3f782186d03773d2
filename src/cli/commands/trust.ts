// SPDX-License-Identifier: Apache-2.0
import type { Command } from "commander";
import { TallyError } from "../../core/errors.js";
import type { CommandContext, Tally } from "../tally.js";
import { addTrustBundle } from "./trust-bundle.js";

export function addTrust(program: Command, context: CommandContext): void {
  const trust = program
    .command("trust")
    .description("what this deployment trusts: the values another region pins to verify our licences")
    .action(() =>
      context.withTally(async (tally) => {
        const { network, region, registry } = tally;
        const { head } = await registry.snapshot();
        const { chainId, registry: address } = network;
        const bundleKey = await bundleKeyOf(tally);
        context.out(JSON.stringify({ region, chainId, registry: address, bundleKey, head }, null, 2));
      }),
    );
  addTrustBundle(trust, context);
}

/** Null while the region has none in effect. */
async function bundleKeyOf({ regionKeys }: Tally): Promise<string | null> {
  try {
    return (await regionKeys.signerFor("bundle")).multikey;
  } catch (error) {
    if (error instanceof TallyError && error.code === "key.unknown") return null;
    throw error;
  }
}
