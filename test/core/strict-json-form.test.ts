// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import fc from "fast-check";
import { canonicalize } from "../../src/core/canonical-json.js";
import { parseJson, parseJsonAsWritten } from "../../src/core/strict-json.js";

describe("parseJsonAsWritten", () => {
  it("gives the canonical text of each member of a canonical object", () => {
    const text = '{"a":[1,"虎",{"b":null}],"z":{"x":-1.5,"y":true}}';
    const { value, canonicalMembers } = parseJsonAsWritten(text);
    expect(value).to.deep.equal(parseJson(text));
    expect([...canonicalMembers!]).to.deep.equal([
      ["a", '[1,"虎",{"b":null}]'],
      ["z", '{"x":-1.5,"y":true}'],
    ]);
  });

  for (const text of [
    '{ "a":1}',
    '{"a":1} ',
    '{"a":[1 ]}',
    '{"b":1,"a":2}',
    '{"a":{"d":1,"c":2}}',
    '{"a":1.0}',
    '{"a":1e2}',
    '{"a":"\\u0041"}',
    '{"a":"\\/"}',
    "[1]",
    "1",
  ])
    it(`gives none of ${text}`, () => {
      expect(parseJsonAsWritten(text).canonicalMembers).to.equal(null);
    });

  it("gives only what writing the values again gives", () => {
    const anyText = fc.tuple(fc.object(), fc.boolean()).map(([value, canonical]) => {
      const plain = JSON.stringify(value);
      return canonical ? canonicalize(JSON.parse(plain)) : plain;
    });
    fc.assert(
      fc.property(anyText, (text) => {
        let parsed: ReturnType<typeof parseJsonAsWritten>;
        try {
          parsed = parseJsonAsWritten(text);
        } catch {
          return;
        }
        const value = parsed.value as Record<string, unknown>;
        for (const [name, member] of parsed.canonicalMembers ?? [])
          expect(member).to.equal(canonicalize(Object.getOwnPropertyDescriptor(value, name)!.value));
      }),
    );
  });
});
