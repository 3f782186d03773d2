// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { readVeto, VETOES } from "../../src/cli/veto-arguments.js";
import { TallyError } from "../../src/core/errors.js";

describe("the arguments of tally region veto", () => {
  for (const { of, usage, names } of VETOES) {
    it(`read ${usage}`, () => {
      const veto = readVeto(of, ["7", "8"].slice(0, names), "340000");
      expect(veto.of).to.equal(of);
      expect(Object.values(veto).join(" ")).to.contain("7");
      expect(() => readVeto(of, ["7", "8", "9"], "340000")).to.throw(TallyError, usage);
    });
  }

  it("name the region of operators and batches", () => {
    expect(readVeto("operator", ["0xab"], "340000")).to.deep.equal({
      of: "operator",
      region: "340000",
      operator: "0xab",
    });
    expect(readVeto("disowning", ["cd", "3"], "310000")).to.deep.equal({
      ...{ of: "disowning", region: "310000", root: "cd", size: 3 },
    });
  });

  it("are refused for anything else, with what there is", () => {
    expect(() => readVeto("everything", ["7"], "340000")).to.throw(TallyError, "authorisation <uscc> <typeCode>");
    expect(() => readVeto("disowning", ["cd", "x"], "340000")).to.throw(TallyError, "whole number");
  });
});
