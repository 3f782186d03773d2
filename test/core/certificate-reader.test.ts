// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { nodeCrypto as crypto } from "../../src/adapters/node-crypto/index.js";
import { toBase58 } from "../../src/core/base58.js";
import { canonicalize } from "../../src/core/canonical-json.js";
import {
  certificateDigest,
  readCertificate,
  readUnsignedCertificate,
  statusIndexOf,
} from "../../src/core/certificate-reader.js";
import { toHex } from "../../src/core/hex.js";
import { generateUscc } from "../../src/core/identifiers/uscc.js";
import { encodeMultikey } from "../../src/core/multikey.js";
import { PHOTO_PREFIX } from "../../src/core/photo/photo.js";
import { parseJson } from "../../src/core/strict-json.js";
import { SAMPLE_PHOTO } from "../../src/render/sample/sample-photo.js";
import { photoText, picture } from "./photo/pictures.js";
import { expectRefusal } from "./refusal.js";
import { type Alteration, changed, DID, MULTIKEY, SAMPLE_CERTIFICATE, SAMPLE_UNSIGNED } from "./sample.js";

const subject =
  (change: Alteration): Alteration =>
  (c) =>
    change(c.credentialSubject);
const both =
  (change: Alteration): Alteration =>
  (c) => {
    change(c.credentialStatus[0]);
    change(c.credentialStatus[1]);
  };

