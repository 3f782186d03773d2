// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { type ErrorCode, TallyError } from "../../src/core/errors.js";
import { checkLater } from "../../src/main/check-later.js";

/** Steps of a check or of what waits for it: the code of an error, or null for none. */
function played(codes: (ErrorCode | null)[]): () => Promise<void> {
  return async () => {
    const code = codes.shift() ?? null;
    if (code !== null) throw new TallyError(code, `${code} came up`);
  };
}

describe("a service whose network was away at its start", () => {
  it("goes on through whatever passes, and does in the end what had to wait", async () => {
    const said: string[] = [];
    const checks: (ErrorCode | null)[] = ["chain.unreachable", "chain.garbage", "chain.disagrees", null, null];
    const afterwards: (ErrorCode | null)[] = ["store.failed"];
    const done = new Promise<void>((resolve) => {
      const step = played(afterwards);
      const work = () => step().then(resolve);
      const { refused } = checkLater({ check: played(checks), afterwards: work, say: (line) => said.push(line) }, 1);
      void refused.then((why) => said.push(`refused: ${why}`));
    });
    await done;
    expect([checks, afterwards]).to.deep.equal([[], []]);
    expect(said.join("\n")).to.contain("tried again: store.failed came up").and.not.contain("refused");
  });

  for (const code of ["chain.wrong-chain", "chain.registry-missing"] as const) {
    it(`stops when it is another network: ${code}`, async () => {
      const later = checkLater(
        { check: played(["chain.unreachable", code]), afterwards: played([]), say: () => {} },
        1,
      );
      expect(await later.refused).to.equal(`${code} came up`);
      await later.stop();
    });
  }
});
