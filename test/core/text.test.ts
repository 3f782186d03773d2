// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { refuseUnsafeText, unsafeTextProblem } from "../../src/core/text.js";
import { expectRefusal } from "./refusal.js";

describe("text that is signed and printed", () => {
  for (const text of [
    "张喆",
    "喆堃䶮𬭎㛃龘𠮷",
    "阿凡提·买买提",
    "René Zoë",
    "ACME Co., Ltd. (Anhui)",
    "（一）食品；饮料",
    "Ωμέγα",
    "ئۇيغۇر",
    "བོད",
    "🐯",
    "100 ㎡",
  ])
    it(`may be ${text}`, () => expect(unsafeTextProblem(text)).to.equal(null));

  for (const [name, text] of Object.entries({
    "a null character": "a\u0000b",
    "a line feed": "a\nb",
    "a tab": "a\tb",
    "an escape": "a\u001b[31mb",
    "a C1 control": "a\u0085b",
    "a right-to-left override": "a\u202eb",
    "an isolate": "a\u2066b\u2069",
    "a right-to-left mark": "a\u200fb",
    "a zero-width space": "a\u200bb",
    "a zero-width joiner": "a\u200db",
    "a soft hyphen": "a\u00adb",
    "a byte order mark": "\ufeffab",
    "a line separator": "a\u2028b",
    "a tag character": "a\u{e0041}b",
    "a variation selector": "葛\u{e0100}",
    "an emoji variation selector": "☎\ufe0f",
    "a Hangul filler": "a\u3164b",
    "a combining grapheme joiner": "a\u034fb",
    "a private-use character": "\ue000",
    "a private-use character of plane 15": "\u{f0000}",
    "a noncharacter": "a\uffffb",
    "a lone surrogate": "a\ud800b",
    "a decomposed letter": "e\u0301",
    "a compatibility ideograph": "\uf98a",
    "white space before": " a",
    "white space after": "a ",
    "an ideographic space after": "张\u3000",
    "201 characters": "x".repeat(201),
  }))
    it(`may not hold ${name}`, () => {
      expect(unsafeTextProblem(text, { maxLength: 200 })).to.be.a("string");
      const error = expectRefusal("request.invalid", () => refuseUnsafeText("holder", text, { maxLength: 200 }));
      expect(error.field).to.equal("holder");
      expectRefusal("certificate.claims-invalid", () =>
        refuseUnsafeText("holder", text, { maxLength: 200, code: "certificate.claims-invalid" }),
      );
    });

  it("names the character, not the text around it", () => {
    expect(unsafeTextProblem("张\u202e喆")).to.equal("contains the control, format or invisible character U+202E");
  });

  it("may have line feeds where several lines are printed, but no other control", () => {
    expect(unsafeTextProblem("一行\n两行", { multiline: true })).to.equal(null);
    expect(unsafeTextProblem("一行\r\n两行", { multiline: true })).to.be.a("string");
  });
});
