// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { Command } from "commander";
import { addKey } from "../../src/cli/commands/key.js";
import type { CommandContext, Tally } from "../../src/cli/tally.js";
import { expectRefusalOf } from "../verify/rejection.js";

const AGENCY = "11340100TT00000153";

/** What `tally key …` asks for; a key that is added or rotated in has to wait when `effectiveFrom` is given. */
async function run(argv: readonly string[], effectiveFrom: number | null = null) {
  const [asked, out, said]: [string[], string[], string[]] = [[], [], []];
  const key = { keyDigest: "ab".repeat(32), multikey: "z6Mk", effectiveFrom };
  const made = (what: string) => async (_actor: unknown, of: string) => {
    asked.push(`${what} ${of}`);
    return { ...key, retired: null };
  };
  const tally = {
    region: "340000",
    actor: {},
    administration: { addKey: made("agency add"), rotateKey: made("agency rotate") },
    regionKeys: { add: made("region add"), rotate: made("region rotate") },
  } as unknown as Tally;
  const context = {
    out: (text: string) => out.push(text),
    say: (text: string) => said.push(text),
    withTally: <T>(use: (tally: Tally) => Promise<T>) => use(tally),
  } as unknown as CommandContext;
  const program = new Command();
  addKey(program, context);
  await program.parseAsync(["node", "tally", "key", ...argv]);
  return { asked, out, said: said.join("\n") };
}

describe("tally key", () => {
  it("makes and rotates a key of an agency by its code, and of the region by its code and a purpose", async () => {
    expect((await run(["add", AGENCY])).asked).to.deep.equal([`agency add ${AGENCY}`]);
    expect((await run(["rotate", AGENCY])).asked).to.deep.equal([`agency rotate ${AGENCY}`]);
    const added = await run(["add", "340000", "--for", "status-list"]);
    expect([added.asked, added.out]).to.deep.equal([["region add status-list"], ["ab".repeat(32)]]);
    expect((await run(["rotate", "340000", "--for", "bundle"])).asked).to.deep.equal(["region rotate bundle"]);
  });

  it("says which command finishes what has to wait", async () => {
    const { said } = await run(["rotate", "340000", "--for", "status-list"], 1_800_000_000);
    expect(said).to.include("tally key rotate 340000 --for status-list");
  });

  for (const argv of [
    ["add", "340000"],
    ["add", "340000", "--for", "certificate"],
    ["add", AGENCY, "--for", "status-list"],
    ["rotate", "310000", "--for", "status-list"],
  ])
    it(`refuses ${argv.join(" ")}`, async () => {
      const error = await expectRefusalOf("request.invalid", run(argv));
      expect(error.message).to.include("340000 --for status-list or bundle");
    });
});
