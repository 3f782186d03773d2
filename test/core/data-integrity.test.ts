// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import fc from "fast-check";
import { nodeCrypto as crypto } from "../../src/adapters/node-crypto/index.js";
import { fromBase58 } from "../../src/core/base58.js";
import { canonicalize } from "../../src/core/canonical-json.js";
import type { Certificate } from "../../src/core/certificate.js";
import { attachProof, hashData, keyOfProof, secureCertificate, verifyProof } from "../../src/core/data-integrity.js";
import { toHex } from "../../src/core/hex.js";
import type { JsonValue } from "../../src/core/json.js";
import { decodeMultikey } from "../../src/core/multikey.js";
import { portableCrypto } from "../../src/core/portable-crypto.js";
import {
  type Alteration,
  changed,
  DID,
  MULTIKEY,
  PROOF_OPTIONS,
  PUBLIC_KEY,
  SAMPLE_CERTIFICATE,
  SAMPLE_UNSIGNED,
  SEED,
  sign,
} from "./sample.js";
import { vectorJson, vectorText } from "./vectors.js";

const published = (name: string) => vectorText(`published/eddsa-jcs-2022/${name}`).trim();

describe("eddsa-jcs-2022 on the vectors of the W3C", () => {
  const unsigned = vectorJson("published/eddsa-jcs-2022/unsigned.json");
  const signed = vectorJson("published/eddsa-jcs-2022/signedJCS.json");
  const configuration = vectorJson("published/eddsa-jcs-2022/proofConfigJCS.json");
  const keys = vectorJson("published/eddsa-jcs-2022/keyPair.json");
  const publicKey = decodeMultikey(keys.publicKeyMultibase as string);
  // An Ed25519 secret key as Multikey: 0x80 0x26 and the seed.
  const seed = fromBase58(keys.privateKeyMultibase.slice(1))!.slice(2);

  it("has their canonical document and proof configuration", () => {
    expect(canonicalize(unsigned)).to.equal(published("canonDocJCS.txt"));
    expect(canonicalize(configuration)).to.equal(published("proofCanonJCS.txt"));
  });

  it("has their document hash, proof hash and combined hash", () => {
    expect(toHex(crypto.sha256(new TextEncoder().encode(published("canonDocJCS.txt"))))).to.equal(
      published("docHashJCS.txt"),
    );
    expect(toHex(crypto.sha256(new TextEncoder().encode(published("proofCanonJCS.txt"))))).to.equal(
      published("proofHashJCS.txt"),
    );
    expect(toHex(hashData(crypto, unsigned, configuration))).to.equal(published("combinedHashJCS.txt"));
  });

  it("has their signature, as hex and as multibase", () => {
    const signature = crypto.sign(seed, hashData(crypto, unsigned, configuration));
    expect(toHex(signature)).to.equal(published("sigHexJCS.txt"));
    const { created, verificationMethod } = configuration;
    const ours = attachProof(unsigned, { created, verificationMethod }, signature) as { proof: { proofValue: string } };
    expect(ours.proof.proofValue).to.equal(published("sigBTC58JCS.txt"));
    expect(canonicalize(ours)).to.equal(canonicalize(signed));
  });

  it("verifies their signed document, and not with a member changed", () => {
    expect(verifyProof(crypto, signed, publicKey)).to.equal(true);
    expect(verifyProof(portableCrypto, signed, publicKey)).to.equal(true);
    expect(
      verifyProof(
        crypto,
        changed(signed, (copy) => (copy.name = "Alumni")),
        publicKey,
      ),
    ).to.equal(false);
  });
});

