// SPDX-License-Identifier: Apache-2.0
import * as cborg from "cborg";
import { expect } from "chai";
import fc from "fast-check";
import { nodeCrypto as crypto } from "../../src/adapters/node-crypto/index.js";
import { concatBytes, equalBytes } from "../../src/core/bytes.js";
import { type CborValue, encodeCbor } from "../../src/core/cbor.js";
import { formatCertificateIdentifier } from "../../src/core/identifiers/certificate-identifier.js";
import { BASE36 } from "../../src/core/identifiers/iso7064.js";
import { packIdentifier } from "../../src/core/identifiers/packed-identifier.js";
import {
  assembleToken,
  MAX_TOKEN_BYTES,
  readToken,
  type TokenClaims,
  tokenSigningInput,
} from "../../src/core/token.js";
import { largestTokenBytes } from "../../src/core/token-budget.js";
import { claimsFor, cut, faceText, tokenMatchesCertificate } from "../../src/core/token-claims.js";
import { expectRefusal, refusalOf } from "./refusal.js";
import {
  AGENCY,
  type Alteration,
  changed,
  IDENTIFIER,
  KID,
  mint,
  PUBLIC_KEY,
  SAMPLE_CERTIFICATE,
  SAMPLE_CLAIMS,
  SAMPLE_DIGEST,
  SAMPLE_TOKEN,
  SAMPLE_TYPE,
  TYPE_CODE,
} from "./sample.js";

const FOREIGN = "1.2.156.3005.2.11100000MB03271699022.340100.000000016.001.9";
const foreign = { ...SAMPLE_CLAIMS, certificateIdentifier: FOREIGN };

/** A token whose parts say whatever the test wants, well encoded. */
function forged(parts: {
  header?: CborValue;
  unprotected?: CborValue;
  payload?: CborValue;
  claims?: Alteration;
  signature?: CborValue;
  tag?: number;
}) {
  const claims = cborg.decode(tokenSigningInput(SAMPLE_CLAIMS, KID).payload, { useMaps: true }) as Map<
    number,
    CborValue
  >;
  parts.claims?.(claims);
  const message = [
    encodeCbor(
      parts.header ??
        new Map<number, CborValue>([
          [1, -8],
          [4, KID],
        ]),
    ),
    parts.unprotected ?? new Map(),
    encodeCbor(parts.payload ?? claims),
    parts.signature ?? new Uint8Array(64),
  ];
  return encodeCbor(message, parts.tag ?? 18);
}

const claimsArbitrary: fc.Arbitrary<TokenClaims> = fc.record({
  issuedAt: fc.nat(4e9),
  notBefore: fc.nat(4e9),
  expires: fc.option(fc.nat(9e9)),
  certificateIdentifier: fc.oneof(
    fc.constant(FOREIGN),
    fc
      .record({
        serial: fc.string({ unit: fc.constantFrom(...BASE36), minLength: 1, maxLength: 40 }),
        version: fc.integer({ min: 1, max: 999 }),
      })
      .map((parts) => formatCertificateIdentifier({ typeCode: TYPE_CODE, agencyCode: AGENCY, ...parts })),
  ),
  typeCode: fc.constant(TYPE_CODE),
  agencyCode: fc.constant(AGENCY),
  typeVersion: fc.nat(1e5),
  certificateDigest: fc.uint8Array({ minLength: 32, maxLength: 32 }),
  statusIndex: fc.nat({ max: 2 ** 40 }),
  face: fc.array(fc.string({ unit: fc.constantFrom(..."aZ09 -()张喆堃䶮𬭎㛃龘𠮷é·"), maxLength: 20 }), {
    maxLength: 6,
  }),
  truncated: fc.constant(0),
});

