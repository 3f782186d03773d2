// SPDX-License-Identifier: Apache-2.0
import type { Command } from "commander";
import { TallyError } from "../../core/errors.js";
import { addPaper, type PaperOptions, paperOf } from "../paper-options.js";
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
  addPaper(trust.command("floor"))
    .description("the newest block of which status lists or DID documents were made; none older is published")
    .option("--forget", "begin again: when a node has invented that block, and is removed from TALLY_CHAIN_URLS")
    .action(({ forget, ...paper }: PaperOptions & { forget?: boolean }) =>
      context.withTally(async ({ floor, registry, actor }) => {
        if (forget) {
          const forgotten = await floor.forget(actor, paperOf(paper));
          context.say(`block ${forgotten} is forgotten; the next documents are made of whatever the nodes have`);
        }
        const [block, { head }] = await Promise.all([floor.block(), registry.snapshot()]);
        context.out(JSON.stringify({ floor: block, head: head.block }));
        if (head.block < block)
          context.say(
            `the nodes are behind: wait until they have block ${block}. Should no honest node ever have it, remove the one that invented it and add --forget`,
          );
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
