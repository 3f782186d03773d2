// SPDX-License-Identifier: Apache-2.0
import { Mod37_36 } from "@konfirm/iso7064";
import { expect } from "chai";
import fc from "fast-check";
import { nodeCrypto } from "../../../src/adapters/node-crypto/index.js";
import {
  checkCharacter,
  formatCertificateIdentifier,
  generateSerial,
  isTypeCode,
  lineageOf,
  nextVersionOf,
  parseCertificateIdentifier,
} from "../../../src/core/identifiers/certificate-identifier.js";
import { generateCitizenId, parseCitizenId } from "../../../src/core/identifiers/citizen-id.js";
import { BASE36, mod11Over10, mod37Over36, mod37Over36VariantA11 } from "../../../src/core/identifiers/iso7064.js";
import { packIdentifier, unpackIdentifier } from "../../../src/core/identifiers/packed-identifier.js";
import { generateUscc, isUscc, parseUscc } from "../../../src/core/identifiers/uscc.js";
import { expectRefusal } from "../refusal.js";
import { AGENCY, IDENTIFIER, TYPE_CODE } from "../sample.js";

const base36 = (min: number, max: number) =>
  fc.string({ unit: fc.constantFrom(...BASE36), minLength: min, maxLength: max });

describe("the MOD 37,36 check character", () => {
  for (const [body, check] of [
    ["11100000000013338W01111430000006122244L20230000403001", "U"],
    ["11100000000013338W01111430000006122244L20230000403002", "S"],
    ["11100000MB03271699022340100000000016001", "9"],
    ["A12425GABC1234002", "M"],
    // The trap: a remainder of 1, where an implementation without the outer modulus runs off the alphabet.
    ["J", "0"],
  ] as const)
    it(`of ${body} is ${check}`, () => expect(mod37Over36(body)).to.equal(check));

  it("is the one of @konfirm/iso7064 for any body", () => {
    fc.assert(
      fc.property(base36(1, 70), (body) => {
        expect(mod37Over36(body)).to.equal(Mod37_36.checksum(body));
      }),
    );
  });

  it("does not exist for other characters", () => {
    for (const body of ["a", "1.2", "Ａ", " ", "Ω"]) {
      expect(mod37Over36(body)).to.equal(null);
      expect(mod37Over36VariantA11(body)).to.equal(null);
      expectRefusal("identifier.malformed", () => checkCharacter(body));
    }
  });

  it("finds every single wrong character and every swap of neighbours that differ", () => {
    fc.assert(
      fc.property(base36(2, 40), fc.nat(), fc.constantFrom(...BASE36), (body, pick, character) => {
        const check = mod37Over36(body);
        const at = pick % body.length;
        const replaced = body.slice(0, at) + character + body.slice(at + 1);
        if (replaced !== body) expect(mod37Over36(replaced)).not.to.equal(check);
      }),
    );
  });

  it("of the A=11 variant differs even for digits only", () => {
    expect(mod37Over36VariantA11("1")).not.to.equal(mod37Over36("1"));
    expect(mod37Over36VariantA11("J")).to.be.a("string");
  });
});

describe("the MOD 11,10 check digit", () => {
  it("is the standard's own example", () => expect(mod11Over10("0794")).to.equal("5"));
  it("does not exist for letters", () => expect(mod11Over10("07A4")).to.equal(null));
});

describe("parseCertificateIdentifier", () => {
  const published = [
    "1.2.156.3005.2.11100000000013338W011.11430000006122244L.20230000403.001.U",
    "1.2.156.3005.2.11100000000013338W011.11430000006122244L.20230000403.002.S",
  ];
  for (const text of published)
    it(`reads ${text} strictly`, () => {
      expect(parseCertificateIdentifier(text)).to.include({
        typeCode: "11100000000013338W011",
        agencyCode: "11430000006122244L",
        serial: "20230000403",
        checkRule: "standard",
      });
    });

  it("reads an agency that is a region code leniently, and refuses it strictly", () => {
    const text = "1.2.156.3005.2.11100000MB03271699022.340100.000000016.001.9";
    expect(parseCertificateIdentifier(text, "lenient").agencyCode).to.equal("340100");
    expectRefusal("identifier.malformed", () => parseCertificateIdentifier(text));
  });

  it("names the A=11 variant in lenient mode and refuses it in strict mode", () => {
    const body = "11100000000013338W01111430000006122244L20230000403001";
    const text = published[0]!.slice(0, -1) + mod37Over36VariantA11(body);
    expect(parseCertificateIdentifier(text, "lenient").checkRule).to.equal("a11");
    expectRefusal("identifier.check-character", () => parseCertificateIdentifier(text));
  });

  for (const mode of ["strict", "lenient"] as const) {
    it(`refuses a check character that fits neither rule (${mode})`, () => {
      expectRefusal("identifier.check-character", () =>
        parseCertificateIdentifier(`${published[0]!.slice(0, -1)}A`, mode),
      );
    });
    for (const [name, text] of Object.entries({
      "another root": published[0]!.replace("1.2.156", "1.2.157"),
      "lower case": published[0]!.replace("W", "w"),
      "an empty serial": published[0]!.replace("20230000403", ""),
      "a serial with a hyphen": published[0]!.replace("20230000403", "2023-000403"),
      "a version of two digits": published[0]!.replace(".001.", ".01."),
      "a type code one short": published[0]!.replace("W011", "W01"),
      "text after it": `${published[0]}\n`,
      "an endless serial": published[0]!.replace("20230000403", "1".repeat(10_000)),
      nothing: "",
    }))
      it(`refuses ${name} (${mode})`, () =>
        void expectRefusal("identifier.malformed", () => parseCertificateIdentifier(text, mode)));
  }

  it("refuses strictly a type code or an agency whose USCC does not check, and version 000", () => {
    const write = (typeCode: string, agency: string, version: string) =>
      `1.2.156.3005.2.${typeCode}.${agency}.1.${version}.${mod37Over36(`${typeCode}${agency}1${version}`)}`;
    expect(parseCertificateIdentifier(write(TYPE_CODE, AGENCY, "001")).version).to.equal(1);
    expectRefusal("identifier.malformed", () =>
      parseCertificateIdentifier(write(TYPE_CODE.replace("TALLY", "TALLX"), AGENCY, "001")),
    );
    expectRefusal("identifier.malformed", () =>
      parseCertificateIdentifier(write(TYPE_CODE, AGENCY.replace("TALLY", "TALLX"), "001")),
    );
    expectRefusal("identifier.malformed", () => parseCertificateIdentifier(write(TYPE_CODE, AGENCY, "000")));
  });
});

