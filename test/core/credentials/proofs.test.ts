// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { nodeCrypto } from "../../../src/adapters/node-crypto/index.js";
import { toBase58 } from "../../../src/core/base58.js";
import { proofCheck, readProofs } from "../../../src/core/credentials/proofs.js";
import type { Crypto } from "../../../src/core/crypto.js";
import { hashData } from "../../../src/core/data-integrity.js";
import type { JsonObject, JsonValue } from "../../../src/core/json.js";

const seed = nodeCrypto.randomBytes(32);
const publicKey = nodeCrypto.publicKey(seed);
const CONTEXTS = Array.from({ length: 8 }, (_, n) => `https://example.org/context/${n}`);

/** A proof under these contexts, made as the recommendation says: of the whole document, canonicalized for it alone. */
function proofOf(document: JsonObject, contexts: JsonValue | undefined): JsonObject {
  const configuration = {
    ...(contexts === undefined ? {} : { "@context": contexts }),
    type: "DataIntegrityProof",
    cryptosuite: "eddsa-jcs-2022",
    verificationMethod: "did:example:issuer#key",
    proofPurpose: "assertionMethod",
  };
  const signedDocument = contexts === undefined ? document : { ...document, "@context": contexts };
  const signature = nodeCrypto.sign(seed, hashData(nodeCrypto, signedDocument, configuration));
  return { ...configuration, proofValue: `z${toBase58(signature)}` };
}

function judged(document: JsonObject, crypto: Crypto = nodeCrypto): readonly boolean[] {
  const isMadeBy = proofCheck(crypto, document);
  return readProofs(document).map((proof) => isMadeBy(proof, publicKey));
}

describe("the check of a credential's proofs", () => {
  const DOCUMENTS: Record<string, JsonObject> = {
    "with members before and after its contexts": {
      "@context": CONTEXTS,
      "0": 1,
      "": [],
      issuer: "did:example:issuer",
    },
    "with none before": { "@context": CONTEXTS, issuer: "did:example:issuer", 证: "照" },
    "with none after": { "@context": CONTEXTS, "0": null },
    "with contexts alone": { "@context": CONTEXTS },
    "with a context that is an object": { "@context": [CONTEXTS[0]!, { b: 1, a: [2] }], issuer: "x" },
    "with a context that is text": { "@context": CONTEXTS[0]!, issuer: "x" },
  };
  for (const [what, document] of Object.entries(DOCUMENTS))
    it(`finds each proof of a document ${what} as if it were the only one`, () => {
      const all = document["@context"]!;
      const first = Array.isArray(all) ? all.slice(0, 1) : [all];
      const proof = [all, undefined, first, all].map((contexts) => proofOf(document, contexts));
      expect(judged({ ...document, proof })).to.deep.equal([true, true, true, true]);
      const [changed] = judged({ ...document, extra: 1, proof: proof.slice(0, 1) });
      expect(changed).to.equal(false);
      const foreign = proofOf(document, ["https://example.org/other"]);
      expect(judged({ ...document, proof: [foreign, proof[0]!] })).to.deep.equal([false, true]);
    });

  it("finds proofs of a document without contexts, with and without empty ones", () => {
    const document: JsonObject = { "0": 1, issuer: "x" };
    const proof = [proofOf(document, undefined), proofOf(document, []), proofOf(document, undefined)];
    expect(judged({ ...document, proof })).to.deep.equal([true, true, true]);
  });

  it("canonicalizes a document with eight proofs once, and hashes it once for each of their contexts", () => {
    let reads = 0;
    const subject = {
      get claim() {
        reads += 1;
        return "x".repeat(1_000_000);
      },
    };
    const document = { "@context": CONTEXTS, credentialSubject: subject } as unknown as JsonObject;
    const one = { ...document, proof: [proofOf(document, CONTEXTS)] };
    const same = { ...document, proof: Array.from({ length: 8 }, () => proofOf(document, CONTEXTS)) };
    const each = { ...document, proof: CONTEXTS.map((_, n) => proofOf(document, CONTEXTS.slice(0, n + 1))) };
    const cost = (secured: JsonObject) => {
      let hashed = 0;
      const sha256: Crypto["sha256"] = (...parts) => {
        hashed += parts.reduce((sum, { length }) => sum + length, 0);
        return nodeCrypto.sha256(...parts);
      };
      reads = 0;
      expect(judged(secured, { ...nodeCrypto, sha256 })).to.not.include(false);
      return { reads, documents: Math.floor(hashed / 1_000_000) };
    };
    const once = cost(one);
    expect(once.documents).to.equal(1);
    expect(cost(same)).to.deep.equal(once);
    expect(cost(each)).to.deep.equal({ reads: once.reads, documents: 8 });
  });

  it("does not write the document's contexts again for every proof", () => {
    let reads = 0;
    const large = {
      get term() {
        reads += 1;
        return "x";
      },
    };
    const document = { "@context": [large], issuer: "x" } as unknown as JsonObject;
    const foreign = { ...proofOf({ issuer: "x" }, ["https://example.org/other"]) };
    const isMadeBy = proofCheck(nodeCrypto, { ...document, proof: foreign });
    const [proof] = readProofs({ ...document, proof: foreign });
    const before = reads;
    for (let n = 0; n < 8; n++) expect(isMadeBy(proof!, publicKey)).to.equal(false);
    expect(reads).to.equal(before);
  });
});
