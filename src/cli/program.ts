// SPDX-License-Identifier: Apache-2.0
import { Command } from "commander";
import { addAccount } from "./commands/account.js";
import { addAgency } from "./commands/agency.js";
import { addAlarm } from "./commands/alarm.js";
import { addArchive } from "./commands/archive.js";
import { addBackup } from "./commands/backup.js";
import { addChain } from "./commands/chain.js";
import { addCopy } from "./commands/copy.js";
import { addDoctor } from "./commands/doctor.js";
import { addGovernance } from "./commands/governance.js";
import { addImport } from "./commands/import.js";
import { addInit } from "./commands/init.js";
import { addIssue } from "./commands/issue.js";
import { addKey } from "./commands/key.js";
import { addOperator } from "./commands/operator.js";
import { addPickUp } from "./commands/pick-up.js";
import { addPreview } from "./commands/preview.js";
import { addPrint } from "./commands/print.js";
import { addRegion } from "./commands/region.js";
import { addRestore } from "./commands/restore.js";
import { addSeal } from "./commands/seal.js";
import { addServe } from "./commands/serve.js";
import { addStatus } from "./commands/status.js";
import { addSuccessors } from "./commands/successor.js";
import { addToken } from "./commands/token.js";
import { addTrust } from "./commands/trust.js";
import { addType } from "./commands/type.js";
import { addVerify } from "./commands/verify.js";
import type { CommandContext } from "./tally.js";

/** The `tally` command line. Parsing errors are thrown as commander's own, for `main` to turn into exit code 64. */
export function buildProgram(context: CommandContext, version: string): Command {
  const program = new Command("tally")
    .description("Tiger Tally 虎符: issue, anchor and verify electronic licences")
    .version(version)
    .configureOutput({
      writeOut: (text) => context.out(text.trimEnd()),
      writeErr: (text) => context.say(text.trimEnd()),
    })
    .exitOverride();
  for (const add of [
    addInit,
    addServe,
    addChain,
    addVerify,
    addIssue,
    addSuccessors,
    addImport,
    addStatus,
    addAgency,
    addKey,
    addSeal,
    addType,
    addPreview,
    addPrint,
    addCopy,
    addArchive,
    addToken,
    addRegion,
    addOperator,
    addAccount,
    addGovernance,
    addAlarm,
    addBackup,
    addRestore,
    addDoctor,
    addPickUp,
    addTrust,
  ]) {
    add(program, context);
  }
  return program;
}
