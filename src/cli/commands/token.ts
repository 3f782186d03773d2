// SPDX-License-Identifier: Apache-2.0
import type { Command } from "commander";
import { TallyError } from "../../core/errors.js";
import type { ActorRole } from "../../domain/audit/index.js";
import { readCount } from "../arguments.js";
import type { CommandContext } from "../tally.js";

interface CreateOptions {
  readonly role: string;
  readonly types?: string;
  readonly label: string;
  readonly days?: string;
}

export function addToken(program: Command, context: CommandContext): void {
  const token = program.command("token").description("API tokens, each for one agency and its types");

  token
    .command("create <uscc>")
    .description("create a token; it is shown once and kept nowhere")
    .option("--role <role>", "issuer or reader", "issuer")
    .option("--types <codes>", "type codes, comma separated; default: all that the agency may issue")
    .option("--label <text>", "what it is for", "created on the command line")
    .option("--days <n>", "days until it stops working; default: until revoked")
    .action((agency: string, { role, types, label, days }: CreateOptions) =>
      context.withTally(async ({ tokens, actor }) => {
        const created = await tokens.createToken(actor, {
          agency,
          role: readRole(role),
          label,
          ...(types === undefined ? {} : { types: types.split(",").map((code) => code.trim()) }),
          ...(days === undefined ? {} : { validDays: readCount("days", days, 36_500) }),
        });
        context.say(`token ${created.id} for ${agency}; keep it safe, it is not shown again`);
        context.out(created.token);
      }),
    );

  token
    .command("list")
    .description("tokens of this region, without their secrets")
    .option("--json", "one object a line")
    .action(({ json }: { json?: boolean }) =>
      context.withTally(async ({ tokens }) => {
        for (const listed of await tokens.listTokens()) {
          if (json) {
            context.out(JSON.stringify(listed));
            continue;
          }
          const end = listed.revokedAt === null ? (listed.expiresAt ?? "no end") : `revoked ${listed.revokedAt}`;
          context.out(`${listed.id}  ${listed.agency}  ${listed.role.padEnd(8)} ${end}  ${listed.label}`);
        }
      }),
    );

  token
    .command("revoke <id>")
    .description("a revoked token works no more")
    .action((id: string) =>
      context.withTally(async ({ tokens, actor }) => {
        await tokens.revokeToken(actor, id);
        context.say(`token ${id} revoked`);
      }),
    );
}

function readRole(text: string): ActorRole {
  if (text === "issuer" || text === "reader") return text;
  throw new TallyError("request.invalid", `--role: "${text}" is neither issuer nor reader`, { field: "role" });
}
