// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { nodeCrypto } from "../../../src/adapters/node-crypto/index.js";
import { concatBytes } from "../../../src/core/bytes.js";
import { TallyError } from "../../../src/core/errors.js";
import { toHex } from "../../../src/core/hex.js";
import { readRevocationList } from "../../../src/core/seal/read-revocation-list.js";
import { readSeal } from "../../../src/core/seal/read-seal.js";
import { readSealCaCertificate, readSealCertificate } from "../../../src/core/seal/read-seal-certificate.js";
import { expectRefusal } from "../refusal.js";
import {
  BASIC_CA,
  BASIC_LEAF,
  bits,
  type CertificateParts,
  caName,
  caParts,
  certificate,
  certificateId,
  extension,
  generalizedTime,
  int,
  issuersKeyId,
  NULL,
  name,
  octets,
  oid,
  ownKeyId,
  printable,
  revocationList,
  SHA_256,
  sealParts,
  seq,
  set,
  text,
  timestampAttribute,
  timestampToken,
  tlv,
  USAGE_CA,
  USAGE_SEAL,
} from "./hand-made.js";
import { openSealOffice } from "./office.js";

const FROM = Date.UTC(2026, 0, 1) / 1000;
const YEAR = 365 * 86_400;
const AGENCY = "11340000MB1234567X";
const DIGEST = new Uint8Array(32).fill(7);
const office = openSealOffice({ agency: AGENCY, from: FROM });
const { ca, seal, tsa } = office;

