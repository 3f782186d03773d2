// SPDX-License-Identifier: Apache-2.0
// Writes every generated file, or with --check fails when one is not as it would be written.
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { SERVICE_ROLE } from "../src/adapters/mongo/administration.js";
import { DEFAULT_DATABASE } from "../src/adapters/mongo/open.js";
import { COLLECTIONS, type CollectionPlan } from "../src/adapters/mongo/schema.js";
import { servicePrivileges } from "../src/adapters/mongo/service-role.js";
import { SETTINGS } from "../src/main/config.js";
import { samplePhotoModule } from "./sample-photo.js";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const check = process.argv.includes("--check");

function configurationPage(): string {
  const rows = Object.values(SETTINGS).map(({ env, doc, fallback }) => `| \`${env}\` | ${doc} | ${shown(fallback)} |`);
  return [
    "# Configuration",
    "",
    "Settings are environment variables, read in one place. All bad ones are reported at once, and a misspelt `TALLY_…` name is",
    "an error, so that a default never stays in force unnoticed. This page is printed from `src/main/config.ts`.",
    "",
    "| setting | meaning | default |",
    "| --- | --- | --- |",
    ...rows,
    "",
  ].join("\n");
}

function shown(fallback: unknown): string {
  if (fallback === null || (Array.isArray(fallback) && fallback.length === 0)) return "(none)";
  return `\`${String(fallback)}\``;
}

/** For mongosh: the role of the service's user, and how a cluster is sharded. */
function mongoSetup(): string {
  const plans = Object.entries(COLLECTIONS as Record<string, CollectionPlan>);
  return [
    "// Printed from src/adapters/mongo/schema.ts. Makes the role of the service in its database, or brings it up to date, and gives it to the service's user.",
    "// An administrator runs it once for each database, and again before the first service of a newer version starts; repeating it changes nothing:",
    "//   mongosh ‹URL› docs/mongodb-setup.js",
    "// For a database that is not called tigertally, and a user who is not called as the database is:",
    "//   MONGODB_DATABASE=‹name› MONGODB_USER=‹name› mongosh ‹URL› docs/mongodb-setup.js",
    "{",
    `  const database = process.env.MONGODB_DATABASE || "${DEFAULT_DATABASE}";`,
    "  const user = process.env.MONGODB_USER || database;",
    `  const role = "${SERVICE_ROLE}";`,
    "  const privileges = [",
    ...servicePrivileges("").map(({ resource: { collection }, actions }) => {
      return `    { resource: { db: database, collection: ${JSON.stringify(collection)} }, actions: ${JSON.stringify(actions)} },`;
    }),
    "  ];",
    "  const own = db.getSiblingDB(database);",
    '  const admin = db.getSiblingDB("admin");',
    "  own.getRole(role) === null ? own.createRole({ role, privileges, roles: [] }) : own.updateRole(role, { privileges, roles: [] });",
    "  const roles = [{ role, db: database }];",
    "  if (admin.getUser(user) !== null) {",
    "    admin.grantRolesToUser(user, roles);",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the script's
    "    print(`the user ${user} has the role ${role} of the database ${database}`);",
    "  } else {",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the script's
    "    print(`the role ${role} of the database ${database} is there, and no user ${user}: make one with`);",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the script's
    '    print(`db.getSiblingDB("admin").createUser({ user: "${user}", pwd: passwordPrompt(), roles: ${JSON.stringify(roles)} })`);',
    "  }",
    "",
    "  // Only on a sharded cluster, before the first service starts:",
    ...plans.flatMap(([name, { shardKey }]) => {
      return shardKey === null
        ? []
        : [`  // sh.shardCollection(\`\${database}.${name}\`, ${JSON.stringify(shardKey)});`];
    }),
    "}",
    "",
  ].join("\n");
}

let stale = false;
function generate(path: string, content: string): void {
  const file = join(root, path);
  const now = read(file);
  if (now === content) return;
  if (check) {
    console.error(`${path} is not what its generator writes; run: npm run fix`);
    stale = true;
  } else writeFileSync(file, content);
}

function read(file: string): string | null {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return null;
  }
}

function generator(script: string): void {
  const args = ["--import", "tsx", join(root, script), ...(check ? ["--check"] : [])];
  if (spawnSync(process.execPath, args, { cwd: root, stdio: "inherit" }).status !== 0) stale = true;
}

generate("docs/configuration.md", configurationPage());
generate("docs/mongodb-setup.js", mongoSetup());
generate("src/render/sample/sample-photo.ts", samplePhotoModule());
generator("scripts/abi.ts");
generator("scripts/gas.ts");
process.exit(stale ? 1 : 0);
