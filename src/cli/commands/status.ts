// SPDX-License-Identifier: Apache-2.0
import type { Command } from "commander";
import { sendNow } from "../send-now.js";
import type { CommandContext } from "../tally.js";
import { actingFor, WITHOUT_CHAIN } from "./issue.js";

interface ChangeOptions {
  readonly agency: string;
  readonly basis: string;
  readonly document: string;
  readonly state?: string;
}

const ACTIONS = {
  suspend: "take a certificate out of force for a time 暂扣",
  release: "end a suspension 暂扣发还",
  revoke: "end a certificate for ever 吊销, 撤销, 注销",
} as const;

export function addStatus(program: Command, context: CommandContext): void {
  const status = program.command("status").description("legal state of a certificate, and its changes");

  status
    .command("show <identifier>")
    .description("what the store says of a certificate")
    .requiredOption("--agency <uscc>", "the issuing agency")
    .action((identifier: string, { agency }: { agency: string }) =>
      context.withTally(async (tally) => {
        context.out(JSON.stringify(await tally.issuance.getCertificate(actingFor(tally, agency), identifier)));
      }, WITHOUT_CHAIN),
    );

  for (const [action, description] of Object.entries(ACTIONS)) {
    status
      .command(`${action} <identifier>`)
      .description(description)
      .requiredOption("--agency <uscc>", "the issuing agency")
      .requiredOption("--basis <text>", "legal basis")
      .requiredOption("--document <number>", "number of the decision document")
      .option(
        "--state <state>",
        "legal state, where there are several: revoked-penalty, revoked-unlawful, cancelled, transferred-out",
      )
      .action((identifier: string, { agency, basis, document, state }: ChangeOptions) =>
        context.withTally(async (tally) => {
          const request = {
            action,
            legalBasis: basis,
            documentNumber: document,
            ...(state === undefined ? {} : { state }),
          };
          const changed = await tally.issuance.changeState(actingFor(tally, agency), identifier, request);
          await sendNow(tally, context);
          context.out(JSON.stringify(changed));
        }, WITHOUT_CHAIN),
      );
  }
}
