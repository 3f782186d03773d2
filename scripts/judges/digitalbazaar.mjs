// SPDX-License-Identifier: Apache-2.0
// @digitalbazaar/vc with eddsa-jcs-2022-cryptosuite: software of the W3C community that nobody here wrote. It must verify our
// certificates, with our contexts and DID documents and nothing fetched, and refuse them once anything was changed.
import { readFileSync } from "node:fs";
import { contexts } from "@digitalbazaar/credentials-context";
import { DataIntegrityProof } from "@digitalbazaar/data-integrity";
import { createVerifyCryptosuite } from "@digitalbazaar/eddsa-jcs-2022-cryptosuite";
import * as vc from "@digitalbazaar/vc";
import jsonld from "jsonld";
import { nodeCrypto } from "../../dist/adapters/node-crypto/index.js";
import {
  attachProof,
  certificateSigningInput,
  encodeMultikey,
  LICENCE_CONTEXT,
  LICENCE_CONTEXT_V1,
  VC_CONTEXT,
} from "../../dist/core/index.js";

const VERSION = versionOf("@digitalbazaar/vc");
const SAMPLE = new URL("../../test/vectors/tigertally/certificate/valid/food-permit.json", import.meta.url);
const DURING_VALIDITY = new Date("2027-01-01T00:00:00Z");

/** Each changes a copy of a genuine certificate. */
const TAMPERINGS = {
  "field changed": (c) => (c.credentialSubject.certificateNumber = "JY13499010000029"),
  "holder changed": (c) => (c.credentialSubject.certificateHolder[0].certificateHolder = "示例市另一公司"),
  "[] added": (c) => (c.credentialSubject.face.extra = []),
  "{} added": (c) => (c.credentialSubject.face.extra = {}),
  'true turned into "true"': (c) => (c.credentialSubject.face.online = "true"),
  'null turned into "null"': (c) => (c.credentialSubject.face.note = "null"),
  "validUntil extended": (c) => (c.validUntil = "2099-12-31T23:59:59+08:00"),
  "validUntil taken away": (c) => delete c.validUntil,
  "status index changed": (c) => (c.credentialStatus[0].statusListIndex = "1"),
  "signature of another certificate": (c, other) => (c.proof.proofValue = other.proof.proofValue),
  "key of an attacker": (c, other) => (c.proof = other.proof),
  "created moved": (c) => (c.proof.created = "2026-02-01T00:00:00Z"),
};

export async function run() {
  const published = JSON.parse(readFileSync(SAMPLE, "utf8")).certificate;
  const fresh = issued(published, nodeCrypto.randomBytes(32));
  const lines = [];
  const judge = async (subject, certificate, expected, keyOf = certificate) => {
    const got = (await verifies(certificate, didDocumentOf(keyOf))) ? "verified" : "refused";
    lines.push({ judge: "digitalbazaar", version: VERSION, subject, expected, got, ok: got === expected });
  };
  await judge("certificate of the published vectors", published, "verified");
  await judge("certificate issued just now", fresh, "verified");
  for (const [name, tamper] of Object.entries(TAMPERINGS)) {
    const copy = structuredClone(published);
    tamper(copy, fresh);
    // The DID document lists the agency's own key only, whatever the forger's proof names.
    await judge(name, copy, "refused", published);
  }
  const expanded = await expandsSafely(published);
  lines.push({
    judge: "jsonld safe mode",
    version: versionOf("jsonld"),
    subject: "every member is defined",
    expected: "yes",
    got: expanded,
    ok: expanded === "yes",
  });
  return lines;
}

/** The sample signed anew, by a key that did not exist before. */
function issued({ proof: _, ...unsigned }, seed) {
  const { text } = encodeMultikey(nodeCrypto.publicKey(seed));
  const options = { created: "2026-03-02T00:00:00Z", verificationMethod: `${unsigned.issuer}#${text}` };
  return attachProof(unsigned, options, nodeCrypto.sign(seed, certificateSigningInput(nodeCrypto, unsigned, options)));
}

async function verifies(credential, didDocument) {
  const suite = new DataIntegrityProof({ cryptosuite: createVerifyCryptosuite() });
  const { verified } = await vc.verifyCredential({
    credential: structuredClone(credential),
    suite,
    documentLoader: loaderFor(didDocument),
    checkStatus: async () => ({ verified: true }),
    now: DURING_VALIDITY,
  });
  return verified;
}

async function expandsSafely(certificate) {
  try {
    await jsonld.expand(certificate, { safe: true, documentLoader: loaderFor(didDocumentOf(certificate)) });
    return "yes";
  } catch (error) {
    return `no: ${error.message} ${JSON.stringify(error.details ?? {})}`;
  }
}

/** What an agency publishes as did.json. */
function didDocumentOf({ issuer, proof }) {
  const id = proof.verificationMethod;
  return {
    "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
    id: issuer,
    verificationMethod: [
      { id, type: "Multikey", controller: issuer, publicKeyMultibase: id.slice(id.indexOf("#") + 1) },
    ],
    assertionMethod: [id],
  };
}

/** Knows the two contexts, the DID document and its key; anything else would be a fetch and is refused. */
function loaderFor(didDocument) {
  const [method] = didDocument.verificationMethod;
  const documents = {
    [VC_CONTEXT]: contexts.get(VC_CONTEXT),
    [LICENCE_CONTEXT]: LICENCE_CONTEXT_V1,
    [didDocument.id]: didDocument,
    [method.id]: { "@context": "https://w3id.org/security/multikey/v1", ...method },
  };
  return async (url) => {
    if (!Object.hasOwn(documents, url)) throw new Error(`${url} would have been fetched`);
    return { contextUrl: null, documentUrl: url, document: documents[url] };
  };
}

/** The packages do not export their package.json. */
function versionOf(name) {
  return JSON.parse(readFileSync(new URL(`../../node_modules/${name}/package.json`, import.meta.url), "utf8")).version;
}
