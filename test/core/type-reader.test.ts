// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { nodeCrypto as crypto } from "../../src/adapters/node-crypto/index.js";
import { canonicalBytes } from "../../src/core/canonical-json.js";
import { digestSri, patternProblem, readTypeDefinition, typeDigest } from "../../src/core/type-reader.js";
import { expectRefusal } from "./refusal.js";
import { type Alteration, changed, PHOTO_TYPE, SAMPLE_TYPE } from "./sample.js";

describe("readTypeDefinition", () => {
  it("returns the very object", () => {
    expect(readTypeDefinition(SAMPLE_TYPE as never)).to.equal(SAMPLE_TYPE);
  });

  const accepted: Record<string, Alteration> = {
    "no own fields": (t) => {
      t.fields = { schema: { type: "object", properties: {}, additionalProperties: false }, labels: [] };
      t.qr.face = [];
      t.layout.rows = [t.layout.rows[0]];
    },
    "no states and no check": (t) => {
      t.states = {};
      delete t.number.check;
    },
    "a reference within the schema": (t) => {
      t.fields.schema.$defs = { text: { type: "string" } };
      t.fields.schema.properties.premises = { $ref: "#/$defs/text" };
    },
    "a folded sheet with a table, a preamble, cells and text that goes on": (t) => {
      Object.assign(t.layout, {
        page: "A3-landscape",
        fold: true,
        bilingual: false,
        grid: "cells",
        heading: { x: 230, y: 20, width: 170, height: 30 },
        body: { x: 230, y: 60, width: 170, height: 200 },
        preamble: { x: 30, y: 30, width: 150, height: 60, text: t.name },
      });
      t.layout.rows.push(table(t), { label: t.name, pointer: "/face/note", maxLines: 20, flow: true });
    },
    "every optional part of the layout": (t) => {
      Object.assign(t.layout, { palette: "jade", subtitle: t.name, issuerLabel: t.name, watermark: t.name });
      Object.assign(t.layout.rows[0], {
        width: "half",
        mask: { from: 1, to: 3 },
        words: { true: t.name, false: t.name, null: t.name },
      });
    },
  };
  for (const [name, alter] of Object.entries(accepted))
    it(`accepts ${name}`, () => expect(() => readTypeDefinition(changed(SAMPLE_TYPE, alter))).not.to.throw());

  it("names a later format and a later layout", () => {
    expectRefusal("format.version-unsupported", () =>
      readTypeDefinition(changed(SAMPLE_TYPE, (t) => Object.assign(t, { formatVersion: 2, more: 1 }))),
    );
    expectRefusal("format.version-unsupported", () =>
      readTypeDefinition(changed(SAMPLE_TYPE, (t) => (t.layout.layoutVersion = 2))),
    );
  });

  const table = (t: { name: unknown }, changes: object = {}, column: object = {}) => ({
    label: t.name,
    pointer: "/certificateHolder",
    maxLines: 3,
    columns: [
      {
        label: t.name,
        width: 100,
        member: "certificateHolderCode",
        mask: { from: 0, to: 200, holderType: "111" },
        words: { null: t.name },
        codes: { "001": t.name },
        ...column,
      },
      { label: t.name, width: 1 },
    ],
    ...changes,
  });
  /** One more row, the fourth. */
  const withRow =
    (make: (t: { name: unknown }) => object): Alteration =>
    (t) =>
      t.layout.rows.push(make(t));
  const row = (changes: (t: { name: unknown }) => object) =>
    withRow((t) => ({ label: t.name, pointer: "/face/note", maxLines: 2, ...changes(t) }));
  const column = (changes: object) => withRow((t) => table(t, {}, changes));
  const BOX = { x: 30, y: 30, width: 100, height: 40 };

  const invalid: Record<string, [field: string, alter: Alteration]> = {
    "another format": ["/format", (t) => (t.format = "x")],
    "more values than anybody reads": ["", (t) => (t.fields.schema.examples = Array(50_000).fill(0))],
    "an unknown member": ["/extra", (t) => (t.extra = 1)],
    "no labels": ["/fields/labels", (t) => delete t.fields.labels],
    "a type code that does not check": ["/typeCode", (t) => (t.typeCode = t.typeCode.replace("TALLY", "TALLX"))],
    "version 0": ["/version", (t) => (t.version = 0)],
    "an empty label": ["/name/en", (t) => (t.name.en = "")],
    "a label in a third language": ["/name/fr", (t) => (t.name.fr = "x")],
    "an authority that the type code does not name": [
      "/definingAuthority/code",
      (t) => (t.definingAuthority.code = "11100000000013338W"),
    ],
    "an unknown sharing class": ["/sharing", (t) => (t.sharing = "public")],
    "no holder type": ["/holder/codeTypes", (t) => (t.holder.codeTypes = [])],
    "a holder type twice": ["/holder/codeTypes", (t) => (t.holder.codeTypes = ["001", "001"])],
    "no holder": ["/holder/max", (t) => (t.holder.max = 0)],
    "a pattern that does not compile": ["/number/pattern", (t) => (t.number.pattern = "JY[0-9")],
    "a pattern that only compiles without flag u": ["/number/pattern", (t) => (t.number.pattern = "\\-")],
    "a pattern that could run for ever": ["/number/pattern", (t) => (t.number.pattern = "([0-9]+)+x")],
    "a pattern too long": ["/number/pattern", (t) => (t.number.pattern = "a".repeat(301))],
    "an unknown check": ["/number/check/algorithm", (t) => (t.number.check.algorithm = "luhn")],
    "an unknown rule of the end date": ["/validity/endDate", (t) => (t.validity.endDate = "maybe")],
    "a validity of 0 years": ["/validity/maxYears", (t) => (t.validity.maxYears = 0)],
    "a schema that leaves fields open": [
      "/fields/schema/additionalProperties",
      (t) => (t.fields.schema.additionalProperties = true),
    ],
    "a schema without additionalProperties": [
      "/fields/schema/additionalProperties",
      (t) => delete t.fields.schema.additionalProperties,
    ],
    "a schema of a list": ["/fields/schema/type", (t) => (t.fields.schema.type = "array")],
    "a reference to the outside": [
      "/fields/schema/properties/premises/$ref",
      (t) => (t.fields.schema.properties.premises = { $ref: "https://evil.example/s" }),
    ],
    "an $id": ["/fields/schema/$id", (t) => (t.fields.schema.$id = "https://evil.example/s")],
    "a field pattern that could run for ever": [
      "/fields/schema/properties/premises/pattern",
      (t) => (t.fields.schema.properties.premises.pattern = "(a|a)*"),
    ],
    "a field named with a hyphen": ["/fields/schema/properties", (t) => (t.fields.schema.properties["a-b"] = {})],
    "a field without a label": ["/fields/labels", (t) => t.fields.labels.pop()],
    "a label twice": ["/fields/labels", (t) => t.fields.labels.push(t.fields.labels[0])],
    "a label of no field": ["/fields/labels/0/field", (t) => (t.fields.labels[0].field = "nothing")],
    "a state nobody knows": ["/states/lost", (t) => (t.states.lost = t.states.valid)],
    "a state without a code": ["/states/valid/code", (t) => delete t.states.valid.code],
    "a QR pointer to nowhere": ["/qr/face/0/pointer", (t) => (t.qr.face[0].pointer = "/face/nothing")],
    "a QR pointer to the nonce": ["/qr/face/0/pointer", (t) => (t.qr.face[0].pointer = "/nonce")],
    "a QR pointer that is none": ["/qr/face/0/pointer", (t) => (t.qr.face[0].pointer = "face/premises")],
    "a budget of 0": ["/qr/face/0/maxBytes", (t) => (t.qr.face[0].maxBytes = 0)],
    "budgets that do not fit the code": ["/qr/face", (t) => (t.qr.face[0].maxBytes = 200)],
    "17 QR fields": ["/qr/face", (t) => (t.qr.face = Array(17).fill(t.qr.face[3]))],
    "a layout without rows": ["/layout/rows", (t) => (t.layout.rows = [])],
    "a row that points nowhere": ["/layout/rows/1/pointer", (t) => (t.layout.rows[1].pointer = "/face/nothing")],
    "a row of 0 lines": ["/layout/rows/1/maxLines", (t) => (t.layout.rows[1].maxLines = 0)],
    "a mask that ends before it starts": [
      "/layout/rows/1/mask/to",
      (t) => (t.layout.rows[1].mask = { from: 5, to: 5 }),
    ],
    "a layout of no version": ["/layout/layoutVersion", (t) => delete t.layout.layoutVersion],
    "an unknown member of the layout": ["/layout/margin", (t) => (t.layout.margin = 3)],
    "a fold that is a word": ["/layout/fold", (t) => (t.layout.fold = "yes")],
    "a fold down a page that is not landscape": ["/layout/fold", (t) => (t.layout.fold = true)],
    "two languages by a number": ["/layout/bilingual", (t) => (t.layout.bilingual = 2)],
    "an unknown palette": ["/layout/palette", (t) => (t.layout.palette = "pink")],
    "an unknown grid": ["/layout/grid", (t) => (t.layout.grid = "dots")],
    "a subtitle in one language": ["/layout/subtitle/en", (t) => (t.layout.subtitle = { zh: "副本" })],
    "a watermark that is text": ["/layout/watermark", (t) => (t.layout.watermark = "样本")],
    "a heading without height": ["/layout/heading/height", (t) => (t.layout.heading = { ...BOX, height: 0 })],
    "a body without a place": ["/layout/body/x", (t) => (t.layout.body = { ...BOX, x: undefined as never })],
    "a body off the page": ["/layout/body/y", (t) => (t.layout.body = { ...BOX, y: 421 })],
    "a preamble without words": ["/layout/preamble/text", (t) => (t.layout.preamble = BOX)],
    "a preamble in one language": [
      "/layout/preamble/text/en",
      (t) => (t.layout.preamble = { ...BOX, text: { zh: "甲" } }),
    ],
    "a preamble of 601 characters": [
      "/layout/preamble/text/zh",
      (t) => (t.layout.preamble = { ...BOX, text: { zh: "甲".repeat(601), en: "a" } }),
    ],
    "a preamble without width": [
      "/layout/preamble/width",
      (t) => (t.layout.preamble = { ...BOX, width: 0, text: t.name }),
    ],
    "41 rows": ["/layout/rows", (t) => (t.layout.rows = Array(41).fill(t.layout.rows[0]))],
    "a row of 21 lines": ["/layout/rows/1/maxLines", (t) => (t.layout.rows[1].maxLines = 21)],
    "a row of a third": ["/layout/rows/1/width", (t) => (t.layout.rows[1].width = "third")],
    "an unknown member of a row": ["/layout/rows/1/colour", (t) => (t.layout.rows[1].colour = "red")],
    "a flow that is a word": ["/layout/rows/3/flow", row(() => ({ flow: "yes" }))],
    "text that goes on in half a row": ["/layout/rows/3/width", row(() => ({ flow: true, width: "half" }))],
    "a table in half a row": ["/layout/rows/3/width", withRow((t) => table(t, { width: "half" }))],
    "a table that goes on by its own word": ["/layout/rows/3/flow", withRow((t) => table(t, { flow: true }))],
    "a table with a mask of its own": ["/layout/rows/3/mask", withRow((t) => table(t, { mask: { from: 0, to: 1 } }))],
    "a table with codes of its own": ["/layout/rows/3/codes", withRow((t) => table(t, { codes: {} }))],
    "a table of the period": ["/layout/rows/3/pointer", withRow((t) => table(t, { pointer: "validity" }))],
    "a table of nothing": ["/layout/rows/3/pointer", withRow((t) => table(t, { pointer: "/face/nothing" }))],
    "all holders in a row that is no table": ["/layout/rows/3/pointer", row(() => ({ pointer: "/certificateHolder" }))],
    "a table without columns": ["/layout/rows/3/columns", withRow((t) => table(t, { columns: [] }))],
    "a table of nine columns": [
      "/layout/rows/3/columns",
      withRow((t) => table(t, { columns: Array(9).fill({ label: t.name, width: 1 }) })),
    ],
    "a column without a label": ["/layout/rows/3/columns/0/label", column({ label: undefined })],
    "a column without width": ["/layout/rows/3/columns/0/width", column({ width: 0 })],
    "a column of a fraction": ["/layout/rows/3/columns/0/width", column({ width: 1.5 })],
    "a column of a member that no JSON of ours has": ["/layout/rows/3/columns/0/member", column({ member: "a-b" })],
    "a column that goes on": ["/layout/rows/3/columns/0/flow", column({ flow: true })],
    "a column's mask that is too long": ["/layout/rows/3/columns/0/mask/to", column({ mask: { from: 0, to: 201 } })],
    "a mask of a kind of holder that is none": [
      "/layout/rows/3/mask/holderType",
      row(() => ({ mask: { from: 0, to: 1, holderType: "1" } })),
    ],
    "words for a value that has none": ["/layout/rows/3/words/yes", row((t) => ({ words: { yes: t.name } }))],
    "words in one language": ["/layout/rows/3/words/true/en", row(() => ({ words: { true: { zh: "是" } } }))],
    "codes that are a list": ["/layout/rows/3/codes", row(() => ({ codes: [] }))],
    "101 codes": [
      "/layout/rows/3/codes",
      row((t) => ({ codes: Object.fromEntries(Array.from({ length: 101 }, (_, i) => [`c${i}`, t.name])) })),
    ],
    "a code with a space": ["/layout/rows/3/codes", row((t) => ({ codes: { "a b": t.name } }))],
    "a code without words": ["/layout/rows/3/codes/a", row(() => ({ codes: { a: "word" } }))],
    "a seal without a place": ["/layout/seal/y", (t) => delete t.layout.seal.y],
    "a code's place that is text": ["/layout/qr/x", (t) => (t.layout.qr.x = "10")],
    "another paper": ["/layout/page", (t) => (t.layout.page = "A3")],
    "a QR code off the page": ["/layout/qr/x", (t) => (t.layout.qr.x = 1000)],
    "a QR code without size": ["/layout/qr/size", (t) => (t.layout.qr.size = 0)],
  };
  for (const [name, [field, alter]] of Object.entries(invalid))
    it(`refuses ${name}, at ${field}`, () => {
      expect(expectRefusal("type.invalid", () => readTypeDefinition(changed(SAMPLE_TYPE, alter))).field).to.equal(
        field,
      );
    });

  for (const json of [null, [], 1, "x", {}])
    it(`refuses ${JSON.stringify(json)}`, () => void expectRefusal("type.invalid", () => readTypeDefinition(json)));
});

