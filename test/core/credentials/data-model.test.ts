// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { VC_CONTEXT } from "../../../src/core/certificate.js";
import { readCredential } from "../../../src/core/credentials/data-model.js";
import type { JsonValue } from "../../../src/core/json.js";
import { expectRefusal } from "../refusal.js";
import { sample } from "./sample-credential.js";

const EXAMPLES = "https://www.w3.org/ns/credentials/examples/v2";
const read = (credential: unknown) => readCredential(credential as JsonValue);

/** By section of the Recommendation: what a conforming reader accepts. */
const ACCEPTED: Record<string, Record<string, unknown>> = {
  "4.3 further contexts, URLs and objects": { "@context": [VC_CONTEXT, EXAMPLES, { Term: "https://x.example/#Term" }] },
  "4.4 an identifier that is any URL": { id: "urn:uuid:9f1f2f1c-0000-4000-8000-000000000000" },
  "4.5 one type as text": { type: "VerifiableCredential" },
  "4.5 a type that is a URL": { type: ["VerifiableCredential", "https://x.example/#Permit"] },
  "4.5 types in any order": { type: ["https://x.example/#Permit", "VerifiableCredential"] },
  "4.5 a type that a context object maps": {
    "@context": [VC_CONTEXT, { Permit: "https://x.example/#Permit" }],
    type: ["VerifiableCredential", "Permit"],
  },
  "4.5 a type that a context object maps by @id": {
    "@context": [VC_CONTEXT, { Permit: { "@id": "https://x.example/#Permit" } }],
    type: ["VerifiableCredential", "Permit"],
  },
  "4.5 a type that a context at a URL may define": {
    "@context": [VC_CONTEXT, EXAMPLES],
    type: ["VerifiableCredential", "AlumniCredential"],
  },
  "4.6 a name in several languages": {
    name: [
      { "@value": "A name", "@language": "en" },
      { "@value": "名称", "@language": "zh-CN", "@direction": "ltr" },
    ],
    description: "text",
  },
  "4.7 an issuer that is an object": { issuer: { id: "did:example:issuer", name: { "@value": "An issuer" } } },
  "4.8 several subjects": { credentialSubject: [{ id: "did:example:a" }, { member: 1 }] },
  "4.9 milliseconds": { validFrom: "2026-01-01T00:00:00.123Z" },
  "4.9 an offset to the west": { validFrom: "2026-01-01T00:00:00-07:00", validUntil: "2026-01-01T07:00:00Z" },
  "4.9 the hour 24": { validUntil: "2026-02-28T24:00:00+14:00" },
  "4.10 a status without an identifier": { credentialStatus: { type: "OtherStatus" } },
  "4.11 several schemas": {
    credentialSchema: [
      { id: "https://x.example/1", type: "JsonSchema" },
      { id: "https://x.example/2", type: "JsonSchema" },
    ],
  },
  "5.3 a related resource": {
    relatedResource: { id: "https://x.example/r", digestSRI: `sha384-${"A".repeat(64)}`, mediaType: "image/png" },
  },
  "5.4 a refresh service": { refreshService: [{ type: "Refresh", id: "https://x.example/refresh" }] },
  "5.5 terms of use": { termsOfUse: { type: "IssuerPolicy" } },
  "5.6 evidence": { evidence: [{ type: ["DocumentVerification"] }] },
};

