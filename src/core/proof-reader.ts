// SPDX-License-Identifier: Apache-2.0
import { TallyError } from "./errors.js";
import { isJsonObject, type JsonValue } from "./json.js";
import { parseMultikey } from "./multikey.js";
import { shape } from "./shape.js";
import { readUtcTime } from "./signed-time.js";

const must = shape("format.malformed");

/** A proof of a later suite says by name that the reader is too old, before anything else of the document is looked at. */
export function refuseLaterProof(proof: JsonValue | undefined): void {
  if (!isJsonObject(proof)) return;
  if (typeof proof.type === "string" && proof.type !== "DataIntegrityProof")
    throw laterAlgorithm("/proof/type", proof.type);
  if (typeof proof.cryptosuite === "string" && proof.cryptosuite !== "eddsa-jcs-2022")
    throw laterAlgorithm("/proof/cryptosuite", proof.cryptosuite);
}

function laterAlgorithm(at: string, name: string): TallyError {
  return new TallyError("format.algorithm-unsupported", `${at} ${name.slice(0, 60)} is not known to this reader`, {
    field: at,
  });
}

const PROOF_MEMBERS = ["type", "cryptosuite", "created", "verificationMethod", "proofPurpose", "proofValue"];

/**
 * Reads the member `proof` of a document of `issuer`, whose contexts it must repeat, or have none as the document has none. Returns when it
 * was made, in milliseconds since 1970. The signature is not checked here.
 */
export function readProof(
  value: JsonValue | undefined,
  { issuer, contexts }: { readonly issuer: string; readonly contexts: readonly string[] | null },
): number {
  const proof = must.object(value, "/proof", contexts === null ? PROOF_MEMBERS : ["@context", ...PROOF_MEMBERS]);
  if (contexts !== null) must.tuple(proof["@context"], "/proof/@context", contexts);
  must.oneOf(proof.type, "/proof/type", ["DataIntegrityProof"]);
  must.oneOf(proof.cryptosuite, "/proof/cryptosuite", ["eddsa-jcs-2022"]);
  must.oneOf(proof.proofPurpose, "/proof/proofPurpose", ["assertionMethod"]);
  const created = readUtcTime(proof.created, "/proof/created");
  readVerificationMethod(proof.verificationMethod, issuer);
  must.matching(
    proof.proofValue,
    "/proof/proofValue",
    /^z[1-9A-HJ-NP-Za-km-z]{64,88}$/,
    "z and base58-btc of 64 bytes",
  );
  return created;
}

function readVerificationMethod(value: JsonValue | undefined, issuer: string): void {
  const at = "/proof/verificationMethod";
  if (typeof value !== "string" || !value.startsWith(`${issuer}#`))
    throw must.fail(at, "must be the issuer, # and the key as Multikey");
  try {
    parseMultikey(value.slice(issuer.length + 1));
  } catch (cause) {
    if (!(cause instanceof TallyError)) throw cause;
    throw new TallyError(cause.code, `${at}: ${cause.message}`, { field: at, cause });
  }
}