describe("a type with a photo", () => {
  const photo = { type: "string", format: "photo" };

  it("is read, the photo required or not", () => {
    expect(readTypeDefinition(PHOTO_TYPE as never)).to.equal(PHOTO_TYPE);
    const required = changed(PHOTO_TYPE, (t) => t.fields.schema.required.push("photo"));
    expect(readTypeDefinition(required)).to.equal(required);
  });

  const invalid: Record<string, [field: string, alter: Alteration]> = {
    "no box": ["/layout/photo", (t) => delete t.layout.photo],
    "a box of another field": ["/layout/photo/pointer", (t) => (t.layout.photo.pointer = "/face/premises")],
    "a box without a size": ["/layout/photo/width", (t) => (t.layout.photo.width = 0)],
    "a box with a caption": ["/layout/photo/label", (t) => (t.layout.photo.label = t.name)],
    "a box and no photo": ["/layout/photo/pointer", (t) => (t.fields.schema.properties.photo = { type: "string" })],
    "a second photo": ["/fields/schema/properties/photo", (t) => (t.fields.schema.properties.note = photo)],
    "a photo that may be null": [
      "/fields/schema/properties/photo",
      (t) => (t.fields.schema.properties.photo.type = ["string", "null"]),
    ],
    "a photo with a pattern": [
      "/fields/schema/properties/photo",
      (t) => (t.fields.schema.properties.photo.pattern = "a"),
    ],
    "photos in a list": [
      "/fields/schema/properties/items/items/format",
      (t) => (t.fields.schema.properties.items.items = photo),
    ],
    "a photo among definitions": [
      "/fields/schema/$defs/picture/format",
      (t) => (t.fields.schema.$defs = { picture: photo }),
    ],
    "a photo in the code": ["/qr/face/2/pointer", (t) => (t.qr.face[2].pointer = "/face/photo")],
    "a photo as a row": ["/layout/rows/1/pointer", (t) => (t.layout.rows[1].pointer = "/face/photo")],
  };
  for (const [name, [field, alter]] of Object.entries(invalid))
    it(`refuses ${name}, at ${field}`, () => {
      expect(expectRefusal("type.invalid", () => readTypeDefinition(changed(PHOTO_TYPE, alter))).field).to.equal(field);
    });
});

