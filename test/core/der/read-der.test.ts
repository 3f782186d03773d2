// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import fc from "fast-check";
import { DER, DerReader } from "../../../src/core/der/read-der.js";
import { TallyError } from "../../../src/core/errors.js";
import { fromHex, toHex } from "../../../src/core/hex.js";
import { readEcdsaSignature } from "../../../src/core/seal/read-algorithms.js";
import { expectRefusal } from "../refusal.js";
import { vectorJson } from "../vectors.js";

const over = (hex: string) => DerReader.over(fromHex(hex), "value", 1_000);

/** All of `hex` as one value. */
function read<T>(hex: string, how: (reader: DerReader) => T): T {
  const reader = over(hex);
  const result = how(reader);
  reader.expectEnd();
  return result;
}

describe("the DER reader", () => {
  const number = (reader: DerReader) => toHex(reader.unsigned("n", 40));
  const truth = (reader: DerReader) => reader.boolean("b");
  const identifier = (reader: DerReader) => reader.objectIdentifier("id");
  const bits = (reader: DerReader) => reader.namedBits("bits").join();
  const text = (reader: DerReader) => reader.text("text", 40);
  const time = (reader: DerReader) => new Date(reader.time("time") * 1000).toISOString();
  const set = (reader: DerReader) => reader.setOf(DER.set, "set", 3).map(({ encoded }) => toHex(encoded));
  const octets = (reader: DerReader) => reader.octets("octets").length;

  for (const [hex, how, expected] of [
    ["020100", number, ""],
    ["02017f", number, "7f"],
    ["02020080", number, "80"],
    ["0101ff", truth, true],
    ["010100", truth, false],
    ["06032a0304", identifier, "1.2.3.4"],
    ["0603550461", identifier, "2.5.4.97"],
    ["06082a8648ce3d040302", identifier, "1.2.840.10045.4.3.2"],
    ["0609608648016503040201", identifier, "2.16.840.1.101.3.4.2.1"],
    ["030206c0", bits, "0,1"],
    ["03020106", bits, "5,6"],
    ["030100", bits, ""],
    ["0c06e8998ee7aca6", text, "虎符"],
    ["1302434e", text, "CN"],
    ["170d3439313233313233353935395a", time, "2049-12-31T23:59:59.000Z"],
    ["170d3530303130313030303030305a", time, "1950-01-01T00:00:00.000Z"],
    ["180f32303530303130313030303030305a", time, "2050-01-01T00:00:00.000Z"],
    ["3106020101020102", set, ["020101", "020102"]],
    [`048180${"00".repeat(128)}`, octets, 128],
    [`04820100${"00".repeat(256)}`, octets, 256],
  ] as const)
    it(`reads ${hex.slice(0, 20)}`, () => expect(read<unknown>(hex, how)).to.deep.equal(expected));

  for (const [problem, hex, how] of [
    ["an integer without bytes", "0200", number],
    ["an integer with a zero too many", "0202007f", number],
    ["a negative integer", "020180", number],
    ["a negative integer with bytes too many", "0202ffff", number],
    ["an integer that is too large", `0229${"01".repeat(41)}`, number],
    ["true as 1", "010101", truth],
    ["a truth value of two bytes", "0102ffff", truth],
    ["a length of more bytes than needed", "04810100", octets],
    ["a long length where the short form does", "04817f00", octets],
    ["a length with a leading zero", `0482007f${"00".repeat(127)}`, octets],
    ["an indefinite length", "0480000000", octets],
    ["a length of five bytes", "04850000000001ff", octets],
    ["a length beyond the end", "040500", octets],
    ["a length that is cut", "0482", octets],
    ["no value", "", octets],
    ["another type", "0500", octets],
    ["a constructed octet string", "2403040100", octets],
    ["bytes after the value", "04010000", octets],
    ["an object identifier of no bytes", "0600", identifier],
    ["an object identifier with bytes too many", "06042a800304", identifier],
    ["an object identifier that is cut", "06022a83", identifier],
    ["an object identifier with a number that is too large", `060a2a${"ff".repeat(8)}7f`, identifier],
    ["bits beyond the last one", "030206c1", bits],
    ["a last byte of zeros", "030300c000", bits],
    ["eight unused bits", "03020800", bits],
    ["no bits but unused ones", "030101", bits],
    ["a bit string without its first byte", "0300", bits],
    ["text that is not UTF-8", "0c02c328", text],
    ["text of no characters", "0c00", text],
    ["text with a byte order mark for PrintableString", "1303efbbbf", text],
    ["an underscore in a PrintableString", "13015f", text],
    ["text that is too long", `0c29${"61".repeat(41)}`, text],
    ["a date that does not exist", "170d3236303233303030303030305a", time],
    ["the hour 24", "170d3236303232383234303030305a", time],
    ["a time without seconds", "170b323630323238323430305a", time],
    ["a time with an offset", "1711323630323238303030303030" + "2b30383030", time],
    ["a GeneralizedTime before 2050", "180f32303439303130313030303030305a", time],
    ["a set out of order", "3106020102020101", set],
    ["a set with a value twice", "3106020101020101", set],
    ["a set of too many", "310c020101020102020103020104", set],
    ["a type with a number above 30", "31031f0100", set],
  ] as const)
    it(`refuses ${problem}`, () => {
      const { field, message } = expectRefusal("format.malformed", () => read<unknown>(hex, how));
      // Where: the path, and the byte.
      expect(field).to.match(/^value/);
      expect(message).to.match(/ at byte \d+$/);
    });

  it("names the place inside of structures", () => {
    const reader = over("3005300302017f").sequence("outer").sequence("inner");
    const { message } = expectRefusal("format.malformed", () => reader.boolean("flag"));
    expect(message).to.equal("value.outer.inner.flag: the type is 0x02, not 0x01, at byte 4");
  });

  it("refuses what is larger than it may be, before reading it", () => {
    expectRefusal("format.malformed", () => DerReader.over(new Uint8Array(11), "value", 10));
  });

  it("refuses what is nested without end", () => {
    let hex = "";
    for (let i = 0; i < 40; i++) hex = `30${(hex.length / 2).toString(16).padStart(2, "0")}${hex}`;
    let reader = over(hex);
    expectRefusal("format.malformed", () => {
      for (;;) reader = reader.sequence("x");
    });
  });

  it("ends for all bytes, with a value or a refusal", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        for (const how of [number, truth, identifier, bits, text, time, set, octets])
          try {
            how(DerReader.over(bytes, "value", 60));
          } catch (error) {
            expect(error).to.be.instanceOf(TallyError);
          }
      }),
    );
  });

  interface EcdsaVector {
    readonly sig: string;
    readonly flags: readonly string[];
    readonly tcId: number;
    readonly comment: string;
    readonly result: "valid" | "invalid";
  }

  it("takes the DER signatures of wycheproof and refuses every other encoding of them", () => {
    const groups: readonly { readonly tests: readonly EcdsaVector[] }[] = vectorJson(
      "published/ecdsa-p256-sha256-der-wycheproof.json",
    ).testGroups;
    const tests = groups.flatMap((group) => group.tests);
    const isRead = ({ sig }: EcdsaVector): boolean => {
      try {
        readEcdsaSignature(DerReader.over(fromHex(sig), "signature", 1_000));
        return true;
      } catch {
        return false;
      }
    };
    for (const vector of tests) {
      const name = `${vector.tcId} ${vector.comment}`;
      if (vector.result === "valid") expect(isRead(vector), name).to.equal(true);
      if (vector.flags.some((flag) => flag === "BerEncodedSignature" || flag === "InvalidEncoding"))
        expect(isRead(vector), name).to.equal(false);
    }
    expect(tests.length).to.be.greaterThan(400);
  });
});