describe("readCertificate", () => {
  it("returns the very object, so its canonical form stays the signed one", () => {
    const json = parseJson(canonicalize(SAMPLE_CERTIFICATE));
    expect(readCertificate(json)).to.equal(json);
  });

  const accepted: Record<string, Alteration> = {
    "no end date": (c) => delete c.validUntil,
    "a predecessor": (c) => (c.predecessor = "1.2.156.3005.2.11100000MB03271699022.340100.000000016.001.9"),
    "a foreign identifier": subject(
      (s) => (s.certificateIdentifier = "1.2.156.3005.2.11100000MB03271699022.340100.000000016.001.9"),
    ),
    "no area code": subject((s) => delete s.certificateAreaCode),
    "an empty face": subject((s) => (s.face = {})),
    "a face of as many values as may be": subject((s) => (s.face = { a: Array.from({ length: 49_998 }, () => 0) })),
    "nested face values of every kind": subject(
      (s) => (s.face = { a: [{ b: null, c: 1.5, d: [true] }], e: "一行\n两行" }),
    ),
    "a photo": subject((s) => (s.face.photo = SAMPLE_PHOTO)),
    "rare characters": subject((s) => (s.certificateHolder[0].certificateHolder = "喆堃䶮𬭎㛃龘𠮷·阿凡提")),
    "several holders": subject((s) => s.certificateHolder.push(structuredClone(s.certificateHolder[0]))),
    "the first and the last index of a list": both((e) => (e.statusListIndex = "0")),
    "the last index of a far list": both((e) =>
      Object.assign(e, { statusListIndex: "131071", statusListNumber: 4294967295 }),
    ),
    "a validity of one day": (c) => (c.validUntil = "2026-03-01T23:59:59+08:00"),
    "a leap day": (c) => (c.validUntil = "2028-02-29T23:59:59+08:00"),
  };
  for (const [name, alter] of Object.entries(accepted))
    it(`accepts ${name}`, () => expect(() => readCertificate(changed(SAMPLE_CERTIFICATE, alter))).not.to.throw());

  const unsupported: Record<string, [string, Alteration]> = {
    "a later licence context": [
      "format.version-unsupported",
      (c) => (c["@context"][1] = "https://tigertally.example/contexts/licence/v2"),
    ],
    "a later W3C context": [
      "format.version-unsupported",
      (c) => (c["@context"][0] = "https://www.w3.org/ns/credentials/v3"),
    ],
    "a later context and members that nobody knows yet": [
      "format.version-unsupported",
      (c) => {
        c["@context"][1] = "https://tigertally.example/contexts/licence/v2";
        c.tomorrow = {};
      },
    ],
    "another cryptosuite": ["format.algorithm-unsupported", (c) => (c.proof.cryptosuite = "mldsa44-jcs-2026")],
    "another type of proof": ["format.algorithm-unsupported", (c) => (c.proof.type = "Ed25519Signature2020")],
    "a key of another algorithm": [
      "format.algorithm-unsupported",
      (c) => (c.proof.verificationMethod = `${DID}#zDnaerDaTF5BXEavCrfRZEk316dpbLsfPDZ3WJ5hRTPFU2169`),
    ],
  };
  for (const [name, [code, alter]] of Object.entries(unsupported))
    it(`names ${name}: ${code}`, () =>
      void expectRefusal(code, () => readCertificate(changed(SAMPLE_CERTIFICATE, alter))));

  const tooMany = generateUscc({ department: "1", category: "1", region: "349900", body: "TALLY009" });
  const malformed: Record<string, [field: string, alter: Alteration]> = {
    "an unknown member": ["/extra", (c) => (c.extra = 1)],
    "an unknown member of the subject": ["/credentialSubject/extra", subject((s) => (s.extra = []))],
    "an unknown member of a holder": [
      "/credentialSubject/certificateHolder/0/id",
      subject((s) => (s.certificateHolder[0].id = "x")),
    ],
    "an unknown member of a status entry": ["/credentialStatus/1/id", (c) => (c.credentialStatus[1].id = "x")],
    "an unknown member of the schema": ["/credentialSchema/extra", (c) => (c.credentialSchema.extra = {})],
    "an unknown member of the proof": ["/proof/domain", (c) => (c.proof.domain = "x")],
    "an unknown member with a slash in its name": ["/a~1b", (c) => (c["a/b"] = 1)],
    "a list of proofs": ["/proof", (c) => (c.proof = [c.proof])],
    "no proof": ["/proof", (c) => delete c.proof],
    "no validFrom": ["/validFrom", (c) => delete c.validFrom],
    "no context": ["/@context", (c) => delete c["@context"]],
    "a context too many": ["/@context", (c) => c["@context"].push("https://www.w3.org/ns/credentials/v2")],
    "contexts in the wrong order": ["/@context/0", (c) => c["@context"].reverse()],
    "a context as object": ["/@context/1", (c) => (c["@context"][1] = {})],
    "another type": ["/type/1", (c) => (c.type[1] = "DriverLicence")],
    "a type too many": ["/type", (c) => c.type.push("X")],
    "an issuer that is no DID": ["/issuer", (c) => (c.issuer = "https://verify.example")],
    "an issuer as object": ["/issuer", (c) => (c.issuer = { id: c.issuer })],
    "an issuer with a fragment": ["/issuer", (c) => (c.issuer += "#x")],
    "a date that does not exist": ["/validFrom", (c) => (c.validFrom = "2026-02-30T00:00:00+08:00")],
    "29 February in 2027": ["/validUntil", (c) => (c.validUntil = "2027-02-29T23:59:59+08:00")],
    "a start that the token could not say": ["/validFrom", (c) => (c.validFrom = "1970-01-01T07:59:59+08:00")],
    "hour 24": ["/validFrom", (c) => (c.validFrom = "2026-03-01T24:00:00+08:00")],
    "a leap second": ["/validFrom", (c) => (c.validFrom = "2026-03-01T23:59:60+08:00")],
    "another offset": ["/validFrom", (c) => (c.validFrom = "2026-03-01T00:00:00Z")],
    "fractions of seconds": ["/validFrom", (c) => (c.validFrom = "2026-03-01T00:00:00.0+08:00")],
    "an end before the start": ["/validUntil", (c) => (c.validUntil = "2026-02-28T23:59:59+08:00")],
    "an end within a day": ["/validUntil", (c) => (c.validUntil = "2031-02-28T12:00:00+08:00")],
    "validUntil null": ["/validUntil", (c) => (c.validUntil = null)],
    "an identifier that does not check": [
      "/credentialSubject/certificateIdentifier",
      subject(
        (s) =>
          (s.certificateIdentifier = s.certificateIdentifier.replace(/.$/, (last: string) =>
            last === "A" ? "B" : "A",
          )),
      ),
    ],
    "a predecessor that does not check": [
      "/predecessor",
      (c) => (c.predecessor = "1.2.156.3005.2.11100000MB03271699022.340100.000000016.001.8"),
    ],
    "a photo with metadata": [
      "/credentialSubject/face/photo",
      subject((s) => (s.face.photo = photoText(picture("with-location")))),
    ],
    "a photo that is none": ["/credentialSubject/face/photo", subject((s) => (s.face.photo = PHOTO_PREFIX))],
    "two photos": [
      "/credentialSubject/face/second",
      subject((s) => Object.assign(s.face, { photo: SAMPLE_PHOTO, second: SAMPLE_PHOTO })),
    ],
    "a photo in a list": ["/credentialSubject/face/items/0", subject((s) => (s.face.items = [SAMPLE_PHOTO]))],
    "a text that is too long, though a photo might be": [
      "/credentialSubject/face/premises",
      subject((s) => (s.face.premises = `data:image/png;base64,${"A".repeat(10_000)}`)),
    ],
    "an empty name": ["/credentialSubject/certificateName", subject((s) => (s.certificateName = ""))],
    "a name with a bidi override": ["/credentialSubject/issueDept", subject((s) => (s.issueDept = "示例\u202e局"))],
    "a holder with a control character": [
      "/credentialSubject/certificateHolder/0/certificateHolder",
      subject((s) => (s.certificateHolder[0].certificateHolder = "张\u0007喆")),
    ],
    "a holder with a zero-width space": [
      "/credentialSubject/certificateHolder/0/certificateHolder",
      subject((s) => (s.certificateHolder[0].certificateHolder = "张\u200b喆")),
    ],
    "a holder not in NFC": [
      "/credentialSubject/certificateHolder/0/certificateHolder",
      subject((s) => (s.certificateHolder[0].certificateHolder = "Rene\u0301")),
    ],
    "no holder": ["/credentialSubject/certificateHolder", subject((s) => (s.certificateHolder = []))],
    "51 holders": [
      "/credentialSubject/certificateHolder",
      subject((s) => (s.certificateHolder = Array(51).fill(s.certificateHolder[0]))),
    ],
    "a holder type of two digits": [
      "/credentialSubject/certificateHolder/0/certificateHolderType",
      subject((s) => (s.certificateHolder[0].certificateHolderType = "01")),
    ],
    "a type code whose USCC does not check": [
      "/credentialSubject/certificateTypeCode",
      subject((s) => (s.certificateTypeCode = s.certificateTypeCode.replace("TALLY", "TALLX"))),
    ],
    "an agency code that does not check": [
      "/credentialSubject/issueDeptCode",
      subject((s) => (s.issueDeptCode = `${tooMany.slice(0, 17)}${tooMany[17] === "0" ? "1" : "0"}`)),
    ],
    "an issue date that does not exist": ["/credentialSubject/issueDate", subject((s) => (s.issueDate = "2026-04-31"))],
    "an area code of five digits": [
      "/credentialSubject/certificateAreaCode",
      subject((s) => (s.certificateAreaCode = "34990")),
    ],
    "a nonce of 21 characters": ["/credentialSubject/nonce", subject((s) => (s.nonce = s.nonce.slice(1)))],
    "a nonce with unused bits set": [
      "/credentialSubject/nonce",
      subject((s) => (s.nonce = `${s.nonce.slice(0, 21)}x`)),
    ],
    "a nonce with padding": ["/credentialSubject/nonce", subject((s) => (s.nonce += "=="))],
    "a face that is a list": ["/credentialSubject/face", subject((s) => (s.face = []))],
    "a face name with a dot": ["/credentialSubject/face/a.b", subject((s) => (s.face["a.b"] = 1))],
    "a face text with a control character": [
      "/credentialSubject/face/items/0",
      subject((s) => (s.face.items[0] = "a\u0000b")),
    ],
    "a face of more values than anybody reads": [
      "/credentialSubject/face",
      subject((s) => (s.face = { a: Array.from({ length: 50_000 }, () => 0) })),
    ],
    "a face nested too deeply": [
      "/credentialSubject/face/a/a/a/a/a/a/a/a",
      subject((s) => (s.face = { a: { a: { a: { a: { a: { a: { a: { a: {} } } } } } } } })),
    ],
    "a schema of another version than its id": ["/credentialSchema/id", (c) => (c.credentialSchema.typeVersion = 2)],
    "a schema of another type": [
      "/credentialSchema/id",
      (c) => (c.credentialSchema.id = c.credentialSchema.id.replace("001/1", "002/1")),
    ],
    "a type version as text": ["/credentialSchema/typeVersion", (c) => (c.credentialSchema.typeVersion = "1")],
    "a type version 0": ["/credentialSchema/typeVersion", (c) => (c.credentialSchema.typeVersion = 0)],
    "a digest in hex": [
      "/credentialSchema/digestSRI",
      (c) => (c.credentialSchema.digestSRI = `sha256-${"a".repeat(64)}`),
    ],
    "a digest with unused bits set": [
      "/credentialSchema/digestSRI",
      (c) => (c.credentialSchema.digestSRI = c.credentialSchema.digestSRI.replace(/.=$/, "B=")),
    ],
    "one status entry": ["/credentialStatus", (c) => c.credentialStatus.pop()],
    "a status entry that is no list": ["/credentialStatus", (c) => (c.credentialStatus = c.credentialStatus[0])],
    "purposes in the wrong order": ["/credentialStatus/0/statusPurpose", (c) => c.credentialStatus.reverse()],
    "revocation twice": [
      "/credentialStatus/1/statusPurpose",
      (c) => (c.credentialStatus[1].statusPurpose = "revocation"),
    ],
    "indices that differ": [
      "/credentialStatus/1/statusListIndex",
      (c) => (c.credentialStatus[1].statusListIndex = "94568"),
    ],
    "lists that differ": ["/credentialStatus/1/statusListNumber", (c) => (c.credentialStatus[1].statusListNumber = 1)],
    "an index beyond the list": ["/credentialStatus/0/statusListIndex", both((e) => (e.statusListIndex = "131072"))],
    "an index with a leading zero": [
      "/credentialStatus/0/statusListIndex",
      both((e) => (e.statusListIndex = "094567")),
    ],
    "an index as number": ["/credentialStatus/0/statusListIndex", both((e) => (e.statusListIndex = 94567))],
    "a negative list": ["/credentialStatus/0/statusListNumber", both((e) => (e.statusListNumber = -1))],
    "a fractional list": ["/credentialStatus/0/statusListNumber", both((e) => (e.statusListNumber = 0.5))],
    "a list address that is no URL": [
      "/credentialStatus/0/statusListCredential",
      both((e) => (e.statusListCredential = "javascript:alert(1)")),
    ],
    "a proof created before 1970": ["/proof/created", (c) => (c.proof.created = "1969-12-31T23:59:59Z")],
    "a proof without created": ["/proof/created", (c) => delete c.proof.created],
    "a proof created on a date that does not exist": [
      "/proof/created",
      (c) => (c.proof.created = "2026-02-30T00:00:00Z"),
    ],
    "a proof created with an offset": ["/proof/created", (c) => (c.proof.created = "2026-03-01T10:03:04+08:00")],
    "a proof without context": ["/proof/@context", (c) => delete c.proof["@context"]],
    "another proof purpose": ["/proof/proofPurpose", (c) => (c.proof.proofPurpose = "authentication")],
    "a proof value in base64": ["/proof/proofValue", (c) => (c.proof.proofValue = "uAAAA")],
    "a key of another DID": [
      "/proof/verificationMethod",
      (c) => (c.proof.verificationMethod = `did:web:evil.example#${MULTIKEY.text}`),
    ],
    "a DID that only starts like the issuer": [
      "/proof/verificationMethod",
      (c) => (c.proof.verificationMethod = `${c.issuer}0#${MULTIKEY.text}`),
    ],
    "a key that is no Multikey": [
      "/proof/verificationMethod",
      (c) => (c.proof.verificationMethod = `${c.issuer}#key-1`),
    ],
    "a key one byte short": [
      "/proof/verificationMethod",
      (c) => (c.proof.verificationMethod = `${c.issuer}#z${toBase58(MULTIKEY.bytes.subarray(0, 33))}`),
    ],
  };
  for (const [name, [field, alter]] of Object.entries(malformed))
    it(`refuses ${name}, at ${field}`, () => {
      const error = expectRefusal("format.malformed", () => readCertificate(changed(SAMPLE_CERTIFICATE, alter)));
      expect(error.field).to.equal(field);
    });

  for (const json of [null, 1, "x", true, [], [SAMPLE_CERTIFICATE], {}])
    it(`refuses ${JSON.stringify(json).slice(0, 20)}`, () =>
      void expectRefusal("format.malformed", () => readCertificate(json as never)));

  it("reads very many face fields in a time that grows with their number", () => {
    const face = Object.fromEntries(Array.from({ length: 49_999 }, (_, i) => [`field${i}`, 0]));
    const certificate = changed(SAMPLE_CERTIFICATE, (c) => {
      c.credentialSubject.face = face;
    });
    expect(() => readCertificate(certificate)).not.to.throw();
  }).timeout(2_000);

  it("refuses each member that is missing or of another kind", () => {
    for (const [name, value] of Object.entries(SAMPLE_CERTIFICATE)) {
      if (name === "validUntil") continue;
      expect(() => readCertificate(changed(SAMPLE_CERTIFICATE, (c) => delete c[name])), name).to.throw();
      for (const other of [null, 7, "x", true, [], {}])
        if (JSON.stringify(other) !== JSON.stringify(value))
          expect(
            () => readCertificate(changed(SAMPLE_CERTIFICATE, (c) => (c[name] = other))),
            `${name} ${JSON.stringify(other)}`,
          ).to.throw();
    }
    for (const name of Object.keys(SAMPLE_CERTIFICATE.credentialSubject)) {
      if (name === "face") continue;
      for (const other of [null, 7, true, [], {}])
        expect(
          () =>
            readCertificate(
              changed(
                SAMPLE_CERTIFICATE,
                subject((s) => (s[name] = other)),
              ),
            ),
          name,
        ).to.throw();
    }
  });
});

