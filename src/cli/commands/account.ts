// SPDX-License-Identifier: Apache-2.0
import type { Command } from "commander";
import { TallyError } from "../../core/errors.js";
import type { CommandContext } from "../tally.js";

const ROLES = ["admin", "operator", "guardian", "governor"] as const;

export function addAccount(program: Command, context: CommandContext): void {
  program
    .command("account")
    .description("accounts that send transactions; tally key list shows them")
    .command("create <role>")
    .description(`make one more account file: ${ROLES.join(", ")}; the registry decides what it may do`)
    .action((text: string) => {
      const role = ROLES.find((each) => each === text);
      if (role === undefined) {
        throw new TallyError("request.invalid", `role: "${text}" is none of ${ROLES.join(", ")}`, { field: "role" });
      }
      return context.withTally(async (tally) => {
        const { label, address } = await tally.createAccount(role);
        context.say(`account ${label} made; back up its key file`);
        if (role === "admin")
          context.say(`it takes office when the governor runs: tally region admin ${tally.region} ${address}`);
        if (role === "guardian")
          context.say(`it takes office when the governor runs: tally region guardian grant ${address}`);
        context.out(address);
      });
    });
}
