// SPDX-License-Identifier: Apache-2.0
import { readdirSync, readFileSync } from "node:fs";
import { expect } from "chai";
import fc from "fast-check";
import { canonicalBytes } from "../../src/core/canonical-json.js";
import type { Certificate } from "../../src/core/certificate.js";
import { TallyError } from "../../src/core/errors.js";
import { generateCitizenId } from "../../src/core/identifiers/citizen-id.js";
import { generateUscc } from "../../src/core/identifiers/uscc.js";
import type { TypeDefinition } from "../../src/core/type-definition.js";
import { compileType } from "../../src/domain/catalogue/index.js";
import { checkClaims, type IssueRequest } from "../../src/domain/issuance/index.js";
import { schemaCheck } from "../../src/http/validation/schema-check.js";
import { SAMPLE_PHOTO } from "../../src/render/sample/sample-photo.js";
import { tidyCode, tidyText } from "../../src/web/form/tidy.js";
import { checkDraft } from "../../src/web/pages/desk/form/check-draft.js";
import type { FieldDraft, FieldModel } from "../../src/web/pages/desk/form/field-model.js";
import { draftOf, enteredValue } from "../../src/web/pages/desk/form/field-value.js";
import {
  changesOf,
  draftFrom,
  type LicenceDraft,
  newDraft,
  requestOf,
} from "../../src/web/pages/desk/form/licence-draft.js";
import { fieldsOf } from "../../src/web/pages/desk/form/schema-fields.js";
import { serviceFaults } from "../../src/web/pages/desk/form/service-faults.js";

const FOLDER = new URL("../../catalogue/", import.meta.url);
const typeNamed = (name: string): TypeDefinition => JSON.parse(readFileSync(new URL(`${name}.json`, FOLDER), "utf8"));
const FOOD = typeNamed("food-business-permit");
const DRIVER = typeNamed("road-transport-qualification");
const NOW = Date.UTC(2026, 5, 15, 4);
const USCC = generateUscc({ department: "9", category: "1", region: "340100", body: "MA2ABCD1" });
const CITIZEN = generateCitizenId({ region: "999999", birthDate: "1990-02-03", sequence: "011" });

const checkShape = schemaCheck("IssueRequest");

/** Pointers at which the service refuses the request; empty when it would issue it. */
function refusedAt(type: TypeDefinition, request: unknown): string[] {
  const compiled = compileType(type, canonicalBytes(type), new Uint8Array(32));
  try {
    checkShape(request);
    checkClaims(request as IssueRequest, compiled, USCC, NOW);
    return [];
  } catch (error) {
    if (error instanceof TallyError) return error.problems.map(({ field }) => field);
    throw error;
  }
}

const food = (changes: Partial<LicenceDraft> = {}, face: Record<string, FieldDraft> = {}): LicenceDraft => ({
  ...newDraft(FOOD),
  certificateNumber: "JY13401000000016",
  holders: [{ name: "虎符示例餐饮有限公司", code: USCC, codeType: "001" }],
  validUntil: "2031-06-14",
  ...changes,
  face: {
    legalRepresentative: "喆堃",
    domicile: "示例市虎符路1号",
    premises: "示例市虎符路1号",
    businessForm: "1",
    businessItems: "热食类食品制售",
    onlineOperation: "true",
    warehouseAddress: null,
    ...face,
  },
});

const driver = (changes: Partial<LicenceDraft> = {}, face: Record<string, FieldDraft> = {}): LicenceDraft => ({
  ...newDraft(DRIVER),
  holders: [{ name: "欧阳示例", code: CITIZEN, codeType: "111" }],
  validUntil: "2032-06-14",
  ...changes,
  face: {
    sex: "0",
    birthDate: "1990-02-03",
    nationality: "",
    qualificationCategories: ["1", "0"],
    vehicleClass: "3",
    firstIssueDate: "2020-01-01",
    photo: SAMPLE_PHOTO,
    ...face,
  },
});

