// SPDX-License-Identifier: Apache-2.0
import * as cborg from "cborg";
import { expect } from "chai";
import fc from "fast-check";
import { nodeCrypto as crypto } from "../../../src/adapters/node-crypto/index.js";
import { equalBytes } from "../../../src/core/bytes.js";
import { canonicalBytes, canonicalize } from "../../../src/core/canonical-json.js";
import { type CborValue, encodeCbor } from "../../../src/core/cbor.js";
import { MAX_COPY_STATEMENT_BYTES, readCopyStatement } from "../../../src/core/copy/copy-reader.js";
import {
  COPY_TEXT_BYTES,
  type CopyTokenClaims,
  copyClaimsFor,
  copyTokenMatches,
  copyTokenSigningInput,
  readCopyToken,
} from "../../../src/core/copy/copy-token.js";
import { contradictionToLicence, secureCopy } from "../../../src/core/copy/secure-copy.js";
import { verifyProof } from "../../../src/core/data-integrity.js";
import { copyEntry } from "../../../src/core/entry.js";
import { TallyError } from "../../../src/core/errors.js";
import { parseJson } from "../../../src/core/strict-json.js";
import { assembleToken, MAX_TOKEN_BYTES, readToken } from "../../../src/core/token.js";
import { expectRefusal } from "../refusal.js";
import {
  AGENCY,
  type Alteration,
  AUTHORITY,
  changed,
  IDENTIFIER,
  KID,
  PUBLIC_KEY,
  SAMPLE_CERTIFICATE,
  SAMPLE_DIGEST,
  SAMPLE_TOKEN,
  SEED,
  TYPE_CODE,
} from "../sample.js";
import {
  COPY_PROOF,
  mintCopy,
  SAMPLE_COPY,
  SAMPLE_COPY_CLAIMS,
  SAMPLE_COPY_DIGEST,
  SAMPLE_COPY_TOKEN,
  SAMPLE_UNSIGNED_COPY,
  signCopy,
} from "./sample-copy.js";

const FOREIGN = "1.2.156.3005.2.11100000MB03271699022.340100.000000016.001.9";