describe("the readers of seals", () => {
  it("read a seal of the profile", () => {
    const read = readSeal(office.sealed(DIGEST));
    expect(read.certificate).to.include({ agency: AGENCY, agencyName: "合肥市市场监督管理局", serial: "1001" });
    expect(read.certificate).to.include({ notBefore: FROM, notAfter: FROM + 2 * YEAR, issuerKeyId: read.ca.keyId });
    expect(toHex(read.signed.messageDigest)).to.equal(toHex(DIGEST));
    expect(toHex(read.signed.certificateIds[0]!.digest)).to.equal(toHex(nodeCrypto.sha256(seal.certificate)));
    const { toBeSigned, signature } = read.signed;
    expect(nodeCrypto.verifyP256(read.certificate.publicKey, toBeSigned, signature)).to.equal(true);
    expect(nodeCrypto.verifyP256(read.ca.publicKey, read.certificate.toBeSigned, read.certificate.signature)).to.equal(
      true,
    );
    expect(read.timestamp).to.equal(null);
  });

  it("read its timestamp, and one with fractions of a second", () => {
    const read = readSeal(office.stamped(DIGEST, FROM + 60));
    expect(read.timestamp).to.include({ time: FROM + 60, policy: "1.3.6.1.4.1.99999.1" });
    expect(toHex(read.timestamp!.imprint)).to.equal(toHex(nodeCrypto.sha256(read.signed.signatureBytes)));
    const info = (time: Uint8Array) => seq(int("01"), oid("1.2.3"), seq(SHA_256, octets(DIGEST)), int("2a"), time);
    expect(stampedWith(info(tlv(0x18, Buffer.from("20260101000001.25Z")))).timestamp!.time).to.equal(FROM + 1);
    expectRefusal("format.malformed", () => stampedWith(info(tlv(0x18, Buffer.from("20260101000001.250Z")))));
  });

  const usual = office.parts(DIGEST);
  const stranger = openSealOffice({ agency: AGENCY, from: FROM, region: "江苏省" });
  const attribute = (type: string, value: Uint8Array) => seq(oid(type), set(value));
  const unsigned = (...attributes: readonly Uint8Array[]) =>
    office.sealed(DIGEST, { unsignedAttributes: () => attributes });
  for (const [problem, make] of Object.entries<() => Uint8Array>({
    "a spare certificate": () =>
      office.sealed(DIGEST, { certificates: [...usual.certificates, stranger.ca.certificate] }),
    "the seal certificate alone": () => office.sealed(DIGEST, { certificates: [seal.certificate] }),
    "two seal certificates": () =>
      office.sealed(DIGEST, { certificates: [seal.certificate, stranger.seal.certificate] }),
    "two CA certificates": () => office.sealed(DIGEST, { certificates: [ca.certificate, stranger.ca.certificate] }),
    "version 3": () => office.sealed(DIGEST, { version: "03" }),
    "revocation lists": () => office.sealed(DIGEST, { crls: listed({}) }),
    "a content of its own": () => office.sealed(DIGEST, { content: DIGEST }),
    "another signer": () => office.sealed(DIGEST, { serial: "1002" }),
    "another signer's issuer": () => office.sealed(DIGEST, { issuer: caName("江苏省") }),
    "a signing time": () =>
      office.sealed(DIGEST, {
        signedAttributes: (own) => [...own, attribute("1.2.840.113549.1.9.5", generalizedTime(FROM))],
      }),
    "no message digest": () => office.sealed(DIGEST, { signedAttributes: ([one, , three]) => [one!, three!] }),
    "a message digest twice": () =>
      office.sealed(DIGEST, {
        signedAttributes: (own) => [...own, attribute("1.2.840.113549.1.9.4", octets(new Uint8Array(32)))],
      }),
    "two values of one attribute": () =>
      office.sealed(DIGEST, {
        signedAttributes: ([one, , three]) => [
          one!,
          seq(oid("1.2.840.113549.1.9.4"), set(octets(DIGEST), octets(new Uint8Array(32)))),
          three!,
        ],
      }),
    "the identity of two certificates": () =>
      office.sealed(DIGEST, {
        signedAttributes: ([one, two]) => {
          const id = certificateId(seal.certificate, name(usual.issuer), usual.serial);
          return [one!, two!, attribute("1.2.840.113549.1.9.16.2.47", seq(seq(id, id)))];
        },
      }),
    "an identity without issuer and serial number": () =>
      office.sealed(DIGEST, {
        signedAttributes: ([one, two]) => [
          one!,
          two!,
          attribute("1.2.840.113549.1.9.16.2.47", seq(seq(seq(octets(nodeCrypto.sha256(seal.certificate)))))),
        ],
      }),
    "the default digest algorithm written out": () =>
      office.sealed(DIGEST, {
        signedAttributes: ([one, two]) => [
          one!,
          two!,
          attribute(
            "1.2.840.113549.1.9.16.2.47",
            seq(
              seq(
                seq(
                  SHA_256,
                  octets(nodeCrypto.sha256(seal.certificate)),
                  seq(seq(tlv(0xa4, name(usual.issuer))), int(usual.serial)),
                ),
              ),
            ),
          ),
        ],
      }),
    "an unsigned attribute that is none": () => unsigned(attribute("1.2.3.4", NULL)),
    "a timestamp and something else": () =>
      office.sealed(DIGEST, {
        unsignedAttributes: (signature) => [token(signature), attribute("1.2.3.4", NULL)],
      }),
    "a timestamp that is none": () => unsigned(timestampAttribute(NULL)),
    "bytes after the end": () => concatBytes(office.sealed(DIGEST), Uint8Array.of(0)),
    nothing: () => new Uint8Array(),
    "16 KB of zeros and more": () => new Uint8Array(20_000),
  }))
    it(`refuse ${problem}`, () => {
      expect(expectRefusal("format.malformed", () => readSeal(make())).message).to.match(/^seal|^\w+Certificate/);
    });

  const rsa = seq(oid("1.2.840.113549.1.1.11"), NULL);
  const sha1 = seq(oid("1.3.14.3.2.26"));
  const p384 = seq(seq(oid("1.2.840.10045.2.1"), oid("1.3.132.0.34")), bits(new Uint8Array(97).fill(4)));
  for (const [problem, make] of Object.entries<() => Uint8Array>({
    "SHA-1": () => office.sealed(DIGEST, { digestAlgorithm: sha1 }),
    "an RSA signature": () => office.sealed(DIGEST, { signatureAlgorithm: rsa }),
    "ECDSA with SHA-1": () => office.sealed(DIGEST, { signatureAlgorithm: seq(oid("1.2.840.10045.4.1")) }),
    "a certificate signed with RSA": () => withCertificate({ algorithm: rsa }),
    "a key of P-384": () => withCertificate({ keyInfo: p384 }),
    "a key of SM2": () =>
      withCertificate({
        keyInfo: seq(seq(oid("1.2.840.10045.2.1"), oid("1.2.156.10197.1.301")), bits(seal.key.publicKey)),
      }),
  }))
    it(`refuse the algorithm: ${problem}`, () =>
      void expectRefusal("format.algorithm-unsupported", () => readSeal(make())));

  it("refuse a seal in which any one byte is another, unless its signature is wrong then", () => {
    const good = office.stamped(DIGEST, FROM + 60);
    let read = 0;
    for (let i = 0; i < good.length; i++) {
      const flipped = good.slice();
      flipped[i]! ^= 1 << (i % 8);
      try {
        expect(isVerified(flipped), `byte ${i}`).to.equal(false);
        read++;
      } catch (error) {
        expect(error).to.be.instanceOf(TallyError);
      }
    }
    expect(isVerified(good)).to.equal(true);
    // Digests, keys and signatures are any bytes; all else is spelt out.
    expect(read).to.be.lessThan(good.length / 2);
  });

  /** All that can be verified without knowing whom to believe. */
  function isVerified(encoded: Uint8Array): boolean {
    const { certificate: own, ca: authority, signed, timestamp } = readSeal(encoded);
    const verify = nodeCrypto.verifyP256;
    const equal = (one: Uint8Array, other: Uint8Array) => toHex(one) === toHex(other);
    return (
      equal(signed.messageDigest, DIGEST) &&
      equal(signed.certificateIds[0]!.digest, nodeCrypto.sha256(own.encoded)) &&
      verify(own.publicKey, signed.toBeSigned, signed.signature) &&
      verify(authority.publicKey, own.toBeSigned, own.signature) &&
      verify(authority.publicKey, authority.toBeSigned, authority.signature) &&
      equal(authority.publicKey, ca.key.publicKey) &&
      timestamp !== null &&
      equal(timestamp.imprint, nodeCrypto.sha256(signed.signatureBytes)) &&
      equal(timestamp.signed.messageDigest, nodeCrypto.sha256(timestamp.info)) &&
      equal(timestamp.signed.certificateIds[0]!.digest, nodeCrypto.sha256(timestamp.certificate.encoded)) &&
      verify(timestamp.certificate.publicKey, timestamp.signed.toBeSigned, timestamp.signed.signature)
    );
  }
});

