// SPDX-License-Identifier: Apache-2.0
import type { Command } from "commander";
import { withLinks } from "../../domain/holders/index.js";
import { readCount } from "../arguments.js";
import { EXIT } from "../exit-codes.js";
import { sendNow } from "../send-now.js";
import type { CommandContext } from "../tally.js";
import { actingFor, WITHOUT_CHAIN } from "./issue.js";

interface Options {
  readonly agency: string;
  readonly type: string;
  readonly typeVersion?: string;
  readonly anchor?: boolean;
  readonly links: boolean;
}

export function addImport(program: Command, context: CommandContext): void {
  program
    .command("import <csv>")
    .description(
      "issue a certificate for each row of a CSV file (- for standard input); one JSON result a row on stdout, with a pick-up link and its code for the holder; exit code 65 when a row was refused",
    )
    .requiredOption("--agency <uscc>", "the issuing agency")
    .requiredOption("--type <code>", "type code")
    .option("--type-version <n>", "version of the type; default the newest")
    .option("--anchor", "wait until everything pending is anchored")
    .option("--no-links", "make no pick-up links for the holders")
    .action((csv: string, { agency, type, typeVersion, anchor, links }: Options) =>
      context.withTally(async (tally) => {
        const options = {
          typeCode: type,
          ...(typeVersion === undefined ? {} : { typeVersion: readCount("type-version", typeVersion, 2 ** 31) }),
        };
        const actor = actingFor(tally, agency);
        if (links) await tally.pickUps.ready();
        const rows = tally.issuance.importCsv(actor, options, context.stream(csv));
        let issued = 0;
        let refused = 0;
        for await (const result of links ? withLinks(tally.pickUps, actor, rows) : rows) {
          context.out(JSON.stringify(result));
          if (result.ok) issued += 1;
          else refused += 1;
        }
        context.say(`${issued} issued, ${refused} refused`);
        const sent = anchor ? await sendNow(tally, context) : null;
        if (sent !== null) context.say(`${sent.anchored} anchored`);
        // Some rows were refused: the caller must look at the results.
        if (refused > 0) context.exitWith(EXIT.refused);
      }, WITHOUT_CHAIN),
    );
}