describe("a token", () => {
  it("reads back what was written, whatever the claims", () => {
    fc.assert(
      fc.property(claimsArbitrary, fc.uint8Array({ minLength: 8, maxLength: 8 }), (claims, kid) => {
        const parts = tokenSigningInput(claims, kid);
        const token = readToken(assembleToken(parts, new Uint8Array(64).fill(3)));
        expect(token.claims).to.deep.equal(claims);
        expect(token.kid).to.deep.equal(kid);
        expect(token.toBeSigned).to.deep.equal(parts.toSign);
      }),
    );
  });

  it("is a COSE_Sign1 that another CBOR library reads as RFC 9052 says", () => {
    const tags: unknown[] = [];
    tags[18] = (decode: () => unknown) => decode();
    const [header, unprotected, payload, signature] = cborg.decode(SAMPLE_TOKEN, {
      useMaps: true,
      tags: tags as never,
    }) as [Uint8Array, Map<number, unknown>, Uint8Array, Uint8Array];
    expect(cborg.decode(header, { useMaps: true })).to.deep.equal(
      new Map<number, unknown>([
        [1, -8],
        [4, KID],
      ]),
    );
    expect(unprotected.size).to.equal(0);
    expect(signature).to.have.length(64);
    const claims = cborg.decode(payload, { useMaps: true }) as Map<number, unknown>;
    expect(claims.get(-1)).to.equal(1);
    expect(claims.get(-3)).to.deep.equal(packIdentifier(IDENTIFIER));
    expect(claims.has(-9)).to.equal(false);
    const toSign = cborg.encode(["Signature1", header, new Uint8Array(0), payload]);
    expect(crypto.verify(PUBLIC_KEY, toSign, signature)).to.equal(true);
  });

  it("is what another library encodes deterministically (RFC 8949 section 4.2.1)", () => {
    const payload = tokenSigningInput(foreign, KID).payload;
    const again = cborg.encode(cborg.decode(payload, { useMaps: true }), cborg.rfc8949EncodeOptions);
    expect(new Uint8Array(again)).to.deep.equal(payload);
  });

  it("verifies under the agency's key", () => {
    const { toBeSigned, signature } = readToken(SAMPLE_TOKEN);
    expect(crypto.verify(PUBLIC_KEY, toBeSigned, signature)).to.equal(true);
  });

  it("leaves type and agency code out only when the identifier yields them", () => {
    const claimsIn = (claims: TokenClaims) =>
      cborg.decode(tokenSigningInput(claims, KID).payload, { useMaps: true }) as Map<number, unknown>;
    expect([...claimsIn(foreign).keys()]).to.include.members([-9, -10]);
    expect(claimsIn(foreign).get(-3)).to.equal(FOREIGN);
    const other = `${AGENCY.slice(0, 0)}${SAMPLE_TYPE.definingAuthority.code}`;
    expect(claimsIn({ ...SAMPLE_CLAIMS, agencyCode: other }).get(-10)).to.equal(other);
    expect(readToken(mint({ ...SAMPLE_CLAIMS, agencyCode: other })).claims.agencyCode).to.equal(other);
  });

  it("with any single bit flipped is refused, or says something else and does not verify", () => {
    const original = readToken(SAMPLE_TOKEN);
    for (let bit = 0; bit < SAMPLE_TOKEN.length * 8; bit++) {
      const bytes = SAMPLE_TOKEN.slice();
      bytes[bit >> 3]! ^= 1 << (bit & 7);
      let token: ReturnType<typeof readToken>;
      try {
        token = readToken(bytes);
      } catch (error) {
        expect(error).to.have.property("name", "TallyError");
        continue;
      }
      const again = assembleToken(tokenSigningInput(token.claims, token.kid), token.signature);
      expect(again, `bit ${bit}: accepted in another than its one form`).to.deep.equal(bytes);
      const sameMessage =
        equalBytes(token.toBeSigned, original.toBeSigned) && equalBytes(token.signature, original.signature);
      expect(sameMessage, `bit ${bit}`).to.equal(false);
    }
  });

  it("cut anywhere or run on is refused", () => {
    for (let length = 0; length < SAMPLE_TOKEN.length; length++)
      expectRefusal("format.malformed", () => readToken(SAMPLE_TOKEN.subarray(0, length)));
    expectRefusal("format.malformed", () => readToken(concatBytes(SAMPLE_TOKEN, Uint8Array.of(0))));
  });

  it("made of random bytes is refused without another error", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        refusalOf(() => readToken(Uint8Array.of(0xd2, 0x84, ...bytes)));
      }),
      { numRuns: 2000 },
    );
  });
});