describe("readUnsignedCertificate", () => {
  it("accepts what can be read once it is signed, and no proof", () => {
    expect(readUnsignedCertificate(SAMPLE_UNSIGNED as never)).to.equal(SAMPLE_UNSIGNED);
    expectRefusal("format.malformed", () => readUnsignedCertificate(SAMPLE_CERTIFICATE as never));
    expectRefusal("format.malformed", () => readUnsignedCertificate(changed(SAMPLE_UNSIGNED, (c) => (c.issuer = "x"))));
  });
});

describe("certificateDigest", () => {
  it("is SHA-256 of the canonical JSON, proof included", () => {
    const bytes = new TextEncoder().encode(canonicalize(SAMPLE_CERTIFICATE));
    expect(toHex(certificateDigest(crypto, SAMPLE_CERTIFICATE))).to.equal(toHex(crypto.sha256(bytes)));
    const resigned = changed(
      SAMPLE_CERTIFICATE,
      (c) => (c.proof.verificationMethod = `${DID}#${encodeMultikey(new Uint8Array(32)).text}`),
    );
    expect(toHex(certificateDigest(crypto, resigned))).not.to.equal(toHex(crypto.sha256(bytes)));
  });
});

describe("statusIndexOf", () => {
  it("counts over all lists of the region", () => {
    expect(statusIndexOf(SAMPLE_UNSIGNED)).to.equal(94_567);
    expect(
      statusIndexOf(
        changed(
          SAMPLE_UNSIGNED,
          both((e) => (e.statusListNumber = 3)),
        ),
      ),
    ).to.equal(3 * 131_072 + 94_567);
  });
});
