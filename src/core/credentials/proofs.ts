// SPDX-License-Identifier: Apache-2.0
import { fromBase58 } from "../base58.js";
import type { Crypto } from "../crypto.js";
import { hashData } from "../data-integrity.js";
import { TallyError } from "../errors.js";
import type { JsonObject, JsonValue } from "../json.js";
import { shape } from "../shape.js";
import { readUrl } from "./contexts-and-types.js";
import { parseDateTimeStamp } from "./date-time-stamp.js";

const must = shape("format.malformed");

/** A Data Integrity proof of the suite `eddsa-jcs-2022` over any credential. */
export interface CredentialProof {
  readonly configuration: JsonObject;
  readonly verificationMethod: string;
  /** Milliseconds; null when not stated. */
  readonly expires: number | null;
  /** 64 bytes, or null when it is no such text: then the proof is wrong, not the document. */
  readonly signature: Uint8Array | null;
}

/** More would be work for nothing: each is a signature to verify. */
const MOST_PROOFS = 8;

/**
 * The proofs of a secured document (VC Data Integrity 1.0 section 2.1), all of which must hold. Throws `format.malformed`, or
 * `format.algorithm-unsupported` for another suite and for a proof that follows another one.
 */
export function readProofs(document: JsonObject): readonly CredentialProof[] {
  const { proof } = document;
  if (!Array.isArray(proof)) return [readProof(must.object(proof, "/proof", [], "any"), "/proof")];
  return must
    .array(proof, "/proof", 1, MOST_PROOFS)
    .map((each, i) => readProof(must.object(each, `/proof/${i}`, [], "any"), `/proof/${i}`));
}

function readProof(proof: JsonObject, at: string): CredentialProof {
  if (typeof proof.type !== "string") throw must.fail(`${at}/type`, "must be text");
  if (proof.type !== "DataIntegrityProof") throw unsupported(`${at}/type`, proof.type);
  if (typeof proof.cryptosuite !== "string") throw must.fail(`${at}/cryptosuite`, "must be text");
  if (proof.cryptosuite !== "eddsa-jcs-2022") throw unsupported(`${at}/cryptosuite`, proof.cryptosuite);
  if (Object.hasOwn(proof, "previousProof")) throw unsupported(`${at}/previousProof`, "a proof chain");
  if (Object.hasOwn(proof, "id")) readUrl(proof.id, `${at}/id`);
  must.oneOf(proof.proofPurpose, `${at}/proofPurpose`, ["assertionMethod"]);
  const verificationMethod = readUrl(proof.verificationMethod, `${at}/verificationMethod`);
  readTime(proof, "created", at);
  const expires = readTime(proof, "expires", at);
  if (typeof proof.proofValue !== "string") throw must.fail(`${at}/proofValue`, "must be text");
  const { proofValue, ...configuration } = proof;
  const signature = /^z[1-9A-HJ-NP-Za-km-z]{1,100}$/.test(proofValue) ? fromBase58(proofValue.slice(1)) : null;
  return { configuration, verificationMethod, expires, signature: signature?.length === 64 ? signature : null };
}

function readTime(proof: JsonObject, name: string, at: string): number | null {
  if (!Object.hasOwn(proof, name)) return null;
  const time = parseDateTimeStamp(proof[name]);
  if (time === null) throw must.fail(`${at}/${name}`, "must be a date and time that exist, with an offset");
  return time;
}

function unsupported(at: string, name: string): TallyError {
  return new TallyError("format.algorithm-unsupported", `${at} ${name.slice(0, 60)} is not known to this reader`, {
    field: at,
  });
}

/**
 * Whether `publicKey` made the proof (Data Integrity EdDSA Cryptosuites 1.0 section 3.3.2): the document without its proofs is
 * hashed under the contexts that the proof signed, with which those of the document must begin.
 */
export function verifyCredentialProof(
  crypto: Crypto,
  { proof: _, ...unsecured }: JsonObject,
  { configuration, signature }: CredentialProof,
  publicKey: Uint8Array,
): boolean {
  if (signature === null) return false;
  const signed = configuration["@context"];
  if (signed !== undefined && !startsWith(unsecured["@context"], signed)) return false;
  const document = signed === undefined ? unsecured : { ...unsecured, "@context": signed };
  return crypto.verify(publicKey, hashData(crypto, document, configuration), signature);
}

/** Contexts as texts only are compared: one that is an object in both must be written the same. */
function startsWith(contexts: JsonValue | undefined, first: JsonValue): boolean {
  const all = Array.isArray(contexts) ? contexts : [contexts];
  const wanted: readonly JsonValue[] = Array.isArray(first) ? first : [first];
  return (
    wanted.length <= all.length && wanted.every((context, i) => JSON.stringify(context) === JSON.stringify(all[i]))
  );
}
