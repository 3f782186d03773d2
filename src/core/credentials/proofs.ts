// SPDX-License-Identifier: Apache-2.0
import { fromBase58 } from "../base58.js";
import { concatBytes, utf8 } from "../bytes.js";
import { canonicalBytes, canonicalize } from "../canonical-json.js";
import type { Crypto } from "../crypto.js";
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

/** Whether `publicKey` made the proof. */
export type ProofCheck = (proof: CredentialProof, publicKey: Uint8Array) => boolean;

/**
 * Judges the proofs of one document (Data Integrity EdDSA Cryptosuites 1.0 section 3.3.2): without its proofs it is hashed under the
 * contexts that a proof signed, with which those of the document must begin. It is canonicalized once however many proofs there
 * are, and hashed once for all that signed the same contexts.
 */
export function proofCheck(crypto: Crypto, { proof: _, "@context": context, ...rest }: JsonObject): ProofCheck {
  const own = context === undefined ? null : writtenOf(context);
  let around: readonly [Uint8Array, Uint8Array] | null = null;
  const digests = new Map<string, Uint8Array>();

  const digestUnder = (contexts: JsonValue | undefined): Uint8Array => {
    const member = contexts === undefined ? "" : `"@context":${canonicalize(contexts)}`;
    const known = digests.get(member);
    if (known !== undefined) return known;
    around ??= [membersOf(rest, (name) => name < "@context"), membersOf(rest, (name) => name > "@context")];
    const members = [around[0], utf8(member), around[1]].filter(({ length }) => length > 0);
    const digest = crypto.sha256(OPEN, ...members.flatMap((each, i) => (i === 0 ? [each] : [COMMA, each])), CLOSE);
    digests.set(member, digest);
    return digest;
  };

  return ({ configuration, signature }, publicKey) => {
    if (signature === null) return false;
    const signed = configuration["@context"];
    if (signed !== undefined && !startsWith(own ?? [], signed)) return false;
    const document = digestUnder(signed ?? context);
    return crypto.verify(publicKey, concatBytes(crypto.sha256(canonicalBytes(configuration)), document), signature);
  };
}

const [OPEN, COMMA, CLOSE] = ["{", ",", "}"].map(utf8) as [Uint8Array, Uint8Array, Uint8Array];

/** The canonical bytes of some members, without braces. */
function membersOf(document: JsonObject, belongs: (name: string) => boolean): Uint8Array {
  const some = Object.fromEntries(Object.entries(document).filter(([name]) => belongs(name)));
  return utf8(canonicalize(some).slice(1, -1));
}

/** Contexts as texts: one that is an object in both must be written the same. */
function writtenOf(contexts: JsonValue): readonly string[] {
  return (Array.isArray(contexts) ? contexts : [contexts]).map((context) => JSON.stringify(context));
}

function startsWith(own: readonly string[], signed: JsonValue): boolean {
  const wanted = writtenOf(signed);
  return wanted.length <= own.length && wanted.every((context, i) => context === own[i]);
}