/** What it refuses, and where. */
const REFUSED: Record<string, readonly [at: string, changes: Record<string, unknown>]> = {
  "4.3 no context": ["/@context", { "@context": undefined }],
  "4.3 a context that is text": ["/@context", { "@context": VC_CONTEXT }],
  "4.3 no contexts at all": ["/@context", { "@context": [] }],
  "4.3 another context first": ["/@context/0", { "@context": [EXAMPLES, VC_CONTEXT] }],
  "4.3 the context of version 1": ["/@context/0", { "@context": ["https://www.w3.org/2018/credentials/v1"] }],
  "4.3 a context that is no URL": ["/@context/1", { "@context": [VC_CONTEXT, "https ://x.example/v1"] }],
  "4.3 a context that is a number": ["/@context/1", { "@context": [VC_CONTEXT, 7] }],
  "4.3 a context that is null": ["/@context/1", { "@context": [VC_CONTEXT, null] }],
  "5.2 a protected term redefined": [
    "/@context/1/VerifiableCredential",
    { "@context": [VC_CONTEXT, { VerifiableCredential: "https://x.example/#V" }] },
  ],
  "4.4 an identifier that is no URL": ["/id", { id: "not a url" }],
  "4.4 an identifier that is null": ["/id", { id: null }],
  "4.4 two identifiers": ["/id", { id: ["urn:a:1", "urn:a:2"] }],
  "4.5 no type": ["/type", { type: undefined }],
  "4.5 an empty list of types": ["/type", { type: [] }],
  "4.5 a type that is an object": ["/type/1", { type: ["VerifiableCredential", {}] }],
  "4.5 without VerifiableCredential": ["/type", { type: ["https://x.example/#Permit"] }],
  "4.5 a type that no context defines": ["/type/1", { type: ["VerifiableCredential", "Permit"] }],
  "4.5 a type mapped to no URL": [
    "/type/1",
    { "@context": [VC_CONTEXT, { Permit: "Permit" }], type: ["VerifiableCredential", "Permit"] },
  ],
  "4.6 a name that is a number": ["/name", { name: 7 }],
  "4.6 a name with a further member": ["/name/note", { name: { "@value": "A", "@language": "en", note: "x" } }],
  "4.6 a description without its value": ["/description/@value", { description: { "@language": "en" } }],
  "4.6 a language that is none": ["/name/@language", { name: { "@value": "A", "@language": "e n" } }],
  "4.6 a direction that is none": ["/name/@direction", { name: { "@value": "A", "@direction": "up" } }],
  "4.6 the issuer's name with a further member": [
    "/issuer/name/x",
    { issuer: { id: "did:example:i", name: { "@value": "A", x: 1 } } },
  ],
  "4.7 no issuer": ["/issuer", { issuer: undefined }],
  "4.7 an issuer that is no URL": ["/issuer", { issuer: "an issuer" }],
  "4.7 an issuer without an identifier": ["/issuer/id", { issuer: { name: "An issuer" } }],
  "4.7 an issuer whose identifier is no URL": ["/issuer/id", { issuer: { id: "an issuer" } }],
  "4.7 an issuer that is null": ["/issuer", { issuer: null }],
  "4.7 several issuers": ["/issuer", { issuer: ["did:example:a", "did:example:b"] }],
  "4.8 no subject": ["/credentialSubject", { credentialSubject: undefined }],
  "4.8 a subject that is text": ["/credentialSubject", { credentialSubject: "did:example:a" }],
  "4.8 a subject that says nothing": ["/credentialSubject", { credentialSubject: {} }],
  "4.8 no subjects at all": ["/credentialSubject", { credentialSubject: [] }],
  "4.8 one of several that says nothing": ["/credentialSubject/1", { credentialSubject: [{ a: 1 }, {}] }],
  "4.8 a subject whose identifier is no URL": ["/credentialSubject/id", { credentialSubject: { id: "somebody" } }],
  "4.9 a date without a time": ["/validFrom", { validFrom: "2026-01-01" }],
  "4.9 a time without an offset": ["/validFrom", { validFrom: "2026-01-01T00:00:00" }],
  "4.9 a day that does not exist": ["/validFrom", { validFrom: "2026-02-30T00:00:00Z" }],
  "4.9 an hour that does not exist": ["/validUntil", { validUntil: "2026-02-28T25:00:00Z" }],
  "4.9 an offset that does not exist": ["/validUntil", { validUntil: "2026-02-28T00:00:00+14:30" }],
  "4.9 a time that is a number": ["/validUntil", { validUntil: 1_700_000_000 }],
  "4.9 an end before the beginning": [
    "/validUntil",
    { validFrom: "2026-01-02T00:00:00Z", validUntil: "2026-01-02T00:00:00+08:00" },
  ],
  "4.10 a status without a type": ["/credentialStatus/type", { credentialStatus: { id: "https://x.example/s" } }],
  "4.10 a status whose identifier is no URL": ["/credentialStatus/id", { credentialStatus: { type: "S", id: "s" } }],
  "4.10 a bitstring entry whose index is a number": [
    "/credentialStatus/0/statusListIndex",
    {
      credentialStatus: [
        {
          type: "BitstringStatusListEntry",
          statusPurpose: "revocation",
          statusListIndex: 7,
          statusListCredential: "https://x.example/s",
        },
      ],
    },
  ],
  "4.11 a schema without a type": ["/credentialSchema/type", { credentialSchema: { id: "https://x.example/1" } }],
  "4.11 a schema without an identifier": ["/credentialSchema/id", { credentialSchema: { type: "JsonSchema" } }],
  "5.3 a related resource that is text": ["/relatedResource/0", { relatedResource: ["https://x.example/r"] }],
  "5.3 a related resource without an identifier": [
    "/relatedResource/id",
    { relatedResource: { digestSRI: `sha384-${"A".repeat(64)}` } },
  ],
  "5.3 a related resource without a digest": ["/relatedResource", { relatedResource: { id: "https://x.example/r" } }],
  "5.3 a related resource named twice": [
    "/relatedResource/1/id",
    {
      relatedResource: [1, 2].map(() => ({ id: "https://x.example/r", digestSRI: `sha384-${"A".repeat(64)}` })),
    },
  ],
  "5.4 a refresh service without a type": ["/refreshService/type", { refreshService: { id: "https://x.example/r" } }],
  "5.5 terms of use without a type": ["/termsOfUse/0/type", { termsOfUse: [{ id: "https://x.example/t" }] }],
  "5.6 evidence without a type": ["/evidence/type", { evidence: { id: "https://x.example/e" } }],
};

describe("the reader of W3C credentials", () => {
  it("tells issuer, types, period and whether there is a status", () => {
    const changes = { validFrom: "2026-01-01T00:00:00+08:00", issuer: { id: "did:example:i" } };
    expect(read(sample(changes))).to.deep.equal({
      issuer: "did:example:i",
      types: ["VerifiableCredential"],
      validFrom: Date.UTC(2025, 11, 31, 16),
      validUntil: null,
      hasStatus: false,
    });
  });

  for (const [what, changes] of Object.entries(ACCEPTED))
    it(`accepts ${what}`, () => expect(() => read(sample(changes))).not.to.throw());

  for (const [what, [at, changes]] of Object.entries(REFUSED))
    it(`refuses ${what}`, () =>
      expect(expectRefusal("format.malformed", () => read(sample(changes))).field).to.equal(at));

  for (const value of [null, [], "text", 7])
    it(`refuses ${JSON.stringify(value)}`, () => expectRefusal("format.malformed", () => read(value)));
});
