// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import fc from "fast-check";
import { utf8 } from "../../../src/core/bytes.js";
import { DER, DerReader } from "../../../src/core/der/read-der.js";
import {
  bitString,
  encode,
  generalizedTime,
  integer,
  objectIdentifier,
  octetString,
  sequence,
  setOf,
  smallInteger,
  utf8String,
} from "../../../src/core/der/write-der.js";
import { fromHex, toHex } from "../../../src/core/hex.js";

const reader = (bytes: Uint8Array) => DerReader.over(bytes, "value", 1 << 20);

describe("the DER writer", () => {
  it("writes what X.690 and RFC 5280 show", () => {
    expect(toHex(smallInteger(0))).to.equal("020100");
    expect(toHex(integer(fromHex("80")))).to.equal("02020080");
    expect(toHex(integer(fromHex("000000ff")))).to.equal("020200ff");
    expect(toHex(integer(new Uint8Array(4)))).to.equal("020100");
    expect(toHex(integer(new Uint8Array(0)))).to.equal("020100");
    expect(toHex(octetString(fromHex("0123")))).to.equal("04020123");
    expect(toHex(bitString(fromHex("0a3b5f")))).to.equal("0304000a3b5f");
    expect(toHex(utf8String("印章"))).to.equal("0c06e58db0e7aba0");
    // X.690 section 8.19.5, and RFC 5758's ecdsa-with-SHA256.
    expect(toHex(objectIdentifier("2.100.3"))).to.equal("0603813403");
    expect(toHex(objectIdentifier("1.2.840.10045.4.3.2"))).to.equal("06082a8648ce3d040302");
    expect(toHex(generalizedTime(new Date("2050-01-02T03:04:05.678Z")))).to.equal(
      `180f${toHex(utf8("20500102030405Z"))}`,
    );
  });

  for (const [length, head] of [
    [0x7f, "047f"],
    [0x80, "048180"],
    [0xff, "0481ff"],
    [0x100, "04820100"],
    [0xffff, "0482ffff"],
    [0x10000, "0483010000"],
  ] as const)
    it(`writes a length of ${length} in as few bytes as possible`, () => {
      const value = octetString(new Uint8Array(length));
      expect(toHex(value.slice(0, head.length / 2))).to.equal(head);
      expect(value).to.have.length(head.length / 2 + length);
      reader(value).octets("bytes");
    });

  it("puts the members of a set into the order of their encodings", () => {
    const members = ["0500", "020102", "020101", "0402ffff", "04030000ff"].map((hex) => fromHex(hex));
    expect(toHex(setOf(...members))).to.equal("311102010102010204 02ffff04030000ff0500".replace(" ", ""));
    reader(setOf(...members)).setOf(DER.set, "set", 10);
  });

  it("writes integers and octets that the strict reader reads back", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.uint8Array({ maxLength: 30 }), (octets, magnitude) => {
        const read = reader(encode(DER.sequence, octetString(octets), integer(magnitude))).sequence("pair");
        expect(toHex(read.octets("octets"))).to.equal(toHex(octets));
        expect(toHex(read.unsigned("number", 30))).to.equal(toHex(magnitude).replace(/^(00)+/, ""));
        read.expectEnd();
      }),
    );
  });

  it("writes object identifiers that the strict reader reads back", () => {
    for (const dotted of ["0.39", "1.0", "2.5.4.97", "2.999.1", "1.2.156.10197.1.501", "1.2.840.113549.1.9.16.2.47"])
      expect(
        reader(sequence(objectIdentifier(dotted)))
          .sequence("of")
          .objectIdentifier("id"),
      ).to.equal(dotted);
  });
});
