// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { nodeCrypto } from "../../src/adapters/node-crypto/index.js";
import { equalBytes, utf8 } from "../../src/core/bytes.js";
import { canonicalize } from "../../src/core/canonical-json.js";
import { certificateDigest, readCertificate } from "../../src/core/certificate-reader.js";
import { copyDigest, readCopyStatement } from "../../src/core/copy/copy-reader.js";
import { copyTokenMatches, readCopyToken } from "../../src/core/copy/copy-token.js";
import { contradictionToLicence } from "../../src/core/copy/secure-copy.js";
import { verifyProof } from "../../src/core/data-integrity.js";
import { fromDigits, toDigits } from "../../src/core/digits.js";
import { auditHeadDigest, auditHeadEntry, copyEntry, licenceEntry } from "../../src/core/entry.js";
import { isAnchored, proofOf, readEvidence, tokenOf } from "../../src/core/evidence-reader.js";
import { fromHex, toHex } from "../../src/core/hex.js";
import { parseCertificateIdentifier } from "../../src/core/identifiers/certificate-identifier.js";
import { leafHash, rootAbove } from "../../src/core/merkle.js";
import { decodeMultikey, keyDigest, keyIdOf } from "../../src/core/multikey.js";
import { portableCrypto } from "../../src/core/portable-crypto.js";
import { parseJson } from "../../src/core/strict-json.js";
import { readToken } from "../../src/core/token.js";
import { readTypeDefinition, typeDigest } from "../../src/core/type-reader.js";
import { expectRefusal } from "./refusal.js";
import { tigertallyVectors } from "./tigertally-vectors.js";
import { vectorJson, vectorNames } from "./vectors.js";

const own = (folder: string) =>
  vectorNames(`tigertally/${folder}`).map((name) => ({ name, vector: vectorJson(`tigertally/${folder}/${name}`) }));

describe("our vectors", () => {
  it("are those that the code makes today: no format has changed unseen", () => {
    for (const [name, vector] of tigertallyVectors())
      expect(vectorJson(`tigertally/${name}`), name).to.deep.equal(JSON.parse(JSON.stringify(vector)));
  });
});

describe("the vectors of the key", () => {
  it("agree from seed to key id", () => {
    const key = vectorJson("tigertally/key/key.json");
    expect(toHex(portableCrypto.publicKey(fromHex(key.seed)))).to.equal(key.publicKey);
    expect(toHex(decodeMultikey(key.multikey))).to.equal(key.publicKey);
    const digest = keyDigest(portableCrypto, fromHex(key.multikeyBytes));
    expect([toHex(digest), toHex(keyIdOf(digest))]).to.deep.equal([key.keyDigest, key.kid]);
  });
});

for (const [cryptoName, crypto] of Object.entries({ nodeCrypto, portableCrypto }))
  describe(`the vectors of certificates (${cryptoName})`, () => {
    for (const { name, vector } of own("certificate/valid"))
      it(`accept ${name}`, () => {
        const certificate = readCertificate(parseJson(vector.canonical));
        expect(canonicalize(vector.certificate)).to.equal(vector.canonical);
        expect(verifyProof(crypto, certificate, fromHex(vector.publicKey))).to.equal(true);
        expect(toHex(certificateDigest(crypto, certificate))).to.equal(vector.certificateDigest);
      });
    for (const { name, vector } of own("certificate/malformed"))
      it(`refuse ${name}: ${vector.code}`, () =>
        void expectRefusal(vector.code, () => readCertificate(parseJson(vector.text))));
    for (const { name, vector } of own("certificate/forged"))
      it(`read ${name}, whose signature is wrong`, () => {
        const certificate = readCertificate(parseJson(JSON.stringify(vector.certificate)));
        expect(verifyProof(crypto, certificate, fromHex(vector.publicKey))).to.equal(false);
      });
  });

for (const [cryptoName, crypto] of Object.entries({ nodeCrypto, portableCrypto }))
  describe(`the vectors of signatures (${cryptoName})`, () => {
    const verdict = ({ publicKey, message, signature }: Record<string, string>) =>
      crypto.verify(fromHex(publicKey!), fromHex(message!), fromHex(signature!));
    for (const { name, vector } of own("signature/valid"))
      it(`accept ${name}`, () => void expect(verdict(vector)).to.equal(true));
    for (const { name, vector } of own("signature/refused-key"))
      it(`refuse the key of ${name}`, () => {
        expectRefusal("key.refused", () => crypto.checkPublicKey(fromHex(vector.publicKey)));
        expect(verdict(vector)).to.equal(false);
      });
    for (const { name, vector } of own("signature/forged"))
      it(`refuse ${name}, whose key is good`, () => {
        expect(() => crypto.checkPublicKey(fromHex(vector.publicKey))).not.to.throw();
        expect(verdict(vector)).to.equal(false);
      });
  });

