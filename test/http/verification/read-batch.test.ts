// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import fc from "fast-check";
import type { TallyError } from "../../../src/core/errors.js";
import { itemsOf, onlyMember } from "../../../src/http/verification/json-pieces.js";
import { readBatch } from "../../../src/http/verification/read-batch.js";

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

describe("the pieces of a JSON array", () => {
  const layout = fc.constantFrom(undefined, 1, "\t");

  it("are the texts of its items, however it is written", () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue(), { minLength: 1 }), layout, (values, space) => {
        const pieces = itemsOf(utf8(JSON.stringify(values, null, space)), values.length);
        expect(pieces?.map((piece) => JSON.parse(textOf(piece)))).to.deep.equal(JSON.parse(JSON.stringify(values)));
      }),
    );
  });

  it("of an object with one member are the text of its value", () => {
    fc.assert(
      fc.property(fc.jsonValue(), layout, (value, space) => {
        const text = utf8(JSON.stringify({ json: value }, null, space));
        expect(JSON.parse(textOf(onlyMember(text, "json")!))).to.deep.equal(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  for (const text of [
    '{"json":1,"qr":2}',
    '{"qr":1}',
    '{"json"}',
    '{"json":}',
    '{"jso\\u006e":1}',
    '{"json":1',
    '"json"',
  ])
    it(`of ${text} are none`, () => expect(onlyMember(utf8(text), "json")).to.equal(null));

  for (const text of ["", "[", "[1", "[1,", "[1,]", "[1}", '["]', "[1]]", "[1] 2", '[{"a":1]', "{}", "1"])
    it(`of ${JSON.stringify(text)} are none, or no JSON`, () => {
      const pieces = itemsOf(utf8(text), 50) ?? [];
      expect(pieces.every((piece) => !isJson(textOf(piece)))).to.equal(true);
    });

  it("are found no further than asked", () => {
    expect(itemsOf(utf8(`[${"1,".repeat(1_000)}1]`), 3)).to.have.length(4);
  });
});

describe("the body of a batch", () => {
  const codeOf = (body: string | Uint8Array): string => {
    try {
      readBatch(typeof body === "string" ? utf8(body) : body);
      return "none";
    } catch (error) {
      return (error as TallyError).code;
    }
  };

  it("gives documents as they were written", () => {
    const written = '{ "b": 1, "a":"\\u00e9" }';
    const [item] = readBatch(utf8(`[ {"json" : ${written} } ]`));
    expect(textOf((item as { written: Uint8Array }).written)).to.equal(written);
  });

  it("leaves it to the verifier to judge a document that is damaged inside", () => {
    expect(readBatch(utf8('[{"json":{"a":1,"a":2}},{"json":{"a":nul}},{"qr":"1"}]'))).to.have.length(3);
  });

  const REFUSED: readonly [string, string | Uint8Array, string][] = [
    ["no JSON", '[{"json":{}}', "json.malformed"],
    ["something after the list", '[{"json":{}}] x', "json.malformed"],
    ["a damaged item that is no document", '[{"json":{}},{"qr":x}]', "json.malformed"],
    ["bytes that are no text", Uint8Array.of(0x5b, 0xff, 0x5d), "json.malformed"],
    ["a duplicate key beside a document", '[{"json":{},"json":{}}]', "json.duplicate-key"],
    ["no list", '{"json":{}}', "request.invalid"],
    ["an empty list", "[]", "request.invalid"],
    ["null", "[null]", "request.invalid"],
    ["a document that is no object", '[{"json":[]}]', "request.invalid"],
    ["something of the client's that is called written", '[{"written":"x"}]', "request.invalid"],
    ["too many", `[${'{"json":{}},'.repeat(50)}{"json":{}}]`, "request.invalid"],
  ];
  for (const [what, body, code] of REFUSED) it(`with ${what} is refused`, () => expect(codeOf(body)).to.equal(code));

  it("is refused with the place of what is wrong", () => {
    expect(() => readBatch(utf8('[{"json":{}},{"qr":1}]'))).to.throw(/\/1\/qr/);
    expect(() => readBatch(utf8('[{"json":{}},{"qr":x}]'))).to.throw(/offset 19/);
  });
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
