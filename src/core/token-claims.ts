// SPDX-License-Identifier: Apache-2.0
import { equalBytes, utf8 } from "./bytes.js";
import { parseShanghaiInstant, parseUtcInstant } from "./calendar.js";
import { canonicalize } from "./canonical-json.js";
import type { Certificate, FaceValue } from "./certificate.js";
import { statusIndexOf } from "./certificate-reader.js";
import { TallyError } from "./errors.js";
import { resolvePointer } from "./json-pointer.js";
import type { TokenClaims } from "./token.js";
import type { TypeDefinition } from "./type-definition.js";

/** The claims that the token of this certificate must carry; `certificateDigest` as of `certificateDigest(crypto, certificate)`. */
export function claimsFor(certificate: Certificate, type: TypeDefinition, certificateDigest: Uint8Array): TokenClaims {
  const { credentialSubject: subject, credentialSchema, validFrom, validUntil, proof } = certificate;
  const values = type.qr.face.map(({ pointer, maxBytes }) => cut(faceText(resolvePointer(subject, pointer)), maxBytes));
  return {
    issuedAt: seconds(parseUtcInstant(proof.created), "/proof/created"),
    notBefore: seconds(parseShanghaiInstant(validFrom), "/validFrom"),
    expires: validUntil === undefined ? null : seconds(parseShanghaiInstant(validUntil), "/validUntil"),
    certificateIdentifier: subject.certificateIdentifier,
    typeCode: subject.certificateTypeCode,
    agencyCode: subject.issueDeptCode,
    typeVersion: credentialSchema.typeVersion,
    certificateDigest,
    statusIndex: statusIndexOf(certificate),
    face: values.map(({ text }) => text),
    truncated: values.reduce((mask, { isCut }, i) => (isCut ? mask + 2 ** i : mask), 0),
  };
}

/**
 * The name of the first claim in which the token differs from what the certificate says, or null when they agree. An issuer
 * cannot print one thing and file another.
 */
export function tokenMatchesCertificate(
  claims: TokenClaims,
  certificate: Certificate,
  type: TypeDefinition,
  certificateDigest: Uint8Array,
): keyof TokenClaims | null {
  return firstDifference(claims, claimsFor(certificate, type, certificateDigest));
}

/** The name of the first claim that is not as wanted, or null. */
export function firstDifference<T extends object>(claims: T, wanted: T): keyof T | null {
  for (const name of Object.keys(wanted) as (keyof T)[]) if (!sameClaim(claims[name], wanted[name])) return name;
  return null;
}

/** What a field looks like as text: booleans and numbers as in JSON, null and absent as nothing, lists joined with 、. */
export function faceText(value: FaceValue | undefined): string {
  if (typeof value === "string") return value;
  if (value === null || value === undefined) return "";
  if (Array.isArray(value)) return value.map(faceText).join("、");
  return typeof value === "object" ? canonicalize(value) : String(value);
}

/** The longest run of whole code points whose UTF-8 fits `maxBytes`. */
export function cut(text: string, maxBytes: number): { readonly text: string; readonly isCut: boolean } {
  if (text.length * 3 <= maxBytes || utf8(text).length <= maxBytes) return { text, isCut: false };
  let kept = "";
  let bytes = 0;
  for (const character of text) {
    bytes += utf8(character).length;
    if (bytes > maxBytes) break;
    kept += character;
  }
  return { text: kept, isCut: true };
}

function sameClaim(left: unknown, right: unknown): boolean {
  if (left instanceof Uint8Array && right instanceof Uint8Array) return equalBytes(left, right);
  if (Array.isArray(left) && Array.isArray(right))
    return left.length === right.length && left.every((each, i) => each === right[i]);
  return left === right;
}

function seconds(instantMs: number | null, field: string): number {
  if (instantMs === null || instantMs < 0)
    throw new TallyError("format.malformed", `${field} is not a time since 1970`, { field });
  return instantMs / 1000;
}