describe("the vectors of identifiers", () => {
  for (const { name, vector } of own("identifier/valid"))
    it(`accept ${name}`, () => void expect(parseCertificateIdentifier(vector.text, "lenient")).to.deep.equal(vector));
  for (const { name, vector } of own("identifier/malformed"))
    it(`refuse ${name} in a certificate: ${vector.code}`, () => {
      const { certificate } = vectorJson("tigertally/certificate/valid/food-permit.json");
      certificate.credentialSubject.certificateIdentifier = vector.identifier;
      expectRefusal(vector.code, () => readCertificate(certificate));
    });
});

describe("the vectors of tokens", () => {
  for (const { name, vector } of own("token/valid"))
    it(`accept ${name}`, () => {
      const token = readToken(fromHex(vector.token));
      const { claims, toBeSigned, signature, kid } = token;
      expect({ ...claims, certificateDigest: toHex(claims.certificateDigest) }).to.deep.equal(vector.claims);
      expect([toHex(toBeSigned), toHex(signature), toHex(kid)]).to.deep.equal([
        vector.toBeSigned,
        vector.signature,
        vector.kid,
      ]);
      expect(nodeCrypto.verify(fromHex(vector.publicKey), toBeSigned, signature)).to.equal(true);
      expect(toDigits(token.bytes)).to.equal(vector.digits);
      expect(toHex(fromDigits(vector.digits))).to.equal(vector.token);
      expect(toHex(nodeCrypto.sha256(token.bytes))).to.equal(vector.tokenDigest);
    });
  for (const { name, vector } of own("token/malformed"))
    it(`refuse ${name}: ${vector.code}`, () => void expectRefusal(vector.code, () => readToken(fromHex(vector.token))));
  for (const { name, vector } of own("token/malformed-digits"))
    it(`refuse the digits ${name}: ${vector.code}`, () => {
      expectRefusal(vector.code, () => readToken(fromDigits(vector.digits)));
    });
  for (const { name, vector } of own("token/forged"))
    it(`read ${name}, whose signature is wrong`, () => {
      const { toBeSigned, signature } = readToken(fromHex(vector.token));
      expect(nodeCrypto.verify(fromHex(vector.publicKey), toBeSigned, signature)).to.equal(false);
    });
});

describe("the vectors of reader's copies", () => {
  for (const { name, vector } of own("copy/valid"))
    it(`accept ${name}, from the statement to the entry`, () => {
      const statement = readCopyStatement(parseJson(vector.canonical));
      const publicKey = fromHex(vector.publicKey);
      expect(statement).to.deep.equal(vector.statement);
      for (const crypto of [nodeCrypto, portableCrypto])
        expect(verifyProof(crypto, statement, publicKey)).to.equal(true);
      const digest = copyDigest(nodeCrypto, statement);
      expect(toHex(digest)).to.equal(vector.copyDigest);
      const { claims, toBeSigned, signature, bytes } = readCopyToken(fromDigits(vector.digits));
      expect(toHex(bytes)).to.equal(vector.token);
      expect(nodeCrypto.verify(publicKey, toBeSigned, signature)).to.equal(true);
      expect(claims).to.deep.equal({
        ...vector.claims,
        certificateDigest: fromHex(statement.certificateDigest),
        copyDigest: digest,
      });
      const entry = copyEntry(fromHex(statement.certificateDigest), nodeCrypto.sha256(bytes));
      expect(toHex(entry)).to.equal(vector.entry).and.equal(`04${statement.certificateDigest}${vector.tokenDigest}`);
    });
  for (const { name, vector } of own("copy/malformed"))
    it(`refuse ${name}: ${vector.code}`, () => {
      expectRefusal(vector.code, () => readCopyStatement(vector.statement));
    });
  for (const { name, vector } of own("copy/malformed-token"))
    it(`refuse the token ${name}: ${vector.code}`, () => {
      expectRefusal(vector.code, () => readCopyToken(fromHex(vector.token)));
    });
  for (const { name, vector } of own("copy/contradicting"))
    it(`find ${name} in contradiction: ${vector.reason} ${vector.detail}`, () => {
      const certificate = readCertificate(vectorJson("tigertally/certificate/valid/food-permit.json").certificate);
      const statement = readCopyStatement(vector.statement);
      const publicKey = fromHex(vector.publicKey);
      expect(verifyProof(nodeCrypto, statement, publicKey)).to.equal(true);
      const { claims, toBeSigned, signature } = readCopyToken(fromHex(vector.token));
      expect(nodeCrypto.verify(publicKey, toBeSigned, signature)).to.equal(true);
      const contradiction = contradictionToLicence(statement, certificate, certificateDigest(nodeCrypto, certificate));
      if (vector.reason === "copy.of-another-licence") return expect(contradiction?.field).to.equal(vector.detail);
      expect(contradiction).to.equal(null);
      const difference = copyTokenMatches(claims, statement, certificate, copyDigest(nodeCrypto, statement));
      return expect(difference).to.equal(vector.detail);
    });
  for (const { name, vector } of own("copy/forged"))
    it(`read ${name}, whose signature is wrong`, () => {
      expect(verifyProof(nodeCrypto, readCopyStatement(vector.statement), fromHex(vector.publicKey))).to.equal(false);
    });
});