describe("readToken", () => {
  for (const [name, code, bytes] of [
    ["a later version", "format.version-unsupported", forged({ claims: (c) => c.set(-1, 2) })],
    [
      "a later version with claims nobody knows yet",
      "format.version-unsupported",
      forged({ claims: (c) => c.set(-1, 2).set(-20, 1) }),
    ],
    ["a kind nobody knows yet", "format.version-unsupported", forged({ claims: (c) => c.set(-2, 7) })],
    [
      "another algorithm",
      "format.algorithm-unsupported",
      forged({
        header: new Map<number, CborValue>([
          [1, -7],
          [4, KID],
        ]),
      }),
    ],
    [
      "another algorithm with a longer signature",
      "format.algorithm-unsupported",
      forged({
        header: new Map<number, CborValue>([
          [1, -49],
          [4, KID],
        ]),
        signature: new Uint8Array(100),
      }),
    ],
    ["another COSE message", "format.malformed", forged({ tag: 17 })],
    ["no algorithm", "format.malformed", forged({ header: new Map([[4, KID]]) })],
    [
      "a key id of 7 bytes",
      "format.malformed",
      forged({
        header: new Map<number, CborValue>([
          [1, -8],
          [4, KID.subarray(1)],
        ]),
      }),
    ],
    [
      "another protected header",
      "format.malformed",
      forged({
        header: new Map<number, CborValue>([
          [1, -8],
          [4, KID],
          [5, KID],
        ]),
      }),
    ],
    ["an unprotected header", "format.malformed", forged({ unprotected: new Map([[4, KID]]) })],
    ["a signature of 63 bytes", "format.malformed", forged({ signature: new Uint8Array(63) })],
    ["a payload that is no map", "format.malformed", forged({ payload: [1] })],
    ["an unknown claim", "format.malformed", forged({ claims: (c) => c.set(7, new Uint8Array(4)) })],
    ["no version", "format.malformed", forged({ claims: (c) => c.delete(-1) })],
    ["no digest", "format.malformed", forged({ claims: (c) => c.delete(-4) })],
    ["a digest of 31 bytes", "format.malformed", forged({ claims: (c) => c.set(-4, new Uint8Array(31)) })],
    ["no identifier", "format.malformed", forged({ claims: (c) => c.delete(-3) })],
    [
      "an identifier of garbage bytes",
      "format.malformed",
      forged({ claims: (c) => c.set(-3, Uint8Array.of(1, 2, 3)) }),
    ],
    [
      "a strict identifier as text",
      "format.malformed",
      forged({ claims: (c) => c.set(-3, IDENTIFIER).set(-9, TYPE_CODE).set(-10, AGENCY) }),
    ],
    [
      "codes beside a packed identifier",
      "format.malformed",
      forged({ claims: (c) => c.set(-9, TYPE_CODE).set(-10, AGENCY) }),
    ],
    ["an identifier as text without codes", "format.malformed", forged({ claims: (c) => c.set(-3, FOREIGN) })],
    ["a negative time", "format.malformed", forged({ claims: (c) => c.set(6, -1) })],
    ["a time after year 9999", "format.malformed", forged({ claims: (c) => c.set(4, 253_402_300_800) })],
    ["a face that is no list", "format.malformed", forged({ claims: (c) => c.set(-6, "x") })],
    ["a face with a number", "format.malformed", forged({ claims: (c) => c.set(-6, [1]) })],
    ["a face with a bidi override", "format.malformed", forged({ claims: (c) => c.set(-6, ["示例\u202e公司"]) })],
    [
      "an identifier with a line feed",
      "format.malformed",
      forged({ claims: (c) => c.set(-3, `${FOREIGN}\n`).set(-9, TYPE_CODE).set(-10, AGENCY) }),
    ],
    ["17 face fields", "format.malformed", forged({ claims: (c) => c.set(-6, Array(17).fill("x")) })],
    ["truncated written as 0", "format.malformed", forged({ claims: (c) => c.set(-8, 0) })],
    ["truncated for a field that is not there", "format.malformed", forged({ claims: (c) => c.set(-8, 32) })],
    ["more bytes than any token", "format.malformed", new Uint8Array(MAX_TOKEN_BYTES + 1)],
    ["an announced length of 4 GB", "format.malformed", Uint8Array.of(0xd2, 0x84, 0x5a, 0xff, 0xff, 0xff, 0xff)],
    [
      "an announced list of 2^53 items",
      "format.malformed",
      Uint8Array.of(0xd2, 0x9b, 0, 0x1f, 255, 255, 255, 255, 255, 255),
    ],
    ["lists nested 1,000 deep", "format.malformed", Uint8Array.of(0xd2, ...Array(1000).fill(0x81), 0)],
  ] as const)
    it(`refuses ${name}: ${code}`, () => void expectRefusal(code, () => readToken(bytes)));

  const canonical = SAMPLE_TOKEN;
  for (const [name, bytes] of Object.entries({
    "a longer head for the tag": Uint8Array.of(0xd8, 18, ...canonical.subarray(1)),
    "a longer head for the list": Uint8Array.of(0xd2, 0x98, 4, ...canonical.subarray(2)),
    "an indefinite list": concatBytes(Uint8Array.of(0xd2, 0x9f), canonical.subarray(2), Uint8Array.of(0xff)),
    "no tag": canonical.subarray(1),
    "the tag twice": concatBytes(Uint8Array.of(0xd2), canonical),
  }))
    it(`refuses ${name}`, () => void expectRefusal("format.malformed", () => readToken(bytes)));
});

