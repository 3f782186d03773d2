// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { runCommand } from "../../src/main/run-command.js";

describe("the key files that tally makes", () => {
  const data = mkdtempSync(join(tmpdir(), "tally-key-files-"));
  after(() => rmSync(data, { recursive: true, force: true }));

  const run = async (settings: Record<string, string>, ...argv: string[]): Promise<{ code: number; out: string }> => {
    let out = "";
    const code = await runCommand(argv, {
      environment: { TALLY_DATA: data, ...settings },
      stdout: { write: (text) => (out += text) },
      stderr: { write: () => {} },
    });
    return { code, out };
  };
  const costs = (): Record<string, number> =>
    Object.fromEntries(
      readdirSync(join(data, "keys")).map((name) => {
        return [name, JSON.parse(readFileSync(join(data, "keys", name), "utf8")).encryption.N];
      }),
    );

  it("cost scrypt with N = 2^17 unless a setting says otherwise, and keep their cost", async () => {
    await run({}, "governance", "account", "proposer");
    await run({ TALLY_KEY_FILE_COST: "11" }, "governance", "account", "executor");
    await run({}, "governance", "account", "executor");
    expect(costs()).to.deep.equal({ "account-proposer.json": 131_072, "account-executor.json": 2_048 });
  });

  it("are called weak by tally doctor when the setting makes them so", async () => {
    const settingsRow = async (settings: Record<string, string>): Promise<string | undefined> =>
      (await run(settings, "doctor")).out.split("\n").find((line) => line.includes("settings"));
    expect(await settingsRow({})).to.match(/^ok/);
    expect(await settingsRow({ TALLY_KEY_FILE_COST: "17" })).to.match(/^ok/);
    expect(await settingsRow({ TALLY_KEY_FILE_COST: "16" })).to.match(
      /^warn.*guessed 2 times as fast.*for tests only/i,
    );
  });
});
