// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import fc from "fast-check";
import { breakLines } from "../../src/render/layout/line-breaking.js";

/** Latin half as wide as Chinese, as in the fonts. */
const widthOf = (codePoint: number) => (codePoint < 0x2000 ? 500 : 1000);
const breakAt = (text: string, ems: number) => breakLines(text, ems * 1000, widthOf).lines;

describe("line breaking", () => {
  it("fills lines of Chinese text", () => {
    expect(breakAt("预包装食品销售", 3)).to.deep.equal(["预包装", "食品销", "售"]);
  });

  it("never begins a line with closing punctuation", () => {
    expect(breakAt("预包装，食品销售", 3)).to.deep.equal(["预包", "装，食", "品销售"]);
    expect(breakAt("甲乙（丙）丁", 4)).to.deep.equal(["甲乙", "（丙）丁"]);
  });

  it("never ends a line with opening punctuation", () => {
    expect(breakAt("甲乙丙（丁戊）", 4)).to.deep.equal(["甲乙丙", "（丁戊）"]);
  });

  it("keeps words and numbers whole", () => {
    expect(breakAt("科学大道 1205 室", 5)).to.deep.equal(["科学大道", "1205 室"]);
    expect(breakAt("甲乙丙 Sample Trading", 6)).to.deep.equal(["甲乙丙", "Sample", "Trading"]);
  });

  it("breaks a word that alone is wider than the line", () => {
    expect(breakAt("91340100MA00000000", 3)).to.deep.equal(["913401", "00MA00", "000000"]);
  });

  it("gives one empty line for no text", () => {
    expect(breakAt("", 3)).to.deep.equal([""]);
  });

  it("loses nothing but spaces and never exceeds the width, whatever the text", () => {
    const characters = fc.constantFrom(..."甲乙丙丁，。（）《》ab12 -𬭎");
    fc.assert(
      fc.property(fc.array(characters, { maxLength: 60 }), fc.integer({ min: 1, max: 12 }), (array, ems) => {
        const text = array.join("");
        const lines = breakAt(text, ems);
        expect(lines.join("").replaceAll(" ", "")).to.equal(text.replaceAll(" ", ""));
        for (const line of lines) {
          const width = Array.from(line).reduce((sum, c) => sum + widthOf(c.codePointAt(0)!), 0);
          expect(width).to.be.at.most(ems * 1000);
        }
      }),
    );
  });
});