describe("a signed certificate", () => {
  const verify = (certificate: unknown, key = PUBLIC_KEY) => verifyProof(crypto, certificate as Certificate, key);

  it("verifies under its key, however its members are ordered", () => {
    expect(verify(SAMPLE_CERTIFICATE)).to.equal(true);
    const reversed = Object.fromEntries(Object.entries(SAMPLE_CERTIFICATE).reverse());
    expect(verify(reversed)).to.equal(true);
  });

  it("does not verify under another key", () => {
    expect(verify(SAMPLE_CERTIFICATE, crypto.publicKey(new Uint8Array(32).fill(9)))).to.equal(false);
  });

  it("is the same whether the key answers at once or later", async () => {
    const later = await secureCertificate(crypto, SAMPLE_UNSIGNED, {
      ...PROOF_OPTIONS,
      sign: async (message) => crypto.sign(SEED, message),
    });
    expect(later).to.deep.equal(SAMPLE_CERTIFICATE);
    const atOnce = await secureCertificate(crypto, SAMPLE_UNSIGNED, {
      ...PROOF_OPTIONS,
      sign: (message) => crypto.sign(SEED, message),
    });
    expect(atOnce).to.deep.equal(SAMPLE_CERTIFICATE);
  });

  it("names its controller and its key", () => {
    const { controller, publicKey, multikeyBytes } = keyOfProof(SAMPLE_CERTIFICATE.proof);
    expect(controller).to.equal(DID);
    expect(publicKey).to.deep.equal(PUBLIC_KEY);
    expect(multikeyBytes).to.deep.equal(MULTIKEY.bytes);
  });

  // What other products accept; architecture: what peers get wrong.
  const alterations: Record<string, Alteration> = {
    "a field changed": (c) => (c.credentialSubject.certificateNumber = "JY13499010000029"),
    "the holder changed": (c) => (c.credentialSubject.certificateHolder[0].certificateHolder = "示例市另一公司"),
    "an empty list added": (c) => (c.credentialSubject.face.extra = []),
    "an empty object added": (c) => (c.credentialSubject.face.extra = {}),
    'true turned into "true"': (c) => (c.credentialSubject.face.online = "true"),
    'null turned into "null"': (c) => (c.credentialSubject.face.note = "null"),
    "a null member taken away": (c) => delete c.credentialSubject.face.note,
    "validUntil extended": (c) => (c.validUntil = "2099-12-31T23:59:59+08:00"),
    "validUntil taken away": (c) => delete c.validUntil,
    "the status index changed": (c) => (c.credentialStatus[0].statusListIndex = "94568"),
    "created moved": (c) => (c.proof.created = "2026-02-01T00:00:00Z"),
    "another purpose": (c) => (c.proof.proofPurpose = "authentication"),
    "a member added to the proof": (c) => (c.proof.nonce = "x"),
    "the proof's context taken away": (c) => delete c.proof["@context"],
    "both contexts extended": (c) => {
      c["@context"].push("https://evil.example/v1");
      c.proof["@context"].push("https://evil.example/v1");
    },
    "the document's context extended": (c) => c["@context"].push("https://evil.example/v1"),
    "another suite": (c) => (c.proof.cryptosuite = "eddsa-rdfc-2022"),
    "a signature of 63 bytes": (c) => (c.proof.proofValue = c.proof.proofValue.slice(0, -1)),
    "a signature in base64url": (c) => (c.proof.proofValue = `u${c.proof.proofValue.slice(1)}`),
  };
  for (const [name, alter] of Object.entries(alterations))
    it(`does not verify with ${name}`, () => expect(verify(changed(SAMPLE_CERTIFICATE, alter))).to.equal(false));

  it("does not verify with any leaf value replaced", () => {
    const paths = leafPaths(SAMPLE_CERTIFICATE as unknown as JsonValue);
    fc.assert(
      fc.property(fc.constantFrom(...paths), fc.jsonValue({ maxDepth: 2, noUnicodeString: true }), (path, value) => {
        const altered = changed(SAMPLE_CERTIFICATE, (copy) => {
          const parent = path.slice(0, -1).reduce((at, key) => at[key], copy);
          parent[path.at(-1)!] = value;
        });
        if (canonicalize(altered) !== canonicalize(SAMPLE_CERTIFICATE)) expect(verify(altered)).to.equal(false);
      }),
      { numRuns: 150 },
    );
  });

  it("verifies whatever face it was signed with", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3, noUnicodeString: true })), (face) => {
        const unsigned = {
          ...SAMPLE_UNSIGNED,
          credentialSubject: { ...SAMPLE_UNSIGNED.credentialSubject, face },
        } as typeof SAMPLE_UNSIGNED;
        expect(verify(JSON.parse(canonicalize(sign(unsigned))))).to.equal(true);
      }),
      { numRuns: 50 },
    );
  });
});

function leafPaths(value: JsonValue, path: readonly string[] = []): readonly (readonly string[])[] {
  if (typeof value !== "object" || value === null) return [path];
  return Object.entries(value).flatMap(([name, member]) => leafPaths(member, [...path, name]));
}