const faultsOf = (type: TypeDefinition, draft: LicenceDraft): string[] =>
  checkDraft(draft, type, NOW).map(({ pointer, fault }) => `${pointer} ${fault.code}`);

describe("the form of a type", () => {
  for (const file of readdirSync(FOLDER).filter((name) => name.endsWith(".json"))) {
    it(`has every field of ${file}, in the order of its labels, none of them as bare JSON`, () => {
      const type = typeNamed(file.replace(".json", ""));
      const fields = fieldsOf(type);
      expect(fields.map(({ name }) => name)).to.deep.equal(type.fields.labels.map(({ field }) => field));
      expect(fields.map(({ input }) => input.kind)).not.to.include("json");
    });
  }

  it("has the control that fits each schema", () => {
    const kinds = Object.fromEntries([...fieldsOf(FOOD), ...fieldsOf(DRIVER)].map((field) => [field.name, field]));
    expect(kinds.businessForm?.input.kind).to.equal("choice");
    expect(kinds.onlineOperation?.input.kind).to.equal("boolean");
    expect(kinds.warehouseAddress).to.include({ nullable: true, required: true });
    expect(kinds.businessItems?.input).to.include({ kind: "text", long: true, max: 2_000, severalLines: true });
    expect(kinds.legalRepresentative?.input).to.include({ long: false, severalLines: false });
    expect(kinds.birthDate?.input.kind).to.equal("date");
    expect(kinds.qualificationCategories?.input).to.include({ kind: "choices", min: 1, max: 6 });
    expect(kinds.photo).to.deep.include({ required: true, input: { kind: "photo" } });
    expect(kinds.nationality?.required).to.equal(false);
  });

  const oneField = (schema: object, extra: object = {}): FieldModel =>
    fieldsOf({
      fields: {
        schema: { type: "object", additionalProperties: false, properties: { x: schema }, ...extra },
        labels: [{ field: "x", label: { zh: "某项", en: "Item" } }],
      },
      layout: FOOD.layout,
    })[0] as FieldModel;

  for (const [title, schema, kind, nullable] of [
    ["a reference inside the schema", { $ref: "#/$defs/d" }, "date", false],
    ["a reference or null", { anyOf: [{ $ref: "#/$defs/d" }, { type: "null" }] }, "date", true],
    ["a reference that leads to itself", { $ref: "#/$defs/loop" }, "json", false],
    ["a reference that leads nowhere", { $ref: "#/$defs/none" }, "json", false],
    ["an enumeration with null", { enum: ["A", null] }, "choice", true],
    ["a constant", { const: "固定" }, "choice", false],
    ["a whole number", { type: "integer", minimum: 1 }, "number", false],
    ["a list of texts", { type: "array", items: { type: "string" } }, "list", false],
    [
      "an object",
      { type: "object", additionalProperties: false, properties: { a: { type: "string" } } },
      "group",
      false,
    ],
    ["an open object", { type: "object" }, "json", false],
    ["two types", { type: ["string", "number"] }, "json", false],
    ["alternatives", { oneOf: [{ type: "string" }, { type: "number" }] }, "json", false],
    ["a condition", { type: "string", if: {}, not: {} }, "json", false],
    ["nothing said", {}, "json", false],
  ] as const) {
    it(`takes ${title} as ${kind}`, () => {
      const $defs = { d: { type: "string", format: "date" }, loop: { $ref: "#/$defs/loop" } };
      const field = oneField(schema, { $defs });
      expect([field.input.kind, field.nullable]).to.deep.equal([kind, nullable]);
    });
  }

  it("gives back what it was given, whatever the shape", () => {
    const list = oneField({
      type: "array",
      items: {
        type: "object",
        additionalProperties: false,
        required: ["name"],
        properties: { name: { type: "string" }, share: { type: ["number", "null"] }, main: { type: "boolean" } },
      },
    });
    const value = [
      { name: "甲", share: null, main: true },
      { name: "乙", share: 0.5 },
    ];
    expect(enteredValue(list, draftOf(list, value))).to.deep.equal(value);
  });
});

