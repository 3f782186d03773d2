// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import fc from "fast-check";
import { exitCodeOf } from "../../src/cli/exit-codes.js";
import { VERDICTS } from "./reports.js";

describe("the exit code of tally verify", () => {
  it("is one of four for a single document", () => {
    const codes = { valid: 0, "not-genuine": 1, undecided: 2, "not-in-force": 3 } as const;
    for (const verdict of VERDICTS) expect(exitCodeOf([verdict])).to.equal(codes[verdict]);
  });

  it("is that of the worst document, in the order 1, 2, 3, 0", () => {
    const order = ["not-genuine", "undecided", "not-in-force", "valid"] as const;
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...VERDICTS), { minLength: 1 }), (verdicts) => {
        const worst = order.find((verdict) => verdicts.includes(verdict))!;
        expect(exitCodeOf(verdicts)).to.equal(exitCodeOf([worst]));
      }),
    );
  });

  it("is never that of a valid document when there was none", () => {
    expect(exitCodeOf([])).to.equal(2);
  });
});