describe("the vectors of entries", () => {
  for (const { name, vector } of own("entry/valid"))
    it(`prove every entry of ${name}`, () => {
      for (const { index, entry, leafHash: leaf, path } of vector.entries) {
        expect(toHex(leafHash(nodeCrypto, fromHex(entry)))).to.equal(leaf);
        const reached = rootAbove(nodeCrypto, fromHex(leaf), {
          index,
          size: vector.size,
          path: path.map((hash: string) => fromHex(hash)),
        });
        expect(reached && toHex(reached)).to.equal(vector.root);
      }
    });
  it("give the entry of a head of the audit log, event by event", () => {
    const { region, events, headDigest, entries } = vectorJson("tigertally/entry/valid/audit-head.json");
    let hash: Uint8Array = new Uint8Array(32);
    for (const { event, hash: stated } of events) {
      const tag = utf8("tigertally audit event 2\0");
      hash = nodeCrypto.sha256(tag, hash, nodeCrypto.sha256(utf8(canonicalize(event))));
      expect(toHex(hash)).to.equal(stated);
    }
    const digest = auditHeadDigest(nodeCrypto, { region, sequence: events.length, hash });
    expect(toHex(digest)).to.equal(headDigest);
    expect(toHex(auditHeadEntry(digest))).to.equal(entries[0].entry);
  });
  for (const { name, vector } of own("entry/refused"))
    it(`refuse ${name}`, () => {
      const { index, size, path } = vector;
      const leaf = leafHash(nodeCrypto, fromHex(vector.entry));
      const reached = rootAbove(nodeCrypto, leaf, { index, size, path: path.map((hash: string) => fromHex(hash)) });
      expect(reached !== null && equalBytes(reached, fromHex(vector.root))).to.equal(false);
    });
});

describe("the vectors of evidence", () => {
  for (const { name, vector } of own("evidence/valid"))
    it(`accept ${name}`, () => {
      const evidence = readEvidence(parseJson(JSON.stringify(vector.evidence)));
      if (!isAnchored(evidence)) return;
      const { proof, root } = proofOf(evidence);
      const entry = licenceEntry(fromHex(vector.certificateDigest), nodeCrypto.sha256(tokenOf(evidence)));
      expect(toHex(rootAbove(nodeCrypto, leafHash(nodeCrypto, entry), proof)!)).to.equal(toHex(root));
    });
  for (const { name, vector } of own("evidence/malformed"))
    it(`refuse ${name}: ${vector.code}`, () => void expectRefusal(vector.code, () => readEvidence(vector.evidence)));
});

describe("the vectors of type definitions", () => {
  for (const { name, vector } of own("type/valid"))
    it(`accept ${name}`, () => {
      expect(toHex(typeDigest(nodeCrypto, readTypeDefinition(vector.type)))).to.equal(vector.typeDigest);
    });
  for (const { name, vector } of own("type/invalid"))
    it(`refuse ${name}: ${vector.code}`, () => void expectRefusal(vector.code, () => readTypeDefinition(vector.type)));
});