describe("a copy statement", () => {
  for (const [field, alter] of [
    ["/format", (c) => (c.format = "tigertally-licence")],
    ["/formatVersion", (c) => (c.formatVersion = "1")],
    ["/issuer", (c) => (c.issuer = "did:key:z6Mk")],
    ["/certificateIdentifier", (c) => (c.certificateIdentifier = "1.2.3")],
    ["/certificateDigest", (c) => (c.certificateDigest = c.certificateDigest.toUpperCase().replace(/^./, "A"))],
    ["/certificateDigest", (c) => (c.certificateDigest = c.certificateDigest.slice(2))],
    ["/copyNumber", (c) => (c.copyNumber = `${c.copyNumber}A`)],
    ["/copyNumber", (c) => (c.copyNumber = c.copyNumber.replace(/.$/, "B"))],
    ["/user", (c) => (c.user = "")],
    ["/user", (c) => (c.user = "甲".repeat(201))],
    ["/user", (c) => (c.user = "县局\u202e窗口")],
    ["/user", (c) => (c.user = ["县局"])],
    ["/matter", (c) => (c.matter = "变更\n换证")],
    ["/matter", (c) => (c.matter = " 变更")],
    ["/certificateCopyCreator", (c) => (c.certificateCopyCreator = 1)],
    ["/certificateCopyCreatorCode", (c) => (c.certificateCopyCreatorCode = AGENCY.replace(/.$/, "I"))],
    ["/certificateCopyCreationTime", (c) => (c.certificateCopyCreationTime = "2026-04-02T01:30:00Z")],
    ["/certificateCopyCreationTime", (c) => (c.certificateCopyCreationTime = "2026-04-02T09:30:01+08:00")],
    ["/certificateCopyCreationTime", (c) => (c.certificateCopyCreationTime = "1969-04-02T09:30:00+08:00")],
    ["/certificateCopyCause", (c) => (c.certificateCopyCause = null)],
    ["/certificateCopyExpiringTime", (c) => (c.certificateCopyExpiringTime = "2026-02-30T23:59:59+08:00")],
    ["/certificateCopyExpiringTime", (c) => (c.certificateCopyExpiringTime = "2026-04-02T09:30:00+08:00")],
    ["/user", (c) => (c.user = "某银行」")],
    ["/user", (c) => (c.user = "某银行  事项")],
    ["/matter", (c) => (c.matter = "一切\u3000事项")],
    ["/matter", (c) => (c.matter = "贷款 ＣＯＰＹ 加注 件")],
    ["/proof/@context", (c) => (c.proof["@context"] = [])],
    ["/proof/proofPurpose", (c) => (c.proof.proofPurpose = "authentication")],
    ["/proof/created", (c) => (c.proof.created = "2026-04-02T09:30:00+08:00")],
    ["/proof/verificationMethod", (c) => (c.issuer = `${c.issuer}:other`)],
    ["/proof/proofValue", (c) => (c.proof.proofValue = "z0")],
    ["/a~1b", (c) => (c["a/b"] = true)],
  ] as const satisfies readonly (readonly [string, Alteration])[])
    it(`is refused at ${field}: ${alter}`, () => {
      const error = expectRefusal("format.malformed", () => readCopyStatement(changed(SAMPLE_COPY, alter)));
      expect(error.field).to.equal(field);
    });

  it("is refused without any one of its members, and when it is no object", () => {
    for (const name of Object.keys(SAMPLE_COPY)) {
      const { field } = expectRefusal("format.malformed", () =>
        readCopyStatement(changed(SAMPLE_COPY, (c) => delete c[name])),
      );
      expect(field).to.equal(`/${name}`);
    }
    for (const json of [null, [], "tigertally-copy", 1])
      expectRefusal("format.malformed", () => readCopyStatement(json));
  });

  it("of a later version or suite says so before all else", () => {
    expectRefusal("format.version-unsupported", () =>
      readCopyStatement({ format: "tigertally-copy", formatVersion: 2 }),
    );
    expectRefusal("format.algorithm-unsupported", () =>
      readCopyStatement({ proof: { type: "DataIntegrityProof", cryptosuite: "mldsa44-jcs-2026" } }),
    );
  });

  it("with any byte of its canonical form changed is refused, or does not verify", () => {
    const canonical = canonicalBytes(SAMPLE_COPY);
    const signed = canonicalize(SAMPLE_COPY);
    for (let at = 0; at < canonical.length; at++) {
      const bytes = canonical.slice();
      bytes[at]! ^= 1;
      let statement: ReturnType<typeof readCopyStatement>;
      try {
        statement = readCopyStatement(parseJson(new TextDecoder("utf-8", { fatal: true }).decode(bytes)));
      } catch (error) {
        expect(error instanceof TallyError || error instanceof TypeError, `byte ${at}: ${error}`).to.equal(true);
        continue;
      }
      expect(canonicalize(statement)).not.to.equal(signed);
      expect(verifyProof(crypto, statement, PUBLIC_KEY), `byte ${at}`).to.equal(false);
    }
  });

  it("at its longest is below what a reader takes", () => {
    const longest = "𠮷".repeat(100);
    const { user, matter, ...rest } = SAMPLE_UNSIGNED_COPY;
    const statement = signCopy({
      ...rest,
      ...{ user: "龘".repeat(200), matter: "龘".repeat(200) },
      ...{ certificateCopyCause: longest, certificateCopyCreator: "龘".repeat(200) },
    });
    readCopyStatement(changed(statement, () => undefined));
    expect(canonicalBytes(statement).length).to.be.below(MAX_COPY_STATEMENT_BYTES);
  });

  it("is signed in one go only when it could be read afterwards", async () => {
    const sign = (message: Uint8Array) => crypto.sign(SEED, message);
    expect(await secureCopy(crypto, SAMPLE_UNSIGNED_COPY, { ...COPY_PROOF, sign })).to.deep.equal(SAMPLE_COPY);
    for (const [field, unsigned, options] of [
      ["/matter", { ...SAMPLE_UNSIGNED_COPY, matter: "" }, COPY_PROOF],
      ["/certificateCopyCreationTime", SAMPLE_UNSIGNED_COPY, { ...COPY_PROOF, created: "2026-04-02T01:30:01Z" }],
      ["/proof/verificationMethod", SAMPLE_UNSIGNED_COPY, { ...COPY_PROOF, verificationMethod: "did:web:else#z6Mk" }],
    ] as const) {
      let signed = 0;
      const counted = (message: Uint8Array) => {
        signed++;
        return sign(message);
      };
      const error = await secureCopy(crypto, unsigned, { ...options, sign: counted }).catch((each) => each);
      expect(error).to.include({ name: "TallyError", code: "format.malformed", field });
      expect(signed).to.equal(0);
    }
  });

  it("contradicts every licence but its own, other makers, and times outside the licence's", () => {
    expect(contradictionToLicence(SAMPLE_COPY, SAMPLE_CERTIFICATE, SAMPLE_DIGEST)).to.equal(null);
    expect(
      contradictionToLicence(
        { ...SAMPLE_COPY, certificateCopyExpiringTime: SAMPLE_CERTIFICATE.validUntil as string },
        SAMPLE_CERTIFICATE,
        SAMPLE_DIGEST,
      ),
    ).to.equal(null);
    for (const [field, alter] of [
      ["/certificateDigest", (c) => (c.certificateDigest = "00".repeat(32))],
      ["/certificateIdentifier", (c) => (c.certificateIdentifier = FOREIGN)],
      ["/issuer", (c) => (c.issuer = "did:web:else.example")],
      ["/certificateCopyCreatorCode", (c) => (c.certificateCopyCreatorCode = AUTHORITY)],
      ["/certificateCopyCreationTime", (c) => (c.certificateCopyCreationTime = "2026-03-01T10:03:03+08:00")],
      ["/certificateCopyExpiringTime", (c) => (c.certificateCopyExpiringTime = "2031-03-01T00:00:00+08:00")],
    ] as const satisfies readonly (readonly [string, Alteration])[])
      expect(contradictionToLicence(changed(SAMPLE_COPY, alter), SAMPLE_CERTIFICATE, SAMPLE_DIGEST)?.field).to.equal(
        field,
      );
  });
});

