// SPDX-License-Identifier: Apache-2.0
import type { Command } from "commander";
import { TallyError } from "../../core/errors.js";
import type { Proposal } from "../../domain/agencies/index.js";
import { actText, GOVERNOR_ACTS, readGovernorAct } from "../governor-act-arguments.js";
import { instant } from "../instant.js";
import { addPaper, type PaperOptions, paperOf } from "../paper-options.js";
import type { CommandContext } from "../tally.js";
import { readVeto, VETOES } from "../veto-arguments.js";

/** For a network whose governor is a timelock: what was decided is proposed, waits in everybody's sight, and is then done. */
export function addGovernance(program: Command, context: CommandContext): void {
  const governance = program
    .command("governance")
    .description("acts of a governor that is a timelock: propose, wait, execute; or cancel");
  const withAccount = (command: Command): Command =>
    command.option("--account <label>", "account file that signs (tally governance account)", "governor");

  governance
    .command("account <label>")
    .description("make an account file in this data directory; prints its address, for the configuration of a network")
    .action(async (label: string) => {
      const { address, made } = await context.governanceAccount(label);
      context.say(made ? `account ${label} made; its address:` : `account ${label} was here already; its address:`);
      context.out(address);
    });

  withAccount(governance.command("propose <act> [names...]"))
    .description(`schedule an act: ${GOVERNOR_ACTS.map(({ usage }) => usage).join(" | ")}`)
    .action((act: string, names: string[], { account }: { account: string }) => {
      const wanted = readGovernorAct(act, names);
      return context.withGovernance(account, async ({ governance: office, actor }) => {
        const { proposal, isNew } = await office.propose(actor, wanted);
        context.say(`${isNew ? "proposed" : "proposed before, and still open"}: ${stateText(proposal)}`);
        context.say(`then: tally governance execute ${proposal.id}`);
        context.out(proposal.id);
      });
    });

  governance
    .command("list")
    .description("every proposal, oldest first")
    .option("--json", "one object a line")
    .action(({ json }: { json?: boolean }) =>
      context.withTimelock(async (timelock) => {
        context.say(`timelock ${timelock.address}, delay ${await timelock.delay()} s`);
        for (const proposal of await timelock.proposals()) context.out(lineOf(proposal, json));
      }),
    );

  governance
    .command("show <id>")
    .description("one proposal: what it would do, and when")
    .option("--json", "as JSON")
    .action((id: string, { json }: { json?: boolean }) =>
      context.withTimelock(async (timelock) => {
        const proposal = await timelock.find(id);
        if (proposal !== null) return context.out(lineOf(proposal, json));
        throw new TallyError("request.not-found", `the timelock ${timelock.address} has no proposal ${id}`, {
          field: "id",
        });
      }),
    );

  withAccount(governance.command("execute <id>"))
    .description("carry out a proposal that has waited long enough (executor)")
    .action((id: string, { account }: { account: string }) =>
      context.withGovernance(account, async ({ governance: office, actor }) => {
        const { block } = await office.execute(actor, id);
        context.say(`proposal ${id} carried out in block ${block}`);
      }),
    );

  withAccount(governance.command("cancel <id>"))
    .description("stop a proposal that was not carried out yet (proposer, or who else may cancel)")
    .action((id: string, { account }: { account: string }) =>
      context.withGovernance(account, async ({ governance: office, actor }) => {
        const { block } = await office.cancel(actor, id);
        context.say(`proposal ${id} cancelled in block ${block}`);
      }),
    );

  const asGuardian = (command: Command): Command =>
    addPaper(command.option("--account <label>", "account file that signs", "guardian"));

  asGuardian(governance.command("veto <what> <names...>"))
    .description(`stop what is not in effect yet (guardian): ${VETOES.map(({ usage }) => usage).join(" | ")}`)
    .option("--region <code>", "region of the operator or batch", "")
    .action((what: string, names: string[], { account, region, ...paper }: GuardianOptions) =>
      context.withOffice(account, async ({ regions, actor }) => {
        const { block } = await regions.veto(actor, readVeto(what, names, region), paperOf(paper));
        context.say(`${what} ${names.join(" ")} vetoed in block ${block}`);
      }),
    );

  asGuardian(governance.command("suspend <code>"))
    .description("suspend a region at once (guardian); only the governor releases it")
    .action((code: string, { account, ...paper }: Omit<GuardianOptions, "region">) =>
      context.withOffice(account, async ({ regions, actor }) => {
        const { block } = await regions.suspendRegion(actor, code, "guardian", paperOf(paper));
        context.say(`region ${code} suspended in block ${block}`);
      }),
    );
}

type GuardianOptions = { readonly account: string; readonly region: string } & PaperOptions;

function lineOf(proposal: Proposal, json: boolean | undefined): string {
  if (json) return JSON.stringify(proposal, (_, value) => (typeof value === "bigint" ? value.toString() : value));
  return [`${proposal.id}  ${stateText(proposal)}`, ...proposal.acts.map((act) => `    ${actText(act)}`)].join("\n");
}

function stateText({ state, readyAt }: Proposal): string {
  if (state === "waiting") return `waits until ${instant(readyAt!)}`;
  return state === "ready" ? `ready since ${instant(readyAt!)}` : state;
}
