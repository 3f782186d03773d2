// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from "node:fs";
import { runInNewContext } from "node:vm";
import type { MongoClient } from "mongodb";

const SCRIPT = readFileSync(new URL("../../../docs/mongodb-setup.js", import.meta.url), "utf8");

/**
 * Runs docs/mongodb-setup.js as mongosh does, whose methods wait by themselves: what it asks is read before, what it commands is sent after.
 * Gives what it printed.
 */
export async function runSetupScript(admin: MongoClient, env: Readonly<Record<string, string>>): Promise<string> {
  const users = await namesIn(admin, "user");
  const roles = await namesIn(admin, "role");
  const commands: { readonly database: string; readonly command: object }[] = [];
  const printed: string[] = [];
  const databaseOf = (database: string) => {
    const send = (command: object) => void commands.push({ database, command });
    const found = (names: ReadonlySet<string>, name: string) => (names.has(`${database}.${name}`) ? { name } : null);
    return {
      getSiblingDB: databaseOf,
      getUser: (name: string) => found(users, name),
      getRole: (name: string) => found(roles, name),
      createRole: ({ role, ...rights }: { role: string }) => send({ createRole: role, ...rights }),
      updateRole: (role: string, rights: object) => send({ updateRole: role, ...rights }),
      grantRolesToUser: (user: string, granted: unknown) => send({ grantRolesToUser: user, roles: granted }),
    };
  };
  const print = (line: string) => void printed.push(line);
  runInNewContext(SCRIPT, { db: databaseOf("test"), process: { env }, print });
  for (const { database, command } of commands) await admin.db(database).command(command);
  return printed.join("\n");
}

/** Of every database, as `database.name`. */
async function namesIn(admin: MongoClient, kind: "user" | "role"): Promise<ReadonlySet<string>> {
  const stored = await admin.db("admin").collection(`system.${kind}s`).find().toArray();
  return new Set(stored.map((each) => `${each.db}.${each[kind]}`));
}
