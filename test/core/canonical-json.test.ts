// SPDX-License-Identifier: Apache-2.0

import reference from "canonicalize";
import { expect } from "chai";
import fc from "fast-check";
import { canonicalBytes, canonicalize } from "../../src/core/canonical-json.js";
import { toHex } from "../../src/core/hex.js";
import { expectRefusal } from "./refusal.js";
import { vectorJson, vectorText } from "./vectors.js";

describe("canonicalize", () => {
  for (const name of ["arrays", "french", "structures", "unicode", "values", "weird"])
    it(`writes the published output of ${name}, to the byte`, () => {
      const value = vectorJson(`published/jcs/input-${name}.json`);
      expect(canonicalize(value)).to.equal(vectorText(`published/jcs/output-${name}.json`).trimEnd());
      expect(toHex(canonicalBytes(value))).to.equal(vectorText(`published/jcs/outhex-${name}.txt`).replace(/\s/g, ""));
    });

  it("sorts by UTF-16 code units, so U+1F600 comes before U+FB33", () => {
    expect(canonicalize({ "\ufb33": 1, "😀": 2, ö: 3, "": 4 })).to.equal('{"":4,"ö":3,"😀":2,"\ufb33":1}');
  });

  it("leaves out undefined members and writes minus zero as 0", () => {
    expect(canonicalize({ b: undefined, a: -0 })).to.equal('{"a":0}');
  });

  for (const [name, value, code] of [
    ["NaN", Number.NaN, "json.number-unsafe"],
    ["Infinity", { a: [Number.POSITIVE_INFINITY] }, "json.number-unsafe"],
    ["a lone surrogate", "\ud800", "json.lone-surrogate"],
    ["a lone surrogate in a name", { "\udc00": 1 }, "json.lone-surrogate"],
    ["undefined", undefined, "json.malformed"],
    ["undefined in an array", [undefined], "json.malformed"],
    ["a function", () => 1, "json.malformed"],
    ["a bigint", 1n, "json.malformed"],
    ["a symbol", Symbol("x"), "json.malformed"],
  ] as const)
    it(`refuses ${name}`, () => void expectRefusal(code, () => canonicalize(value)));

  it("refuses a cycle", () => {
    const cycle: unknown[] = [];
    cycle.push(cycle);
    expectRefusal("json.too-deep", () => canonicalize(cycle));
  });

  it("writes what the package `canonicalize` writes", () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false, maxDepth: 5 }), (value) => {
        let expected: string | undefined;
        try {
          expected = reference(value);
        } catch {
          expectRefusal("json.lone-surrogate", () => canonicalize(value));
          return;
        }
        expect(canonicalize(value)).to.equal(expected);
      }),
      { numRuns: 500 },
    );
  });
});
