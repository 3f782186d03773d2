// SPDX-License-Identifier: Apache-2.0
import type { Command } from "commander";
import { TallyError } from "../../core/errors.js";
import type { OperatorRight } from "../../domain/agencies/index.js";
import { readCount } from "../arguments.js";
import type { CommandContext } from "../tally.js";

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
      context.withTally(async ({ governance }) => {
        const act = await (await governance("governor")).addRegion(code, admin, readCount("delay", delay, 2 ** 31));
        context.say(`region ${code} added in block ${act.block}`);
      }),
    );

  for (const [verb, done] of [
    ["suspend", "suspended"],
    ["release", "released"],
  ] as const) {
    region
      .command(`${verb} <code>`)
      .description(`${verb} a region (governor)`)
      .action((code: string) =>
        context.withTally(async ({ governance }) => {
          const governor = await governance("governor");
          const act = await (verb === "suspend" ? governor.suspendRegion(code) : governor.releaseRegion(code));
          context.say(`region ${code} ${done} in block ${act.block}`);
        }),
      );
  }

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
      context.withTally(async ({ governance, region: code }) => {
        const rights = readRights(options.rights);
        const admin = await governance("region-admin");
        if (verb === "grant") await admin.grantOperator(code, address, rights);
        else if (verb === "remove") await admin.removeOperator(code, address, rights);
        else throw new TallyError("request.invalid", `"${verb}" is neither grant nor remove`, { field: "verb" });
        context.say(`operator ${address} of ${code}: ${verb === "grant" ? "granted" : "removed"} ${rights.join(", ")}`);
      }),
    );

  region
    .command("disown <root> <size>")
    .description("declare that a batch is not this region's own (a stolen operator key anchored it)")
    .action((root: string, size: string) =>
      context.withTally(async ({ governance, region: code }) => {
        const act = await (await governance("region-admin")).disownRoot(code, root, readCount("size", size, 2 ** 20));
        context.say(`root ${root} of size ${size} disowned in block ${act.block}`);
      }),
    );
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

export function instant(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace(".000Z", "Z");
}
