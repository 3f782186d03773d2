// SPDX-License-Identifier: Apache-2.0
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { OPERATIONS, sectionsWithCommands } from "./runbook.js";

/** Drills on a network of several machines run where such a network is set up. */
const FOLDERS = [".", "../main/network/"].map((path) => fileURLToPath(new URL(path, import.meta.url)));

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
});
