// SPDX-License-Identifier: Apache-2.0
import type { Command } from "commander";
import { parseJson } from "../../core/strict-json.js";
import { printable } from "../printable.js";
import { sendNow } from "../send-now.js";
import type { CommandContext } from "../tally.js";
import { actingFor, WITHOUT_CHAIN } from "./issue.js";

interface Options {
  readonly agency: string;
  readonly anchor?: boolean;
  readonly pdf?: string;
}

const LARGEST_REQUEST = 2 ** 20;

/** `tally renew` and `tally correct`: a new version that names its predecessor. */
export function addSuccessors(program: Command, context: CommandContext): void {
  add("renew", "renewCertificate", "issue a further period 延续: the request names validUntil, and what else is new");
  add("correct", "correctCertificate", "issue corrected content 变更: the request names what is new");

  function add(verb: string, act: "renewCertificate" | "correctCertificate", description: string): void {
    program
      .command(`${verb} <identifier> <request>`)
      .description(`${description} (a JSON file, or - for standard input)`)
      .requiredOption("--agency <uscc>", "the issuing agency")
      .option("--anchor", "wait until it is anchored")
      .option("--pdf <file>", "write the PDF there")
      .action((identifier: string, request: string, { agency, anchor, pdf }: Options) =>
        context.withTally(async (tally) => {
          const actor = actingFor(tally, agency);
          const changes = parseJson(await context.read(request, LARGEST_REQUEST));
          const issued = await tally.issuance[act](actor, identifier, changes);
          for (const { field, message } of issued.warnings) context.say(printable(`warning: ${field}: ${message}`));
          const fresh = issued.certificateIdentifier;
          if (anchor) await sendNow(tally, context);
          if (pdf !== undefined) await context.write(pdf, await tally.renderPdf(fresh));
          context.out(JSON.stringify(anchor ? await tally.issuance.getCertificate(actor, fresh) : issued));
        }, WITHOUT_CHAIN),
      );
  }
}
