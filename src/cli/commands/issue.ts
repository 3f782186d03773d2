// SPDX-License-Identifier: Apache-2.0
import type { Command } from "commander";
import { parseJson } from "../../core/strict-json.js";
import type { Actor } from "../../domain/audit/index.js";
import { printable } from "../printable.js";
import { sendNow } from "../send-now.js";
import type { CommandContext, Tally } from "../tally.js";

interface Options {
  readonly agency: string;
  readonly anchor?: boolean;
  readonly pdf?: string;
  readonly document?: string;
  readonly link: boolean;
}

const LARGEST_REQUEST = 2 ** 20;
export const WITHOUT_CHAIN = { withoutChain: true } as const;

export function addIssue(program: Command, context: CommandContext): void {
  program
    .command("issue <request>")
    .description("issue one certificate from a JSON request (a file, or - for standard input)")
    .requiredOption("--agency <uscc>", "the issuing agency")
    .option("--anchor", "wait until it is anchored")
    .option("--pdf <file>", "write the PDF there")
    .option("--document <file>", "write the JSON document there")
    .option("--no-link", "make no pick-up link for the holder")
    .action((request: string, { agency, anchor, pdf, document, link }: Options) =>
      context.withTally(async (tally) => {
        const actor = actingFor(tally, agency);
        if (link) await tally.pickUps.ready();
        const issued = await tally.issuance.issueCertificate(
          actor,
          parseJson(await context.read(request, LARGEST_REQUEST)),
        );
        const identifier = issued.certificateIdentifier;
        for (const { field, message } of issued.warnings) context.say(printable(`warning: ${field}: ${message}`));
        if (anchor) await sendNow(tally, context);
        if (pdf !== undefined) await context.write(pdf, await tally.renderPdf(identifier));
        if (document !== undefined) {
          const content = await tally.issuance.documentOf(actor, identifier);
          await context.write(document, new TextEncoder().encode(`${JSON.stringify(content)}\n`));
        }
        const told = anchor ? await tally.issuance.getCertificate(actor, identifier) : issued;
        const [pickUp] = link ? await tally.pickUps.firstLinks(actor, [issued]) : [];
        context.out(JSON.stringify({ ...told, ...(pickUp === undefined ? {} : { pickUp }) }));
      }, WITHOUT_CHAIN),
    );
}

export function actingFor({ actor }: Tally, agency: string): Actor & { readonly agency: string } {
  return { ...actor, role: "issuer", agency, types: ["*"] };
}
