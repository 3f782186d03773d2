// SPDX-License-Identifier: Apache-2.0
import { type CredentialFacts, readCredential } from "../core/credentials/data-model.js";
import { isDidKey, keyOfDidKey, methodOfDidKey } from "../core/credentials/did-key.js";
import { looksLikeALicence } from "../core/credentials/licence-look-alike.js";
import { type CredentialProof, proofCheck, readProofs } from "../core/credentials/proofs.js";
import type { Crypto } from "../core/crypto.js";
import type { JsonObject, JsonValue } from "../core/json.js";
import type { CheckResult } from "./report.js";

/**
 * A W3C credential that its issuer signed under a did:key: the key is the name, so the signature can be judged, and nothing else.
 * It is never a licence, and no field of it is ever shown as one.
 */
export interface ForeignCredential {
  readonly form: "credential";
  readonly json: JsonObject;
  readonly facts: CredentialFacts;
  readonly proofs: readonly CredentialProof[];
  readonly publicKey: Uint8Array;
}

/**
 * Whether a signed document is for `readForeignCredential`. Our issuers are `did:web`, so no certificate of ours is; and whatever
 * looks like a licence is left to the strict reader, whoever it says it is from.
 */
export function isForeignCredential(json: JsonObject): boolean {
  return isDidKey(issuerOf(json.issuer)) && !looksLikeALicence(json);
}

function issuerOf(issuer: JsonValue | undefined): JsonValue | undefined {
  const isNamed = typeof issuer === "object" && issuer !== null && !Array.isArray(issuer);
  return isNamed ? (issuer as JsonObject).id : issuer;
}

/** Throws `format.malformed` or `format.algorithm-unsupported` with the JSON pointer. Signatures are not checked here. */
export function readForeignCredential(json: JsonObject): ForeignCredential {
  const facts = readCredential(json);
  const publicKey = keyOfDidKey(facts.issuer, "/issuer");
  return { form: "credential", json, facts, proofs: readProofs(json), publicKey };
}

/** The results of the checks that have something to say; all others do not apply. Times are milliseconds. */
export function judgeForeignCredential(
  crypto: Crypto,
  { json, facts, proofs, publicKey }: ForeignCredential,
  { now, at }: { readonly now: number; readonly at: number },
): readonly CheckResult[] {
  const method = methodOfDidKey(facts.issuer);
  if (proofs.some(({ verificationMethod }) => verificationMethod !== method))
    return [{ check: "issuer", outcome: "fail", reason: "issuer.method-mismatch" }];
  const expired = proofs.some(({ expires }) => expires !== null && expires <= now);
  const isMadeBy = proofCheck(crypto, json);
  if (expired || !proofs.every((proof) => isMadeBy(proof, publicKey))) {
    const wrong = { check: "integrity", outcome: "fail", reason: "integrity.signature-wrong" } as const;
    return [expired ? { ...wrong, detail: "the proof has expired" } : wrong];
  }
  return [
    { check: "integrity", outcome: "pass" },
    { check: "issuer", outcome: "unknown", reason: "issuer.not-registered-here" },
    ...(facts.hasStatus ? [{ check: "status", outcome: "unknown", reason: "status.not-consulted" } as const] : []),
    validity(facts, at),
  ];
}

function validity({ validFrom, validUntil }: CredentialFacts, at: number): CheckResult {
  if (validUntil !== null && at > validUntil) return { check: "validity", outcome: "fail", reason: "validity.expired" };
  if (validFrom !== null && at < validFrom)
    return { check: "validity", outcome: "fail", reason: "validity.not-yet-valid" };
  return { check: "validity", outcome: "pass" };
}
