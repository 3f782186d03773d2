// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import fc from "fast-check";
import { canonicalize } from "../../src/core/canonical-json.js";
import { parseJson } from "../../src/core/strict-json.js";
import { expectRefusal } from "./refusal.js";
import { vectorText } from "./vectors.js";

const utf8 = (text: string) => new TextEncoder().encode(text);

describe("parseJson", () => {
  const malformed = {
    "empty text": "",
    "only white space": " \n",
    "trailing text": "{} x",
    "a second value": "1 2",
    "a byte order mark": "\ufeff{}",
    "a trailing comma in an object": '{"a":1,}',
    "a trailing comma in an array": "[1,]",
    "a missing comma": "[1 2]",
    "a missing colon": '{"a" 1}',
    "a name without quotes": "{a:1}",
    "single quotes": "['a']",
    "a comment": "[1/*x*/]",
    "an unclosed object": '{"a":1',
    "an unclosed array": "[1",
    "an unclosed string": '"abc',
    "an unclosed escape": '"abc\\',
    "a short \\u": '"\\u12"',
    "a \\u that is no hex": '"\\u12g4"',
    "an unknown escape": '"\\x41"',
    "a raw line feed in a string": '"a\nb"',
    "a raw control character after an escape": '"\\n\u0001"',
    "a leading zero": "01",
    "a leading zero after minus": "-01",
    "a leading plus": "+1",
    "a bare minus": "-",
    "a bare point": ".5",
    "a point without digits": "1.",
    "an exponent without digits": "1e",
    "a hexadecimal number": "0x10",
    NaN: "NaN",
    Infinity: "Infinity",
    undefined: "undefined",
    "a capital True": "True",
    "a cut word": "tru",
    "a word run on": "truefalse",
    "a no-break space between tokens": "[1,\u00a02]",
  };
  for (const [name, text] of Object.entries(malformed))
    it(`refuses ${name}`, () => void expectRefusal("json.malformed", () => parseJson(text)));

  const duplicates = {
    plain: '{"a":1,"a":1}',
    nested: '{"x":[{"b":1,"c":2,"b":3}]}',
    "written with an escape": '{"a":1,"\\u0061":2}',
    __proto__: '{"__proto__":1,"__proto__":2}',
    "an empty name": '{"":1,"":2}',
  };
  for (const [name, text] of Object.entries(duplicates))
    it(`refuses a duplicate name: ${name}`, () => void expectRefusal("json.duplicate-key", () => parseJson(text)));

  const lone = {
    "an escaped high half": '"\\ud800"',
    "an escaped low half": '"\\udc00"',
    "a raw high half": '"\ud800"',
    "a raw low half": '"\udc00"',
    "halves in the wrong order": '"\\udc00\\ud800"',
    "a high half before a letter": '"\ud800x"',
    "a high half at the end after an escape": '"\\n\ud83d"',
    "a half in a member name": '{"\\ud800":1}',
  };
  for (const [name, text] of Object.entries(lone))
    it(`refuses a lone surrogate: ${name}`, () => void expectRefusal("json.lone-surrogate", () => parseJson(text)));

  const unsafe = [
    "1e400",
    "-1e400",
    "9007199254740992",
    "-9007199254740992",
    "1e30",
    "1e16",
    "-0",
    "-0.0",
    "-0e5",
    "1e-400",
    "0.001e-999",
  ];
  for (const text of unsafe)
    it(`refuses the number ${text}`, () => void expectRefusal("json.number-unsafe", () => parseJson(`[${text}]`)));

  it("accepts numbers that a double holds as meant", () => {
    expect(parseJson("[0,0.0,0e0,9007199254740991,-9007199254740991,1.5,-2.25,1e2,1E+2,12e-1]")).to.deep.equal([
      0, 0, 0, 9007199254740991, -9007199254740991, 1.5, -2.25, 100, 100, 1.2,
    ]);
  });

  it("accepts 64 levels and refuses 65", () => {
    const nested = (levels: number) => "[".repeat(levels) + "]".repeat(levels);
    expect(() => parseJson(nested(64))).not.to.throw();
    expectRefusal("json.too-deep", () => parseJson(nested(65)));
    expectRefusal("json.too-deep", () => parseJson(`${'{"a":'.repeat(65)}1${"}".repeat(65)}`));
  });

  it("refuses depth 10,000 and unclosed depth 1,000,000 without exhausting the stack", () => {
    expectRefusal("json.too-deep", () => parseJson("[".repeat(10_000) + "]".repeat(10_000)));
    expectRefusal("json.too-deep", () => parseJson("[".repeat(1_000_000)));
  });

  it("refuses more bytes than allowed, before looking at them", () => {
    expectRefusal("json.too-large", () => parseJson(new Uint8Array(50 << 20)));
    expectRefusal("json.too-large", () => parseJson('"abc"', { maxBytes: 4 }));
    expect(parseJson('"abc"', { maxBytes: 5 })).to.equal("abc");
    expectRefusal("json.too-large", () => parseJson('[1,{"a":[]}]', { maxValues: 3 }));
    expect(parseJson('[1,{"a":[]}]', { maxValues: 4 })).to.deep.equal([1, { a: [] }]);
  });

  for (const [name, bytes] of Object.entries({
    "an overlong encoding": [0x22, 0xc0, 0xaf, 0x22],
    "a cut sequence": [0x22, 0xe4, 0xb8, 0x22],
    "a surrogate in UTF-8": [0x22, 0xed, 0xa0, 0x80, 0x22],
    "UTF-16": [0xff, 0xfe, 0x22, 0x00],
    "a byte order mark": [0xef, 0xbb, 0xbf, 0x31],
  }))
    it(`refuses bytes with ${name}`, () =>
      void expectRefusal("json.malformed", () => parseJson(Uint8Array.from(bytes))));

  it("keeps __proto__ as an ordinary member", () => {
    const value = parseJson('{"__proto__":{"isAdmin":true},"constructor":1}') as Record<string, unknown>;
    expect(Object.keys(value)).to.deep.equal(["__proto__", "constructor"]);
    expect(value.isAdmin).to.equal(undefined);
    expect(Object.getPrototypeOf(value)).to.equal(Object.prototype);
    expect(canonicalize(value)).to.equal('{"__proto__":{"isAdmin":true},"constructor":1}');
  });

  it('keeps exact types: "true" is not true, "null" is not null, [] and {} stay', () => {
    expect(parseJson('["true",true,"null",null,[],{},"1",1]')).to.deep.equal([
      "true",
      true,
      "null",
      null,
      [],
      {},
      "1",
      1,
    ]);
  });

  it("reads pairs raw, escaped and mixed with escapes", () => {
    expect(parseJson('["𠮷","\\ud842\\udfb7","\\n𠮷","\\u5409"]')).to.deep.equal(["𠮷", "𠮷", "\n𠮷", "吉"]);
  });

  it("says where the problem is", () => {
    expect(expectRefusal("json.duplicate-key", () => parseJson('{"a":1,"a":2}')).message).to.contain("offset 7");
  });

  for (const name of ["arrays", "french", "structures", "unicode", "weird"])
    it(`reads what JSON.parse reads: published input-${name}.json`, () => {
      const text = vectorText(`published/jcs/input-${name}.json`);
      expect(parseJson(text)).to.deep.equal(JSON.parse(text));
    });

  it("refuses the published input-values.json, whose 1E30 is an integer beyond 2^53", () => {
    expectRefusal("json.number-unsafe", () => parseJson(vectorText("published/jcs/input-values.json")));
  });

  it("reads back whatever JSON.stringify writes, from text and from bytes", () => {
    const json = fc.jsonValue({ noUnicodeString: false, maxDepth: 6 }).filter(isSafeJson);
    fc.assert(
      fc.property(json, fc.nat(4), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        expect(canonicalize(parseJson(text))).to.equal(canonicalize(value));
        expect(canonicalize(parseJson(utf8(text)))).to.equal(canonicalize(value));
      }),
    );
  });

  it("never accepts what JSON.parse refuses, and reads the same value where both accept", () => {
    const piece = fc.constantFrom(
      "{",
      "}",
      "[",
      "]",
      ",",
      ":",
      '"a"',
      '"b"',
      "1",
      "-",
      "0",
      ".5",
      "e1",
      "true",
      "null",
      " ",
      '"\\u0041"',
      "\\",
      '"',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const text = pieces.join("");
        const ours = attempt(() => parseJson(text));
        const theirs = attempt(() => JSON.parse(text));
        if (ours !== undefined) expect(ours.value).to.deep.equal(theirs?.value);
      }),
      { numRuns: 2000 },
    );
  });
});

function attempt(read: () => unknown): { readonly value: unknown } | undefined {
  try {
    return { value: read() };
  } catch {
    return undefined;
  }
}

/** Numbers and strings that strict JSON takes. */
function isSafeJson(value: unknown): boolean {
  if (typeof value === "number")
    return !Object.is(value, -0) && (!Number.isInteger(value) || Number.isSafeInteger(value));
  if (typeof value === "string")
    return !/[\ud800-\udfff]/.test(value) || value === new TextDecoder().decode(utf8(value));
  if (typeof value !== "object" || value === null) return true;
  return Object.entries(value).every(([name, member]) => isSafeJson(name) && isSafeJson(member));
}
