// SPDX-License-Identifier: Apache-2.0
import { type CredentialFacts, readCredential } from "../core/credentials/data-model.js";
import { keyOfDidKey, methodOfDidKey } from "../core/credentials/did-key.js";
import { proofCheck, readProofs } from "../core/credentials/proofs.js";
import type { Crypto } from "../core/crypto.js";
import type { JsonObject } from "../core/json.js";
import type { CheckResult } from "./report.js";

/**
 * The results of the checks that have something to say; all others do not apply. Times are milliseconds. Throws `format.malformed` or
 * `format.algorithm-unsupported` with the JSON pointer. A file of its own, loaded for the first such credential: few documents are one.
 */
export function judgeForeignCredential(
  crypto: Crypto,
  json: JsonObject,
  { now, at }: { readonly now: number; readonly at: number },
): readonly CheckResult[] {
  const facts = readCredential(json);
  const publicKey = keyOfDidKey(facts.issuer, "/issuer");
  const proofs = readProofs(json);
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