describe("what is typed", () => {
  it("is read as it was meant: full-width and lower-case codes, spaces, line breaks", () => {
    expect(tidyCode(" ９１34 0100 ma2abcd1x\u3000")).to.equal("91340100MA2ABCD1X");
    expect(tidyText("  示例市\r\n虎符路1号\t ")).to.equal("示例市 虎符路1号");
  });

  it("keeps its lines where the licence prints several", () => {
    const severalLines = true;
    expect(tidyText(" 一、热食 \r\n\u3000二、冷食\u2028\n ", { severalLines })).to.equal("一、热食\n二、冷食");
    const typed = food({}, { businessItems: "一、热食 \r\n二、冷食", legalRepresentative: "王\n喆" });
    expect(faultsOf(FOOD, typed)).to.deep.equal([]);
    expect(requestOf(typed, FOOD).face).to.include({
      businessItems: "一、热食\n二、冷食",
      legalRepresentative: "王 喆",
    });
  });

  it("may hold markup, which stays text all the way", () => {
    const text = '<img src=x onerror="alert(1)">';
    expect(faultsOf(FOOD, food({}, { premises: text }))).to.deep.equal([]);
    expect(requestOf(food({}, { premises: text }), FOOD).face.premises).to.equal(text);
  });
});

describe("a draft", () => {
  it("without faults is a request that the service issues", () => {
    for (const [type, draft] of [
      [FOOD, food()],
      [DRIVER, driver()],
    ] as const) {
      expect(faultsOf(type, draft)).to.deep.equal([]);
      expect(refusedAt(type, requestOf(draft, type))).to.deep.equal([]);
    }
  });

  it("needs a photo where the type does, and sends the one that was chosen", () => {
    expect(faultsOf(DRIVER, driver({}, { photo: "" }))).to.deep.equal(["/face/photo required"]);
    expect(faultsOf(DRIVER, driver({}, { photo: "C:\\fakepath\\photo.jpg" }))).to.deep.equal(["/face/photo no-photo"]);
    const { face } = requestOf(driver(), DRIVER);
    expect(face.photo).to.equal(SAMPLE_PHOTO);
    const field = fieldsOf(DRIVER).find(({ name }) => name === "photo") as FieldModel;
    expect(draftOf(field, face.photo)).to.equal(SAMPLE_PHOTO);
    expect(enteredValue(field, "")).to.equal(undefined);
  });

  it("takes the holder's code for the number where the type says so", () => {
    expect(requestOf(driver(), DRIVER).certificateNumber).to.equal(CITIZEN);
  });

  it("leaves out what was not entered, and says null where the answer is none", () => {
    expect(requestOf(driver(), DRIVER).face).not.to.have.property("nationality");
    expect(requestOf(food(), FOOD).face.warehouseAddress).to.equal(null);
  });

  it("keeps ticked values in the order of the type", () => {
    const { items } = (DRIVER.fields.schema.properties as Record<string, { items: { enum: string[] } }>)
      .qualificationCategories as { items: { enum: string[] } };
    expect(requestOf(driver(), DRIVER).face.qualificationCategories).to.deep.equal(items.enum.slice(0, 2));
  });

  const wrongCitizen = `${CITIZEN.slice(0, 17)}${CITIZEN.endsWith("1") ? "2" : "1"}`;
  for (const [title, type, draft, expected] of [
    [
      "a wrong check digit of the number",
      FOOD,
      food({ certificateNumber: "JY13401000000017" }),
      "/certificateNumber number",
    ],
    ["a number of another shape", FOOD, food({ certificateNumber: "JY1340100000001" }), "/certificateNumber number"],
    ["no number", FOOD, food({ certificateNumber: "" }), "/certificateNumber required"],
    [
      "a wrong check character of a USCC",
      FOOD,
      food({
        holders: [{ name: "甲", code: `${USCC.slice(0, 17)}${USCC.endsWith("A") ? "B" : "A"}`, codeType: "001" }],
      }),
      "/holders/0/certificateHolderCode holder-check",
    ],
    [
      "a USCC that is too short",
      FOOD,
      food({ holders: [{ name: "甲", code: USCC.slice(1), codeType: "001" }] }),
      "/holders/0/certificateHolderCode holder-shape",
    ],
    [
      "a wrong check character of a citizen ID",
      FOOD,
      food({ holders: [{ name: "甲", code: wrongCitizen, codeType: "111" }] }),
      "/holders/0/certificateHolderCode holder-check",
    ],
    [
      "a birth date that does not exist",
      FOOD,
      food({ holders: [{ name: "甲", code: "999999199002301234", codeType: "111" }] }),
      "/holders/0/certificateHolderCode holder-birth-date",
    ],
    [
      "no holder's name",
      FOOD,
      food({ holders: [{ name: " ", code: USCC, codeType: "001" }] }),
      "/holders/0/certificateHolder required",
    ],
    ["an end date beyond the years of the type", FOOD, food({ validUntil: "2031-06-15" }), "/validUntil end-too-late"],
    ["an end date before the start", FOOD, food({ validUntil: "2026-06-14" }), "/validUntil end-before-start"],
    ["no end date where one is required", FOOD, food({ validUntil: "", longTerm: true }), "/validUntil required"],
    ["an end date that does not exist", FOOD, food({ validUntil: "2030-02-30" }), "/validUntil not-a-date"],
    ["an issue date in the future", FOOD, food({ issueDate: "2026-06-16" }), "/issueDate in-future"],
    ["a required field left empty", FOOD, food({}, { premises: "" }), "/face/premises required"],
    ["a choice that was not made", FOOD, food({}, { businessForm: "" }), "/face/businessForm required"],
    [
      "a text that is too long",
      FOOD,
      food({}, { legalRepresentative: "喆".repeat(41) }),
      "/face/legalRepresentative too-long",
    ],
    ["an invisible character", FOOD, food({}, { premises: "虎\u202e符" }), "/face/premises unsafe"],
    ["nothing ticked", DRIVER, driver({}, { qualificationCategories: [] }), "/face/qualificationCategories required"],
    ["a date that does not exist", DRIVER, driver({}, { birthDate: "1990-02-30" }), "/face/birthDate not-a-date"],
  ] as const) {
    it(`is refused for ${title}, here and by the service, at the same field`, () => {
      expect(faultsOf(type, draft)).to.include(expected);
      // The service would not even read some of these; the ones it reads it must refuse where the form does.
      expect(refusedAt(type, requestOf(draft, type))).to.include(expected.split(" ")[0]);
    });
  }

  it("is refused when an end date was only forgotten: long-term is said, not left open", () => {
    expect(faultsOf(typeNamed("business-licence"), newDraft(typeNamed("business-licence")))).to.include(
      "/validUntil end-required",
    );
  });

  it("that the form passes is never refused by the service, whatever was typed", () => {
    const texts = fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom("示例", "<b>", " 虎符 ") },
      { weight: 1, arbitrary: fc.string({ unit: "grapheme", maxLength: 45 }) },
      { weight: 1, arbitrary: fc.constantFrom("", " ", "虎\u200b符", "e\u0301") },
    );
    const codes = fc.constantFrom(USCC, USCC, USCC.toLowerCase(), wrongCitizen, "");
    const dates = fc.constantFrom(
      "",
      "",
      "",
      "",
      "2026-06-15",
      "2031-06-14",
      "2031-06-15",
      "2026-02-29",
      "1960-01-01",
      "x",
    );
    let passed = 0;
    fc.assert(
      fc.property(
        fc.record({
          certificateNumber: fc.constantFrom("JY13401000000016", "jy1 3401000000016", "JY13401000000017"),
          name: texts,
          code: codes,
          codeType: fc.constantFrom("001", "001", "111"),
          issueDate: dates,
          validFrom: dates,
          validUntil: fc.constantFrom("2031-06-14", "2031-06-14", "2031-06-15", "2026-06-15", "", "x"),
          longTerm: fc.constantFrom(false, false, false, true),
          areaCode: fc.constantFrom("", "", "340100", "34010"),
          premises: texts,
          items: texts,
          warehouse: fc.option(texts),
        }),
        ({ name, code, codeType, premises, items, warehouse, ...rest }) => {
          const draft = food(
            { ...rest, holders: [{ name, code, codeType }] },
            { premises, businessItems: items, warehouseAddress: warehouse },
          );
          if (checkDraft(draft, FOOD, NOW).length > 0) return;
          passed++;
          expect(refusedAt(FOOD, requestOf(draft, FOOD)), JSON.stringify(draft)).to.deep.equal([]);
        },
      ),
      { numRuns: 2_000 },
    );
    // The property would hold for a form that passes nothing.
    expect(passed).to.be.greaterThan(0);
  });
});

