// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import type { Command } from "commander";
import { buildProgram } from "../../src/cli/program.js";
import type { CommandContext } from "../../src/cli/tally.js";
import { runCommand } from "../../src/main/run-command.js";

async function tally(...argv: string[]): Promise<{ code: number; out: string; said: string }> {
  let out = "";
  let said = "";
  const code = await runCommand(argv, {
    environment: {},
    stdout: { write: (text) => (out += text) },
    stderr: { write: (text) => (said += text) },
  });
  return { code, out, said };
}

function commandsOf(command: Command, path: readonly string[] = []): (readonly string[])[] {
  return command.commands.flatMap((sub) => {
    const below = [...path, sub.name()];
    return sub.commands.length === 0 ? [below] : [below, ...commandsOf(sub, below)];
  });
}

const ALL = commandsOf(buildProgram({} as CommandContext, "0.0.0"));

describe("the tally program", () => {
  it("has the commands of its documentation", () => {
    expect(ALL.filter((path) => path.length === 1).map(([name]) => name)).to.have.members([
      ..."init serve chain preview print copy archive issue renew correct import verify status trust region agency token key seal type".split(
        " ",
      ),
      ..."operator account governance alarm backup restore doctor pick-up".split(" "),
    ]);
  });

  for (const path of ALL) {
    it(`explains ${path.join(" ")}`, async () => {
      const { code, out } = await tally(...path, "--help");
      expect(code).to.equal(0);
      expect(out).to.contain(`Usage: tally ${path.join(" ")}`);
      expect(out.split("\n").length).to.be.greaterThan(3);
    });

    it(`refuses an unknown option of ${path.join(" ")}`, async () => {
      const { code, out, said } = await tally(...path, "--no-such-option");
      expect(code).to.equal(64);
      expect(out).to.equal("");
      expect(said).not.to.equal("");
    });
  }

  it("says its version", async () => {
    expect((await tally("--version")).out).to.match(/^\d+\.\d+\.\d+\n$/);
  });

  it("refuses a command that it does not have", async () => {
    expect(await tally("isue")).to.include({ code: 64, out: "" });
  });
});