describe("the reader of seal certificates", () => {
  const parts = sealParts({
    ...{ region: "安徽省", key: seal.key, ca: ca.key, agency: AGENCY, title: "合肥市", serial: "1001" },
    ...{ notBefore: FROM, notAfter: FROM + 3 * YEAR },
  });
  const [country, organisation, identifier, common] = parts.subject;
  const own = parts.extensions;
  for (const [problem, changes] of Object.entries<Partial<CertificateParts>>({
    "another country": { subject: [["2.5.4.6", printable("US")], organisation!, identifier!, common!] },
    "a name without the organisation identifier": { subject: [country!, organisation!, common!] },
    "a name in another order": { subject: [country!, identifier!, organisation!, common!] },
    "an identifier of another scheme": {
      subject: [country!, organisation!, ["2.5.4.97", text("VATCN-91340000MA2XXXXX0X")], common!],
    },
    "an identifier in lower case": {
      subject: [country!, organisation!, ["2.5.4.97", text("NTRCN-11340000mb1234567x")], common!],
    },
    "more than three years": { notAfter: FROM + 4 * YEAR },
    "an end before the beginning": { notAfter: FROM - 1 },
    "the serial number 0": { serial: "00" },
    "a serial number of 21 bytes": { serial: "7f".repeat(21) },
    "a serial number of 20 bytes with the highest bit": { serial: "ff".repeat(20) },
    "no key usage": { extensions: own.filter((each) => each !== USAGE_SEAL) },
    "a CA's key usage": { extensions: [BASIC_LEAF, USAGE_CA, ownKeyId(seal.key), issuersKeyId(ca.key)] },
    "a key usage that is not critical": {
      extensions: [
        BASIC_LEAF,
        extension("2.5.29.15", false, bits(Uint8Array.of(0xc0), 6)),
        ownKeyId(seal.key),
        issuersKeyId(ca.key),
      ],
    },
    "the right to issue certificates": { extensions: [BASIC_CA, ...own.slice(1)] },
    "no authority key identifier": { extensions: own.slice(0, 3) },
    "an extended key usage": { extensions: [...own, extension("2.5.29.37", false, seq(oid("1.3.6.1.5.5.7.3.36")))] },
    "a critical extension that nobody knows": { extensions: [...own, extension("1.2.3.4", true, NULL)] },
    "an extension twice": { extensions: [...own, own[3]!] },
  }))
    it(`refuses ${problem}`, () => {
      expectRefusal("format.malformed", () => readSealCertificate(certificate({ ...parts, ...changes })));
    });

  it("lets an extension be that nobody must understand, such as where lists are", () => {
    const extensions = [...own, extension("2.5.29.31", false, seq())];
    expect(readSealCertificate(certificate({ ...parts, extensions })).agency).to.equal(AGENCY);
  });

  it("is not that of CAs, nor the other way about", () => {
    expectRefusal("format.malformed", () => readSealCertificate(ca.certificate));
    expectRefusal("format.malformed", () => readSealCaCertificate(seal.certificate));
  });

  const caOf = caParts({ region: "安徽省", key: ca.key, notBefore: FROM, notAfter: FROM + 20 * YEAR });
  const [, usage, keyId] = caOf.extensions;
  for (const [problem, changes] of Object.entries<Partial<CertificateParts>>({
    "another issuer": { issuer: caName("江苏省") },
    "CAs below it": {
      extensions: [extension("2.5.29.19", true, seq(Uint8Array.of(1, 1, 255), int("01"))), usage!, keyId!],
    },
    "any number of CAs below it": {
      extensions: [extension("2.5.29.19", true, seq(Uint8Array.of(1, 1, 255))), usage!, keyId!],
    },
    "no right to sign lists": {
      extensions: [BASIC_CA, extension("2.5.29.15", true, bits(Uint8Array.of(4), 2)), keyId!],
    },
    "no key identifier": { extensions: [BASIC_CA, usage!] },
  }))
    it(`refuses a CA with ${problem}`, () => {
      expectRefusal("format.malformed", () => readSealCaCertificate(certificate({ ...caOf, ...changes })));
    });
});

