// SPDX-License-Identifier: Apache-2.0
import type { Command } from "commander";
import { TallyError } from "../../core/errors.js";
import { ANNULMENT_REASONS, type AnnulmentReason, type OperatorRight, vetoWords } from "../../domain/agencies/index.js";
import { readCount } from "../arguments.js";
import { instant } from "../instant.js";
import { addPaper, type PaperOptions, paperOf } from "../paper-options.js";
import type { CommandContext } from "../tally.js";
import { readVeto, VETOES } from "../veto-arguments.js";

/** Regions known to the demo network, and any other that the registry is asked about. */
export function addRegion(program: Command, context: CommandContext): void {
  const region = program
    .command("region")
    .description("regions of the network (governor), operators of this region (admin)");

  region
    .command("add <code>")
    .description("add a region (governor)")
    .requiredOption("--admin <address>", "account of the region's admin")
    .option("--delay <seconds>", "activation delay of new agencies, keys and operators", "0")
    .action((code: string, { admin, delay }: { admin: string; delay: string }) =>
      context.withTally(async ({ regions, actor }) => {
        const activationDelaySeconds = readCount("delay", delay, LONGEST_DELAY);
        const act = await regions.addRegion(actor, { code, admin, activationDelaySeconds });
        context.say(`region ${code} added in block ${act.block}`);
      }),
    );

  region
    .command("delay <code> <seconds>")
    .description("set the activation delay of what a region adds from now on (governor)")
    .action((code: string, seconds: string) =>
      context.withTally(async ({ regions, actor }) => {
        const act = await regions.setActivationDelay(actor, code, readCount("seconds", seconds, LONGEST_DELAY));
        context.say(`activation delay of ${code} is ${seconds} seconds since block ${act.block}`);
      }),
    );

  addPaper(region.command("suspend <code>"))
    .description("suspend a region (governor, or guardian)")
    .option("--as <role>", "governor or guardian", "governor")
    .action((code: string, { as, ...paper }: { as: string } & PaperOptions) =>
      context.withTally(async ({ regions, actor }) => {
        if (as !== "governor" && as !== "guardian") {
          throw new TallyError("request.invalid", `--as: "${as}" is neither governor nor guardian`, { field: "as" });
        }
        const act = await regions.suspendRegion(actor, code, as, paperOf(paper));
        context.say(`region ${code} suspended in block ${act.block}`);
      }),
    );

  addPaper(region.command("release <code>"))
    .description("release a region (governor)")
    .action((code: string, paper: PaperOptions) =>
      context.withTally(async ({ regions, actor }) => {
        const act = await regions.releaseRegion(actor, code, paperOf(paper));
        context.say(`region ${code} released in block ${act.block}`);
      }),
    );

  addPaper(region.command("admin <code> <address>"))
    .description("give a region another admin account, at once (governor)")
    .action((code: string, address: string, paper: PaperOptions) =>
      context.withTally(async ({ regions, actor }) => {
        const act = await regions.setRegionAdmin(actor, code, readAddress("address", address), paperOf(paper));
        context.say(`the admin of region ${code} is ${address} since block ${act.block}`);
      }),
    );

  addPaper(region.command("guardian <verb> <address>"))
    .description("grant or revoke the network's guardian, at once (governor): tally region guardian grant 0x…")
    .action((verb: string, address: string, paper: PaperOptions) =>
      context.withTally(async ({ regions, actor }) => {
        if (verb !== "grant" && verb !== "revoke")
          throw new TallyError("request.invalid", `"${verb}" is neither grant nor revoke`, { field: "verb" });
        const guardian = readAddress("address", address);
        const { block } = await (verb === "grant" ? regions.grantGuardian : regions.revokeGuardian)(
          ...([actor, guardian, paperOf(paper)] as const),
        );
        context.say(`${guardian} is ${verb === "grant" ? "a" : "no"} guardian since block ${block}`);
      }),
    );

  region
    .command("pending [code]")
    .description("what is recorded and not in effect yet: what the guardian can still veto; default: this region")
    .option("--json", "one object a line")
    .action((code: string | undefined, { json }: { json?: boolean }) =>
      context.withTally(async (tally) => {
        const acts = await tally.pendingActs(code ?? tally.region);
        for (const { veto, effectiveFrom, block, tx } of acts) {
          if (json) context.out(JSON.stringify({ ...veto, effectiveFrom: instant(effectiveFrom), block, tx }));
          else context.out(`${instant(effectiveFrom)}  ${vetoWords(veto)}  (block ${block}, ${tx})`);
        }
        context.say(`${acts.length} acts not in effect yet; tally region veto stops one`);
      }),
    );

  addPaper(region.command("annul <statusIndices...>"))
    .description("clear revocation bits that should never have been set (governor); the alarm names the indices")
    .requiredOption("--reason <reason>", Object.keys(ANNULMENT_REASONS).join(" or "))
    .option("--region <code>", "region of the bits; default this one")
    .action((texts: string[], { reason, region: code, ...paper }: { reason: string; region?: string } & PaperOptions) =>
      context.withTally(async ({ regions, actor, region: here }) => {
        const indices = readIndices(texts);
        for (const { block } of await regions.annulRevocations(
          ...([actor, code ?? here, indices, readReason(reason), paperOf(paper)] as const),
        )) {
          context.say(`revocations annulled in block ${block}: ${indices.join(", ")}`);
        }
      }),
    );

  region
    .command("unsuspend <statusIndices...>")
    .description("clear suspension bits that nobody here ordered (operator); tally status release ends those that were")
    .action((texts: string[]) =>
      context.withTally(async (tally) => {
        const { tx } = await tally.releaseSuspensions(readIndices(texts));
        context.say(`suspension bits cleared with transaction ${tx}`);
      }),
    );

  region
    .command("list [codes...]")
    .description("what the registry says of regions; default: this one")
    .option("--json", "one object a line")
    .action((codes: string[], { json }: { json?: boolean }) =>
      context.withTally(async (tally) => {
        const snapshot = await tally.registry.snapshot();
        for (const code of codes.length === 0 ? [tally.region] : codes) {
          const record = await snapshot.findRegion(code);
          if (json) context.out(JSON.stringify(record ?? { region: code, addedAt: null }));
          else if (record === null) context.out(`${code}  unknown to the registry`);
          else {
            const suspended = record.suspensions.some(({ until }) => until === null);
            context.out(`${code}  since ${instant(record.addedAt)}  ${suspended ? "suspended" : "active"}`);
          }
        }
      }),
    );

  region
    .command("operator <verb> <address>")
    .description("grant or remove an operator of this region: tally region operator grant 0x… --rights anchor,status")
    .option("--rights <rights>", "anchor, status or both", "anchor,status")
    .action((verb: string, address: string, options: { rights: string }) =>
      context.withTally(async ({ regions, actor, region: code }) => {
        const rights = readRights(options.rights);
        const named = `operator ${address} of ${code}`;
        if (verb === "grant") {
          const { effectiveFrom } = await regions.grantOperator(actor, code, address, rights);
          const when = effectiveFrom === null ? "" : `; takes effect at ${instant(effectiveFrom)}`;
          context.say(`${named}: granted ${rights.join(", ")}${when}`);
        } else if (verb === "remove") {
          await regions.removeOperator(actor, code, address, rights);
          context.say(`${named}: removed ${rights.join(", ")}`);
        } else throw new TallyError("request.invalid", `"${verb}" is neither grant nor remove`, { field: "verb" });
      }),
    );

  addPaper(region.command("disown <root> <size>"))
    .description("declare that a batch is not this region's own (a stolen operator key anchored it)")
    .action((root: string, size: string, paper: PaperOptions) =>
      context.withTally(async ({ regions, actor, region: code }) => {
        const act = await regions.disownRoot(actor, code, root, readCount("size", size, 2 ** 20), paperOf(paper));
        context.say(`root ${root} of size ${size} disowned in block ${act.block}`);
      }),
    );

  addPaper(region.command("veto <what> <names...>"))
    .description(`stop what is not in effect yet (guardian): ${VETOES.map(({ usage }) => usage).join(", ")}`)
    .option("--region <code>", "region of the operator or batch; default this one")
    .action((what: string, names: string[], { region: code, ...paper }: { region?: string } & PaperOptions) =>
      context.withTally(async ({ regions, actor, region: here }) => {
        const act = await regions.veto(actor, readVeto(what, names, code ?? here), paperOf(paper));
        context.say(`${what} ${names.join(" ")} vetoed in block ${act.block}`);
      }),
    );
}

/** The contract takes no longer one: 365 days. */
const LONGEST_DELAY = 365 * 86_400;

function readIndices(texts: readonly string[]): number[] {
  return texts.map((text) => readCount("statusIndex", text.replace(/,$/, ""), 2 ** 49));
}

function readReason(text: string): AnnulmentReason {
  if (Object.hasOwn(ANNULMENT_REASONS, text)) return text as AnnulmentReason;
  const known = Object.keys(ANNULMENT_REASONS).join(" nor ");
  throw new TallyError("request.invalid", `--reason: "${text}" is neither ${known}`, { field: "reason" });
}

function readAddress(name: string, text: string): string {
  if (/^0x[0-9a-fA-F]{40}$/.test(text)) return text;
  throw new TallyError("request.invalid", `${name}: "${text}" is not an address (0x and 40 hex digits)`, {
    field: name,
  });
}

function readRights(text: string): OperatorRight[] {
  const rights = text.split(",").map((right) => right.trim());
  for (const right of rights) {
    if (right !== "anchor" && right !== "status") {
      throw new TallyError("request.invalid", `--rights: "${right}" is neither anchor nor status`, { field: "rights" });
    }
  }
  return rights as OperatorRight[];
}
