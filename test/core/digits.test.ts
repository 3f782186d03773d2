// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import fc from "fast-check";
import { fromDigits, isTokenText, MAX_DIGITS, qrText, toDigits, tokenFromQrText } from "../../src/core/digits.js";
import { MAX_TOKEN_BYTES } from "../../src/core/token.js";
import { expectRefusal } from "./refusal.js";
import { SAMPLE_TOKEN } from "./sample.js";

describe("toDigits", () => {
  it("writes the big-endian integer of 0x01 and the bytes", () => {
    expect(toDigits(Uint8Array.of(0, 0))).to.equal("65536");
    expect(toDigits(new Uint8Array())).to.equal("1");
  });

  it("is read back by fromDigits, leading zero bytes included", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        expect(fromDigits(toDigits(bytes))).to.deep.equal(bytes);
      }),
    );
  });

  it("stays within the bound for the longest token", () => {
    expect(toDigits(new Uint8Array(MAX_TOKEN_BYTES).fill(255)).length).to.be.at.most(MAX_DIGITS);
  });
});

describe("fromDigits", () => {
  for (const [name, text] of Object.entries({
    nothing: "",
    "a leading zero": `0${toDigits(SAMPLE_TOKEN)}`,
    "a letter": "12a4",
    "a sign": "-12",
    "a plus": "+65536",
    "a point": "65536.0",
    "an exponent": "1e5",
    "white space": " 65536",
    hexadecimal: "0x10000",
    "full-width digits": "６５５３６",
    "Arabic digits": "٦٥٥٣٦",
    "an integer that does not start with 0x01": "131072",
    "half a byte": "16",
    "a cut number": toDigits(SAMPLE_TOKEN).slice(0, -1),
    "100,000 digits": "1".repeat(100_000),
    "one digit more than allowed": "1".repeat(MAX_DIGITS + 1),
  }))
    it(`refuses ${name}`, () => void expectRefusal("format.malformed", () => fromDigits(text)));
});

describe("isTokenText", () => {
  it("knows a token by its start, with or without a host in front", () => {
    expect(isTokenText(qrText("verify.example", SAMPLE_TOKEN))).to.equal(true);
    expect(isTokenText(toDigits(SAMPLE_TOKEN))).to.equal(true);
  });

  for (const [name, text] of [
    ["a number of another system", "7".repeat(70)],
    ["bytes that are no token", toDigits(new Uint8Array(100).fill(0xd2))],
    ["a number that was cut off", toDigits(SAMPLE_TOKEN).slice(0, -1)],
    ["words", "https://pay.example/?id=1"],
    ["nothing", ""],
  ] as const)
    it(`is false for ${name}`, () => void expect(isTokenText(text)).to.equal(false));
});

describe("a QR text", () => {
  it("carries the digits after #, where a browser keeps them from the host", () => {
    const text = qrText("verify.example:8443", SAMPLE_TOKEN);
    expect(text).to.match(/^https:\/\/verify\.example:8443\/v#[1-9][0-9]+$/);
    expect(tokenFromQrText(text)).to.deep.equal(SAMPLE_TOKEN);
  });

  it("is read whatever the host, with white space around it, and as bare digits", () => {
    const digits = toDigits(SAMPLE_TOKEN);
    for (const text of [
      digits,
      ` ${digits}\n`,
      `http://localhost:3000/v#${digits}`,
      `HTTPS://EVIL.EXAMPLE/a?b=c#${digits}`,
    ])
      expect(tokenFromQrText(text)).to.deep.equal(SAMPLE_TOKEN);
  });

  for (const text of [
    "",
    "hello",
    "https://verify.example/v",
    "https://verify.example/v#",
    "https://verify.example/v#12#13",
    "javascript:alert(1)#65536",
    "https://a b/#65536",
    `#${"1".repeat(100_000)}`,
    "1".repeat(1_000_000),
  ])
    it(`is refused: ${JSON.stringify(text.slice(0, 40))}`, () =>
      void expectRefusal("format.malformed", () => tokenFromQrText(text)));

  for (const host of ["", "a/b", "a b", "verify.example#", "verify.example:x", "user@verify.example", "例.example"])
    it(`is not written for the host ${JSON.stringify(host)}`, () =>
      void expectRefusal("request.invalid", () => qrText(host, SAMPLE_TOKEN)));
});