describe("a certificate identifier", () => {
  it("is written so that it reads back", () => {
    fc.assert(
      fc.property(base36(1, 64), fc.integer({ min: 1, max: 999 }), (serial, version) => {
        const text = formatCertificateIdentifier({ typeCode: TYPE_CODE, agencyCode: AGENCY, serial, version });
        expect(parseCertificateIdentifier(text)).to.include({
          typeCode: TYPE_CODE,
          agencyCode: AGENCY,
          serial,
          version,
        });
      }),
    );
  });

  it("is not written for versions outside 1…999 or characters outside [0-9A-Z]", () => {
    for (const version of [0, 1000, 1.5])
      expectRefusal("identifier.malformed", () =>
        formatCertificateIdentifier({ typeCode: TYPE_CODE, agencyCode: AGENCY, serial: "1", version }),
      );
    expectRefusal("identifier.malformed", () =>
      formatCertificateIdentifier({ typeCode: TYPE_CODE, agencyCode: AGENCY, serial: "a", version: 1 }),
    );
  });

  it("keeps its lineage over versions", () => {
    const next = nextVersionOf(IDENTIFIER);
    expect(parseCertificateIdentifier(next).version).to.equal(2);
    expect(lineageOf(next)).to.equal(lineageOf(IDENTIFIER));
    expect(lineageOf(IDENTIFIER)).to.equal(IDENTIFIER.slice(0, -6));
  });

  it("has no version after 999", () => {
    const last = formatCertificateIdentifier({ typeCode: TYPE_CODE, agencyCode: AGENCY, serial: "1", version: 999 });
    expectRefusal("identifier.malformed", () => nextVersionOf(last));
  });

  it("gets a serial of 20 characters that differ from the last and use the whole alphabet", () => {
    const serials = Array.from({ length: 200 }, () => generateSerial(nodeCrypto));
    expect(new Set(serials).size).to.equal(200);
    for (const serial of serials) expect(serial).to.match(/^[0-9A-Z]{20}$/);
    expect(new Set(serials.join("")).size).to.equal(36);
  });

  it("draws serials without bias: bytes of 252 and more are thrown away", () => {
    const bytes = [255, 254, 253, 252, 251, ...new Array(40).fill(0)];
    const serial = generateSerial({ ...nodeCrypto, randomBytes: (length) => Uint8Array.from(bytes.slice(0, length)) });
    expect(serial).to.equal(`Z${"0".repeat(19)}`);
  });
});

describe("packIdentifier", () => {
  it("packs any strict identifier so that it unpacks, shorter than its text", () => {
    fc.assert(
      fc.property(base36(1, 64), fc.integer({ min: 1, max: 999 }), (serial, version) => {
        const text = formatCertificateIdentifier({ typeCode: TYPE_CODE, agencyCode: AGENCY, serial, version });
        const packed = packIdentifier(text)!;
        expect(unpackIdentifier(packed).text).to.equal(text);
        expect(packed.length).to.be.lessThan(text.length * 0.7);
      }),
    );
  });

  it("does not pack what is not strict", () => {
    expect(packIdentifier("1.2.156.3005.2.11100000MB03271699022.340100.000000016.001.9")).to.equal(null);
    expect(packIdentifier("JY1")).to.equal(null);
  });

  it("refuses bytes that packing does not give", () => {
    const packed = packIdentifier(IDENTIFIER)!;
    for (const bytes of [
      new Uint8Array(),
      Uint8Array.of(0, ...packed),
      packed.slice(1),
      new Uint8Array(73).fill(255),
      Uint8Array.of(1, 2, 3),
    ])
      expectRefusal("identifier.malformed", () => unpackIdentifier(bytes));
  });
});

