// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { REASON_CODES, REMARK_CODES } from "../../src/verify/reasons.js";
import { REASON_TEXTS, REMARK_TEXTS } from "../../src/words/reason-texts.js";

describe("the words for reasons", () => {
  it("are there for every reason and every remark, and for nothing else", () => {
    expect(Object.keys(REASON_TEXTS)).to.have.members([...REASON_CODES]);
    expect(Object.keys(REMARK_TEXTS)).to.have.members([...REMARK_CODES]);
  });

  for (const language of ["en", "zh"] as const) {
    it(`say something different for each reason (${language})`, () => {
      const texts = Object.values(REASON_TEXTS).map((text) => text[language]);
      expect(new Set(texts).size).to.equal(texts.length);
      for (const text of texts) expect(text.trim()).to.equal(text).and.not.to.equal("");
    });
  }

  it("are Chinese in Chinese and English in English", () => {
    for (const { en, zh } of [...Object.values(REASON_TEXTS), ...Object.values(REMARK_TEXTS)]) {
      expect(zh).to.match(/\p{Script=Han}/u);
      expect(en).to.match(/[a-z]{3}/);
    }
  });
});
