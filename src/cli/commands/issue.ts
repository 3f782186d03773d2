// SPDX-License-Identifier: Apache-2.0
import type { Command } from "commander";
import { parseJson } from "../../core/strict-json.js";
import type { Actor } from "../../domain/audit/index.js";
import { printable } from "../printable.js";
import type { CommandContext, Tally } from "../tally.js";

interface Options {
  readonly agency: string;
  readonly anchor?: boolean;
  readonly pdf?: string;
  readonly document?: string;
}

const LARGEST_REQUEST = 2 ** 20;

export function addIssue(program: Command, context: CommandContext): void {
  program
    .command("issue <request>")
    .description("issue one certificate from a JSON request (a file, or - for standard input)")
    .requiredOption("--agency <uscc>", "the issuing agency")
    .option("--anchor", "wait until it is anchored")
    .option("--pdf <file>", "write the PDF there")
    .option("--document <file>", "write the JSON document there")
    .action((request: string, { agency, anchor, pdf, document }: Options) =>
      context.withTally(async (tally) => {
        const actor = actingFor(tally, agency);
        const issued = await tally.issuance.issueCertificate(
          actor,
          parseJson(await context.read(request, LARGEST_REQUEST)),
        );
        const identifier = issued.certificateIdentifier;
        for (const { field, message } of issued.warnings) context.say(printable(`warning: ${field}: ${message}`));
        if (anchor) await tally.anchorPending();
        if (pdf !== undefined) await context.write(pdf, await tally.renderPdf(identifier));
        if (document !== undefined) {
          const content = await tally.issuance.documentOf(actor, identifier);
          await context.write(document, new TextEncoder().encode(`${JSON.stringify(content)}\n`));
        }
        context.out(JSON.stringify(anchor ? await tally.issuance.getCertificate(actor, identifier) : issued));
      }),
    );
}

export function actingFor({ actor }: Tally, agency: string): Actor {
  return { ...actor, role: "issuer", agency, types: ["*"] };
}
