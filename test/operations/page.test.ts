// SPDX-License-Identifier: Apache-2.0
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { OPERATIONS, sectionsWithCommands } from "./runbook.js";

/** Drills on a network of several machines run where such a network is set up, and those on a MongoDB where one runs. */
const FOLDERS = [".", "../main/network/", "../main/backup/"].map((path) =>
  fileURLToPath(new URL(path, import.meta.url)),
);

describe("docs/operations.md", () => {
  const tests = FOLDERS.flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => name.endsWith(".test.ts"))
      .map((name) => readFileSync(`${folder}${name}`, "utf8")),
  ).join("\n");

  for (const title of sectionsWithCommands().keys())
    it(`has its commands run by a test: ${title}`, () => {
      expect(tests).to.match(new RegExp(`(?:drill|Runbook)\\("${title}"`));
    });

  it("shows no command that is in no block a test runs", () => {
    const page = readFileSync(OPERATIONS, "utf8");
    const blocks = [...sectionsWithCommands().values()].flat().flatMap(({ lines }) => lines);
    const commands = page.split("\n").filter((line) => /^\s*(?:[A-Z_]+=\S+ )*npx tally /.test(line));
    for (const line of commands) expect(blocks).to.include(line.trim());
  });

  it("saves a data directory beside a MongoDB without its passphrase", () => {
    const [command] = readFileSync(OPERATIONS, "utf8").match(/^tar .*$/m)!;
    const folder = mkdtempSync(join(tmpdir(), "tally-test-"));
    try {
      const TALLY_DATA = join(folder, "data");
      for (const part of ["keys", "mongodb"]) mkdirSync(join(TALLY_DATA, part), { recursive: true });
      for (const file of ["passphrase", "profile.json", "network.json", "keys/key-a.json", "mongodb/passwords.json"])
        writeFileSync(join(TALLY_DATA, file), file);
      execFileSync("sh", ["-ec", command], { env: { ...process.env, TALLY_DATA, BACKUP: folder } });
      const saved = execFileSync("tar", ["-tf", join(folder, "data.tar")], { encoding: "utf8" });
      const files = saved.split("\n").filter((name) => name !== "" && !name.endsWith("/"));
      expect(files).to.have.members(["./profile.json", "./network.json", "./keys/key-a.json"]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
