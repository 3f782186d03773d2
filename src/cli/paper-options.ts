// SPDX-License-Identifier: Apache-2.0
import type { Command } from "commander";
import type { Paper } from "../domain/agencies/index.js";

export interface PaperOptions {
  readonly basis?: string;
  readonly document?: string;
}

/** Options for the decision behind an act. */
export function addPaper(command: Command): Command {
  return command
    .option("--basis <text>", "legal basis, for the audit log")
    .option("--document <number>", "number of the decision document, for the audit log");
}

export function paperOf({ basis, document }: PaperOptions): Paper {
  return {
    ...(basis === undefined ? {} : { legalBasis: basis }),
    ...(document === undefined ? {} : { documentNumber: document }),
  };
}
