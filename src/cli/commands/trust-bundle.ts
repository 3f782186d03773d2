// SPDX-License-Identifier: Apache-2.0
import type { Command } from "commander";
import { TallyError } from "../../core/errors.js";
import type { BundleKeeper } from "../../domain/sharing/index.js";
import { bundleAge, MAX_BUNDLE_BYTES, type TrustBundle } from "../../verify/index.js";
import { readCount } from "../arguments.js";
import type { CommandContext } from "../tally.js";

/** Issuing this region's trust bundle, and keeping the pinned regions' ones; a refused bundle is exit code 65. */
export function addTrustBundle(trust: Command, context: CommandContext): void {
  const bundle = trust.command("bundle").description("signed extracts of the registry, for verifying without a node");

  bundle
    .command("export [file]")
    .description("issue a new bundle of this region, signed with its bundle key, to a file or standard output")
    .action((file?: string) =>
      context.withTally(async ({ bundles }) => {
        const { bytes, content } = await bundles.issue();
        if (file === undefined) context.out(new TextDecoder().decode(bytes));
        else await context.write(file, bytes);
        context.say(`bundle ${content.sequence} of block ${content.block.number}, ${bytes.length} bytes`);
        context.say(`signed with ${content.signer.text}: verifiers pin this key`);
      }),
    );

  bundle
    .command("pin <key>")
    .description("take bundles from this key (z6Mk…), which you compared with what the region told you in another way")
    .option("--chain-id <number>", "chain of the network; default TALLY_CHAIN_ID, else this directory's own chain")
    .option("--registry <address>", "its registry; default TALLY_REGISTRY, else this directory's own")
    .action(async (key: string, options: NetworkOptions) => {
      const { pins } = await (await context.bundleKeeper()).pin(key, await readNetwork(options, context));
      context.say(`${pins.length} pinned`);
    });

  bundle
    .command("unpin <key>")
    .description("take no more bundles from this key, and forget the one that it signed")
    .action(async (key: string) => {
      const { pins } = await (await context.bundleKeeper()).unpin(key);
      context.say(`${pins.length} pinned`);
    });

  bundle
    .command("accept <source>")
    .description("check a bundle (a file, - for standard input, or a region's URL) and keep it when it is newer")
    .option("--json", "print what it says as JSON")
    .action(async (source: string, { json }: { json?: boolean }) => {
      const keeper = await context.bundleKeeper();
      const accepted = await keeper.accept(await readSource(context, source), ({ message }) =>
        context.say(`a revocation list of the bundle is not kept: ${message}`),
      );
      await show(context, keeper, accepted, json);
    });

  bundle
    .command("show")
    .description("the newest bundle that is kept, and the keys that are pinned")
    .option("--json", "print it as JSON")
    .action(async ({ json }: { json?: boolean }) => {
      const keeper = await context.bundleKeeper();
      await show(context, keeper, await keeper.newest(), json);
    });
}

interface NetworkOptions {
  readonly chainId?: string;
  readonly registry?: string;
}

async function readNetwork({ chainId, registry }: NetworkOptions, context: CommandContext) {
  if (chainId === undefined && registry === undefined) return context.trustedNetwork();
  if (chainId === undefined || registry === undefined || !/^0x[0-9a-fA-F]{40}$/.test(registry))
    throw new TallyError("request.invalid", "--chain-id and --registry are given together: a number and an address", {
      field: "registry",
    });
  return { chainId: readCount("chain-id", chainId, Number.MAX_SAFE_INTEGER), registry };
}

/** A file or stdin bounded, a URL fetched. */
function readSource(context: CommandContext, source: string): Promise<Uint8Array> {
  return /^https?:\/\//.test(source) ? context.fetchBundle(source) : context.read(source, MAX_BUNDLE_BYTES);
}

async function show(
  context: CommandContext,
  keeper: BundleKeeper,
  bundle: TrustBundle | null,
  json = false,
): Promise<void> {
  const state = await keeper.state();
  const summary = {
    network: state?.network ?? null,
    pins: state?.pins ?? [],
    bundle: bundle && summaryOf(bundle, context.now()),
  };
  if (json) return context.out(JSON.stringify(summary));
  for (const pin of summary.pins) context.out(`pinned       ${pin}`);
  if (summary.bundle === null) return context.out("no bundle is kept");
  const { region, sequence, block, issuedAt, ageSeconds, signer, stateDigest, counts } = summary.bundle;
  context.out(
    [
      `bundle       ${sequence} of region ${region}`,
      `block        ${block.number} (${new Date(block.time * 1000).toISOString()}) ${block.hash}`,
      `issued       ${issuedAt}, ${ageSeconds} seconds ago`,
      `signed with  ${signer}`,
      `state        ${stateDigest}`,
      ...Object.entries(counts).map(([name, count]) => `${name.padEnd(12)} ${count}`),
    ].join("\n"),
  );
}

function summaryOf(bundle: TrustBundle, now: Date) {
  const { region, sequence, block, issuedAt, signer, stateDigest, state } = bundle;
  const count = (of: (region: TrustBundle["state"]["regions"][number]) => number) =>
    state.regions.reduce((sum, each) => sum + of(each), 0);
  return {
    region,
    sequence,
    block,
    issuedAt,
    ageSeconds: Math.floor(bundleAge(bundle, now)),
    signer: signer.text,
    stateDigest,
    counts: {
      regions: state.regions.length,
      agencies: state.agencies.length,
      keys: state.keys.length,
      types: state.types.length,
      batches: count(({ anchors }) => anchors.length),
      statusLists: count(({ statusLists }) => statusLists.length),
    },
  };
}