describe("claimsFor", () => {
  it("takes times in seconds from proof, start and end", () => {
    expect(SAMPLE_CLAIMS).to.include({
      issuedAt: Date.parse("2026-03-01T02:03:04Z") / 1000,
      notBefore: Date.parse("2026-03-01T00:00:00+08:00") / 1000,
      expires: Date.parse("2031-02-28T23:59:59+08:00") / 1000,
      statusIndex: 94_567,
    });
  });

  it("writes null as empty text, booleans as words and cuts at whole characters, each cut flagged", () => {
    expect(SAMPLE_CLAIMS.face).to.deep.equal([
      "示例市喆堃食品有限公司",
      "JY13499010000011",
      "示例市示范区样例路 1 ",
      "true",
      "",
    ]);
    expect(SAMPLE_CLAIMS.truncated).to.equal(0b00100);
  });

  it("has no end for a long-term certificate", () => {
    const longTerm = changed(SAMPLE_CERTIFICATE, (c) => delete c.validUntil);
    expect(claimsFor(longTerm, SAMPLE_TYPE, SAMPLE_DIGEST).expires).to.equal(null);
  });

  it("cuts within the budget, never inside a code point, and only what is too long", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 40 }), fc.integer({ min: 1, max: 80 }), (text, maxBytes) => {
        const { text: kept, isCut } = cut(text, maxBytes);
        const size = (value: string) => new TextEncoder().encode(value).length;
        expect(size(kept)).to.be.at.most(maxBytes);
        expect(text.startsWith(kept)).to.equal(true);
        expect(isCut).to.equal(size(text) > maxBytes);
        if (isCut)
          expect(size(kept + String.fromCodePoint(text.codePointAt(kept.length)!))).to.be.greaterThan(maxBytes);
      }),
    );
  });

  it("joins lists and writes numbers and objects as JSON does", () => {
    expect(faceText(["热食", "冷食"])).to.equal("热食、冷食");
    expect([faceText(1.5), faceText(false), faceText(undefined), faceText({ b: 1, a: 2 })]).to.deep.equal([
      "1.5",
      "false",
      "",
      '{"a":2,"b":1}',
    ]);
  });
});

describe("tokenMatchesCertificate", () => {
  it("is null for the token of the certificate", () => {
    expect(
      tokenMatchesCertificate(readToken(SAMPLE_TOKEN).claims, SAMPLE_CERTIFICATE, SAMPLE_TYPE, SAMPLE_DIGEST),
    ).to.equal(null);
  });

  const others: { [name in keyof TokenClaims]: TokenClaims[name] } = {
    issuedAt: 1,
    notBefore: 2,
    expires: null,
    certificateIdentifier: FOREIGN,
    typeCode: "11100000000013338W011",
    agencyCode: "11430000006122244L",
    typeVersion: 2,
    certificateDigest: new Uint8Array(32),
    statusIndex: 94_568,
    face: ["示例市喆堃食品有限公司", "JY13499010000011", "示例市示范区样例路 1 ", "false", ""],
    truncated: 0,
  };
  for (const name of Object.keys(others) as (keyof TokenClaims)[])
    it(`names ${name} when the token says something else`, () => {
      const claims = { ...SAMPLE_CLAIMS, [name]: others[name] };
      expect(tokenMatchesCertificate(claims, SAMPLE_CERTIFICATE, SAMPLE_TYPE, SAMPLE_DIGEST)).to.equal(name);
    });
});

describe("largestTokenBytes", () => {
  it("is not exceeded by any token with one of our serials", () => {
    const budgets = [60, 16, 30, 5, 12];
    fc.assert(
      fc.property(
        fc.nat(0xffff_ffff),
        fc.nat({ max: 2 ** 49 }),
        fc.string({ unit: fc.constantFrom(...BASE36), minLength: 20, maxLength: 20 }),
        (time, statusIndex, serial) => {
          const claims = {
            ...SAMPLE_CLAIMS,
            issuedAt: time,
            notBefore: time,
            statusIndex,
            certificateIdentifier: formatCertificateIdentifier({
              typeCode: TYPE_CODE,
              agencyCode: AGENCY,
              serial,
              version: 999,
            }),
            face: budgets.map((bytes) => "y".repeat(bytes)),
            truncated: 31,
          };
          expect(mint(claims).length).to.be.at.most(largestTokenBytes(budgets));
        },
      ),
      { numRuns: 40 },
    );
  });

  it("leaves more than 200 bytes for the face in a code that prints readably", () => {
    expect(largestTokenBytes([200])).to.be.at.most(430);
  });
});