describe("the reader of revocation lists", () => {
  it("reads serial numbers, times and reasons", () => {
    const list = readRevocationList(
      listed({
        number: "0102",
        revoked: [
          { serial: "1001", at: FROM + 5, reason: 1 },
          { serial: "ff02", at: FROM + 6 },
        ],
      }),
    );
    expect(list).to.include({ number: "0102", thisUpdate: FROM, nextUpdate: FROM + 86_400 });
    expect([...list.revoked]).to.deep.equal([
      ["1001", { at: FROM + 5, reason: 1 }],
      ["ff02", { at: FROM + 6, reason: 0 }],
    ]);
    expect(nodeCrypto.verifyP256(ca.key.publicKey, list.toBeSigned, list.signature)).to.equal(true);
    expect(readRevocationList(listed({})).revoked.size).to.equal(0);
  });

  const number = extension("2.5.29.20", false, int("01"));
  for (const [problem, changes] of Object.entries({
    "no number": { extensions: [issuersKeyId(ca.key)] },
    "no key identifier": { extensions: [number] },
    "changes alone": { extensions: [issuersKeyId(ca.key), number, extension("2.5.29.27", true, int("01"))] },
    "a part alone": { extensions: [issuersKeyId(ca.key), number, extension("2.5.29.28", true, seq())] },
    "a next update that is not later": { nextUpdate: FROM },
    "a serial number twice": {
      revoked: [
        { serial: "05", at: FROM },
        { serial: "05", at: FROM + 1 },
      ],
    },
    "a reason that takes back": { revoked: [{ serial: "05", at: FROM, reason: 8 }] },
  }))
    it(`refuses ${problem}`, () => void expectRefusal("format.malformed", () => readRevocationList(listed(changes))));

  it("reads 5,000 of them in the size that is allowed", () => {
    const revoked = Array.from({ length: 5_000 }, (_, i) => ({
      serial: `10${i.toString(16).padStart(6, "0")}`,
      at: FROM + i,
    }));
    expect(readRevocationList(longList(revoked)).revoked.size).to.equal(5_000);
  });
});

function listed(changes: object): Uint8Array {
  return revocationList({ region: "安徽省", ca: ca.key, thisUpdate: FROM, nextUpdate: FROM + 86_400, ...changes });
}

function longList(revoked: readonly { readonly serial: string; readonly at: number }[]): Uint8Array {
  return listed({ revoked });
}

function token(signature: Uint8Array, info?: Uint8Array): Uint8Array {
  return timestampAttribute(
    timestampToken({
      ...{ imprint: nodeCrypto.sha256(signature), time: FROM, tsa: tsa.key, certificate: tsa.certificate },
      ...{ issuer: caName("国家授时"), serial: "07", ...(info ? { info } : {}) },
    }),
  );
}

function stampedWith(info: Uint8Array) {
  return readSeal(office.sealed(DIGEST, { unsignedAttributes: (signature) => [token(signature, info)] }));
}

function withCertificate(changes: Partial<CertificateParts>): Uint8Array {
  const parts = sealParts({
    ...{ region: "安徽省", key: seal.key, ca: ca.key, agency: AGENCY, title: "合肥市", serial: "1001" },
    ...{ notBefore: FROM, notAfter: FROM + YEAR },
  });
  const other = certificate({ ...parts, ...changes });
  return office.sealed(DIGEST, { certificates: [other, ca.certificate], named: other });
}