describe("patternProblem", () => {
  for (const pattern of [
    "JY[0-9]{14}",
    "(?:JY|JW)[0-9]{14}",
    "[0-9]{6}(?:[0-9]{4})?X?",
    "皖[A-Z]\\([0-9]{4}\\)[0-9]{7}",
    "\\p{Script=Han}{2,20}",
    "[(+]a+",
    "(?:a|b)c{2}",
    "(?:[A-Z])?",
    "a?".repeat(12),
  ])
    it(`finds none in ${pattern}`, () => expect(patternProblem(pattern)).to.equal(null));
  for (const pattern of [
    "(a+)+",
    "(a*)*",
    "(a|aa)+",
    "(?:a{2,3}){4}",
    "((ab)c)*",
    "(?=a)b",
    "(a)\\1",
    "(?<n>a)\\k<n>",
    "a*a*a*a*b",
    "a)",
    "(?<!a)b",
    "((a)b|c)+",
    "(?:(?:a){2}){3}",
    "(?:a?){30}a{30}",
    `${"a?".repeat(13)}a`,
  ])
    it(`finds one in ${pattern}`, () => expect(patternProblem(pattern)).to.be.a("string"));

  // Whoever sends a file to a verifier sends patterns too. Either of these once took hours.
  for (const [name, pattern] of [
    ["a million alternatives", `(${"|".repeat(1_000_000)})`],
    ["a million groups", "(".repeat(500_000) + ")".repeat(500_000)],
  ] as const)
    it(`refuses ${name} at once`, () => expect(patternProblem(pattern)).to.match(/longer than/)).timeout(2_000);
});

describe("typeDigest", () => {
  it("is SHA-256 of the canonical JSON, written as SRI in certificates", () => {
    const digest = typeDigest(crypto, SAMPLE_TYPE);
    expect(digest).to.deep.equal(crypto.sha256(canonicalBytes(SAMPLE_TYPE)));
    expect(digestSri(digest)).to.match(/^sha256-[A-Za-z0-9+/]{43}=$/);
  });
});