describe("parseUscc", () => {
  for (const text of ["11100000000013338W", "11100000MB0143028R", "11100000000019713D", "11100000MB03271699"])
    it(`accepts ${text}, both checks`, () => {
      expect(parseUscc(text).text).to.equal(text);
      expect(isUscc(text)).to.equal(true);
    });

  it("takes it apart", () => {
    expect(parseUscc("11430000006122244L")).to.deep.equal({
      text: "11430000006122244L",
      department: "1",
      category: "1",
      region: "430000",
      organisation: "006122244",
    });
  });

  it("refuses a wrong last character and, with a right last one, a wrong organisation code", () => {
    expectRefusal("identifier.check-character", () => parseUscc("11100000000013338X"));
    const wrongInner = [
      "0",
      "1",
      "2",
      "3",
      "4",
      "5",
      "6",
      "7",
      "8",
      "9",
      "A",
      "B",
      "C",
      "D",
      "E",
      "F",
      "G",
      "H",
      "J",
      "K",
      "L",
      "M",
      "N",
      "P",
      "Q",
      "R",
      "T",
      "U",
      "W",
      "X",
      "Y",
    ]
      .map((last) => `1110000000001333${7}${last}`)
      .map((text) => expectRefusal("identifier.check-character", () => parseUscc(text)).message);
    for (const message of wrongInner) expect(message).to.contain("character 17");
  });

  for (const text of [
    "",
    "1110000000001333",
    "11100000000013338w",
    "11100000000013338I",
    "1110000000001333８W",
    "111000000000133380WX",
    "1A100A00000013338W",
  ])
    it(`refuses ${JSON.stringify(text)}`, () => {
      expectRefusal("identifier.malformed", () => parseUscc(text));
      expect(isUscc(text)).to.equal(false);
    });

  it("accepts what is generated, the check characters X and 0 included", () => {
    const lasts = new Set<string>();
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(..."0123456789ABCDEFGHJKLMNPQRTUWXY"), minLength: 8, maxLength: 8 }),
        (body) => {
          const text = generateUscc({ department: "9", category: "1", region: "349999", body });
          expect(isUscc(text)).to.equal(true);
          lasts.add(text[17]!);
        },
      ),
      { numRuns: 400 },
    );
    expect([...lasts]).to.include("0");
  });

  it("knows a type code by its USCC and three digits", () => {
    expect(isTypeCode("11100000000013338W011")).to.equal(true);
    for (const text of ["11100000000013338W01", "11100000000013338W01A", "11100000000013338X011", null, 7])
      expect(isTypeCode(text)).to.equal(false);
  });
});

describe("parseCitizenId", () => {
  const now = Date.UTC(2026, 2, 1);

  it("accepts the standard's own example", () => {
    expect(parseCitizenId("11010519491231002X", { now })).to.deep.equal({
      text: "11010519491231002X",
      region: "110105",
      birthDate: "1949-12-31",
      sex: "female",
    });
  });

  it("refuses a wrong check character, without repeating the number", () => {
    const error = expectRefusal("identifier.check-character", () => parseCitizenId("110105194912310021", { now }));
    expect(error.message).not.to.contain("1949");
  });

  for (const [name, text] of Object.entries({
    "a date that does not exist": "11010519490231002X",
    "a 13th month": "11010519491331002X",
    "a lower-case x": "11010519491231002x",
    "the old form of 15 digits": "110105491231002",
    letters: "1101051949123100AX",
    "full-width digits": "１1010519491231002X",
    nothing: "",
  }))
    it(`refuses ${name}`, () => void expectRefusal("identifier.malformed", () => parseCitizenId(text, { now })));

  it("accepts a birth today in Shanghai and refuses one tomorrow", () => {
    const today = generateCitizenId({ region: "349900", birthDate: "2026-03-02", sequence: "001" });
    // 16:00 UTC on the first is already the second in Shanghai.
    expect(parseCitizenId(today, { now: Date.UTC(2026, 2, 1, 16) }).birthDate).to.equal("2026-03-02");
    expectRefusal("identifier.malformed", () => parseCitizenId(today, { now: Date.UTC(2026, 2, 1, 15, 59) }));
  });

  it("accepts codes of regions that nobody knows", () => {
    const id = generateCitizenId({ region: "999999", birthDate: "2000-02-29", sequence: "123" });
    expect(parseCitizenId(id, { now }).sex).to.equal("male");
  });

  it("finds every single wrong digit", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 16 }), fc.nat(9), (at, digit) => {
        const id = generateCitizenId({ region: "349900", birthDate: "1990-05-17", sequence: "123" });
        const wrong = id.slice(0, at) + digit + id.slice(at + 1);
        if (wrong !== id) expect(() => parseCitizenId(wrong, { now })).to.throw();
      }),
    );
  });
});