describe("a new version", () => {
  const { typeCode: _t, typeVersion: _v, holders, validUntil: _u, ...request } = requestOf(food(), FOOD);
  const certificate = {
    validFrom: "2026-06-15T00:00:00+08:00",
    validUntil: "2031-06-14T23:59:59+08:00",
    credentialSchema: { typeVersion: 1 },
    credentialSubject: { ...request, certificateHolder: holders, certificateAreaCode: "340100" },
  } as unknown as Certificate;

  it("starts from what the certificate says", () => {
    const draft = draftFrom(certificate, FOOD, "correct");
    expect(requestOf(draft, FOOD)).to.deep.include({ validUntil: "2031-06-14", areaCode: "340100", ...request });
    expect(changesOf(draft, certificate, FOOD, "correct")).to.deep.equal({});
  });

  it("sends only what was changed", () => {
    const draft = draftFrom(certificate, FOOD, "correct");
    const changed = { ...draft, face: { ...draft.face, premises: "示例市虎符路2号" } };
    expect(Object.keys(changesOf(changed, certificate, FOOD, "correct"))).to.deep.equal(["face"]);
  });

  it("of a renewal needs its own period and says it even when it is the same", () => {
    const draft = draftFrom(certificate, FOOD, "renew");
    expect(faultsOf(FOOD, draft)).to.deep.equal(["/validUntil required"]);
    const changes = changesOf({ ...draft, validUntil: "2031-06-14" }, certificate, FOOD, "renew");
    expect(changes).to.deep.equal({ validUntil: "2031-06-14" });
  });
});

describe("what the service found", () => {
  const fields = ["/certificateNumber", "/holders/0/certificateHolder", "/face/premises"];
  const sorted = (pointer?: string) =>
    serviceFaults({ errors: [{ ...(pointer === undefined ? {} : { pointer }), detail: "is wrong" }] }, (each) =>
      fields.includes(each),
    );
  const found = (pointer: string) => sorted(pointer).faults[0]?.pointer;

  it("stands at its field", () => {
    expect(found("#/certificateNumber")).to.equal("/certificateNumber");
    expect(found("#/face/premises")).to.equal("/face/premises");
  });

  it("stands at the field around it when the form shows that whole", () => {
    expect(found("#/face/premises/0/x")).to.equal("/face/premises");
  });

  it("stands above the form when it belongs to no field, or its pointer is none", () => {
    for (const pointer of [undefined, "#/typeCode", "#", "x", "#/%E0%A4%A"])
      expect(sorted(pointer), String(pointer)).to.deep.equal({ faults: [], elsewhere: ["is wrong"] });
  });
});