/** The sample's token with other claims or another envelope, well encoded and signed by nobody. */
function forged(alter: (claims: Map<number, CborValue>) => unknown, envelope: Envelope = {}): Uint8Array {
  const parts = copyTokenSigningInput(SAMPLE_COPY_CLAIMS, KID);
  const claims = cborg.decode(parts.payload, { useMaps: true }) as Map<number, CborValue>;
  alter(claims);
  const { header, unprotected = new Map(), signature = new Uint8Array(64), tag = 18 } = envelope;
  const protectedHeader = header ? encodeCbor(new Map(header)) : parts.protected;
  return encodeCbor([protectedHeader, unprotected, encodeCbor(claims), signature], tag);
}

interface Envelope {
  readonly header?: readonly (readonly [number, CborValue])[];
  readonly unprotected?: Map<number, CborValue>;
  readonly signature?: Uint8Array;
  readonly tag?: number;
}

const same = () => undefined;

const TEXT = fc.string({ unit: fc.constantFrom(..."aZ09-()张喆堃䶮𬭎㛃龘𠮷é·"), minLength: 1, maxLength: 6 });

describe("a copy's token", () => {
  it("says what the statement says, user and matter cut, and is signed", () => {
    const { claims, kid, toBeSigned, signature } = readCopyToken(SAMPLE_COPY_TOKEN);
    expect(claims).to.deep.equal(SAMPLE_COPY_CLAIMS);
    expect(claims).to.include({ user: "邻省示例县市场监督管理局", matter: "食品经营许可", truncated: 3 });
    expect(kid).to.deep.equal(KID);
    expect(crypto.verify(PUBLIC_KEY, toBeSigned, signature)).to.equal(true);
    expect(copyTokenMatches(claims, SAMPLE_COPY, SAMPLE_CERTIFICATE, SAMPLE_COPY_DIGEST)).to.equal(null);
  });

  it("names each claim in which it differs from statement and licence", () => {
    const others: { [name in keyof CopyTokenClaims]: CopyTokenClaims[name] } = {
      ...{ issuedAt: 1, expires: 2, statusIndex: 3, truncated: 0, user: "甲", matter: "乙" },
      ...{ certificateIdentifier: FOREIGN, typeCode: "11100000000013338W011", agencyCode: AUTHORITY },
      ...{ certificateDigest: new Uint8Array(32), copyDigest: SAMPLE_DIGEST },
    };
    expect(Object.keys(others)).to.have.members(Object.keys(SAMPLE_COPY_CLAIMS));
    for (const name of Object.keys(others) as (keyof CopyTokenClaims)[]) {
      const claims = { ...SAMPLE_COPY_CLAIMS, [name]: others[name] };
      expect(copyTokenMatches(claims, SAMPLE_COPY, SAMPLE_CERTIFICATE, SAMPLE_COPY_DIGEST)).to.equal(name);
    }
  });

  it("is another kind than a licence's: neither is read as the other", () => {
    expectRefusal("format.malformed", () => readToken(SAMPLE_COPY_TOKEN));
    expectRefusal("format.malformed", () => readCopyToken(SAMPLE_TOKEN));
  });

  it("is short enough for the code of a card (version 13 at level M: 291 bytes beside an address of 36 characters)", () => {
    for (const { user, matter } of [
      { user: 12, matter: 6 },
      { user: 1, matter: 17 },
      { user: 17, matter: 1 },
    ]) {
      const longest = mintCopy({
        ...SAMPLE_COPY_CLAIMS,
        ...{ issuedAt: 0xffff_ffff, expires: 253_402_300_799, statusIndex: 2 ** 49, truncated: 3 },
        ...{ user: "龘".repeat(user), matter: "龘".repeat(matter) },
      });
      expect(longest.length, `${user} and ${matter}`).to.be.at.most(291);
    }
  });

  for (const [user, matter, kept] of [
    [200, 200, [12, 6]],
    [200, 2, [16, 2]],
    [2, 200, [2, 16]],
    [12, 6, [12, 6]],
    [13, 6, [12, 6]],
    [13, 5, [13, 5]],
    [12, 7, [12, 6]],
    [11, 7, [11, 7]],
  ] as const)
    it(`has room for ${kept[0]} characters of a user of ${user} and ${kept[1]} of a matter of ${matter}`, () => {
      const statement = { ...SAMPLE_COPY, user: "局".repeat(user), matter: "办".repeat(matter) };
      const claims = copyClaimsFor(statement, SAMPLE_CERTIFICATE, SAMPLE_COPY_DIGEST);
      expect([claims.user.length, claims.matter.length]).to.deep.equal(kept);
      expect(claims.truncated).to.equal((kept[0] < user ? 1 : 0) + (kept[1] < matter ? 2 : 0));
      expect(readCopyToken(mintCopy(claims)).claims).to.deep.equal(claims);
    });

  it("is what another library encodes deterministically (RFC 8949 section 4.2.1)", () => {
    const { payload } = copyTokenSigningInput(SAMPLE_COPY_CLAIMS, KID);
    const again = cborg.encode(cborg.decode(payload, { useMaps: true }), cborg.rfc8949EncodeOptions);
    expect(new Uint8Array(again)).to.deep.equal(payload);
  });

  it("cut anywhere or run on, and of random bytes, is refused", () => {
    for (let length = 0; length < SAMPLE_COPY_TOKEN.length; length++)
      expectRefusal("format.malformed", () => readCopyToken(SAMPLE_COPY_TOKEN.subarray(0, length)));
    expectRefusal("format.malformed", () => readCopyToken(Uint8Array.of(...SAMPLE_COPY_TOKEN, 0)));
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(() => readCopyToken(Uint8Array.of(0xd2, 0x84, ...bytes))).to.throw(TallyError);
      }),
      { numRuns: 1000 },
    );
  });

  it("with any single bit flipped is refused, or says something else and does not verify", () => {
    const original = readCopyToken(SAMPLE_COPY_TOKEN);
    for (let bit = 0; bit < SAMPLE_COPY_TOKEN.length * 8; bit++) {
      const bytes = SAMPLE_COPY_TOKEN.slice();
      bytes[bit >> 3]! ^= 1 << (bit & 7);
      let token: ReturnType<typeof readCopyToken>;
      try {
        token = readCopyToken(bytes);
      } catch (error) {
        expect(error).to.have.property("name", "TallyError");
        continue;
      }
      const again = assembleToken(copyTokenSigningInput(token.claims, token.kid), token.signature);
      expect(again, `bit ${bit}: accepted in another than its one form`).to.deep.equal(bytes);
      expect(
        equalBytes(token.toBeSigned, original.toBeSigned) && equalBytes(token.signature, original.signature),
        `bit ${bit}`,
      ).to.equal(false);
    }
  });

  it("reads back what was written, with identifiers that do not pack as well", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(IDENTIFIER, FOREIGN),
        fc.uint8Array({ minLength: 32, maxLength: 32 }),
        TEXT,
        TEXT,
        fc.nat(4e9),
        (certificateIdentifier, copyDigest, user, matter, issuedAt) => {
          const claims = {
            ...SAMPLE_COPY_CLAIMS,
            ...{ certificateIdentifier, typeCode: TYPE_CODE, agencyCode: AGENCY },
            ...{ copyDigest, user, matter, issuedAt, expires: issuedAt + 1, truncated: 0 },
          };
          expect(readCopyToken(mintCopy(claims)).claims).to.deep.equal(claims);
        },
      ),
      { numRuns: 50 },
    );
  });

  for (const [name, code, bytes] of [
    ["a later version", "format.version-unsupported", forged((c) => c.set(-1, 2))],
    [
      "a later version with claims nobody knows yet",
      "format.version-unsupported",
      forged((c) => c.set(-1, 2).set(-20, 1)),
    ],
    ["another kind", "format.version-unsupported", forged((c) => c.set(-2, 3))],
    ["no kind", "format.malformed", forged((c) => c.delete(-2))],
    ["the kind of a licence", "format.malformed", forged((c) => c.set(-2, 1))],
    [
      "another algorithm",
      "format.algorithm-unsupported",
      forged(same, {
        header: [
          [1, -7],
          [4, KID],
        ],
      }),
    ],
    ["no algorithm", "format.malformed", forged(same, { header: [[4, KID]] })],
    [
      "a key id of 7 bytes",
      "format.malformed",
      forged(same, {
        header: [
          [1, -8],
          [4, KID.subarray(1)],
        ],
      }),
    ],
    ["an unprotected header", "format.malformed", forged(same, { unprotected: new Map([[4, KID]]) })],
    ["a signature of 63 bytes", "format.malformed", forged(same, { signature: new Uint8Array(63) })],
    ["another COSE message", "format.malformed", forged(same, { tag: 17 })],
    [
      "a strict identifier as text",
      "format.malformed",
      forged((c) => c.set(-3, IDENTIFIER).set(-9, TYPE_CODE).set(-10, AGENCY)),
    ],
    ["codes beside a packed identifier", "format.malformed", forged((c) => c.set(-9, TYPE_CODE).set(-10, AGENCY))],
    ["an identifier as text without codes", "format.malformed", forged((c) => c.set(-3, FOREIGN))],
    ["a negative time", "format.malformed", forged((c) => c.set(6, -1))],
    ["an announced length of 4 GB", "format.malformed", Uint8Array.of(0xd2, 0x84, 0x5a, 0xff, 0xff, 0xff, 0xff)],
    ["the tag twice", "format.malformed", Uint8Array.of(0xd2, ...SAMPLE_COPY_TOKEN)],
    ["a longer head for the list", "format.malformed", Uint8Array.of(0xd2, 0x98, 4, ...SAMPLE_COPY_TOKEN.subarray(2))],
    ["no expiring time", "format.malformed", forged((c) => c.delete(4))],
    ["an expiring time that is that of making", "format.malformed", forged((c) => c.set(4, c.get(6) as number))],
    ["a time after year 9999", "format.malformed", forged((c) => c.set(4, 253_402_300_800))],
    ["no time of making", "format.malformed", forged((c) => c.delete(6))],
    ["no identifier", "format.malformed", forged((c) => c.delete(-3))],
    ["a certificate digest of 31 bytes", "format.malformed", forged((c) => c.set(-4, new Uint8Array(31)))],
    ["no status index", "format.malformed", forged((c) => c.delete(-5))],
    ["face texts, which are a licence's", "format.malformed", forged((c) => c.set(-6, []))],
    ["truncated written as 0", "format.malformed", forged((c) => c.set(-8, 0))],
    ["truncated for a third text", "format.malformed", forged((c) => c.set(-8, 4))],
    ["truncated written as text", "format.malformed", forged((c) => c.set(-8, "1"))],
    ["a copy digest of 33 bytes", "format.malformed", forged((c) => c.set(-11, new Uint8Array(33)))],
    ["no user", "format.malformed", forged((c) => c.delete(-12))],
    ["an empty user", "format.malformed", forged((c) => c.set(-12, ""))],
    ["a user of bytes", "format.malformed", forged((c) => c.set(-12, new Uint8Array(3)))],
    ["a user with a bidi override", "format.malformed", forged((c) => c.set(-12, "县局\u202e"))],
    [
      "a user that was not cut and ends in white space",
      "format.malformed",
      forged((c) => c.set(-12, "县局 ").set(-8, 2)),
    ],
    ["no matter", "format.malformed", forged((c) => c.delete(-13))],
    ["an empty matter", "format.malformed", forged((c) => c.set(-13, ""))],
    ["a matter over two lines", "format.malformed", forged((c) => c.set(-13, "变更\n换证"))],
    [
      "texts that are longer together than both may be",
      "format.malformed",
      forged((c) => c.set(-12, "x").set(-13, "x".repeat(COPY_TEXT_BYTES.both))),
    ],
    ["a fourteenth claim", "format.malformed", forged((c) => c.set(-14, 1))],
    ["more bytes than any token", "format.malformed", new Uint8Array(MAX_TOKEN_BYTES + 1)],
  ] as const)
    it(`is refused with ${name}: ${code}`, () => void expectRefusal(code, () => readCopyToken(bytes)));
});

describe("a copy's entry", () => {
  it("has its kind and both digests, and refuses what is no digest", () => {
    const tokenDigest = crypto.sha256(SAMPLE_COPY_TOKEN);
    expect(copyEntry(SAMPLE_DIGEST, tokenDigest)).to.deep.equal(Uint8Array.of(4, ...SAMPLE_DIGEST, ...tokenDigest));
    expect(expectRefusal("format.malformed", () => copyEntry(SAMPLE_DIGEST, tokenDigest.subarray(1))).field).to.equal(
      "copyTokenDigest",
    );
  });
});
