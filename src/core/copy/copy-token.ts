// SPDX-License-Identifier: Apache-2.0
import { fromBase64Url } from "../base64.js";
import { utf8 } from "../bytes.js";
import { parseShanghaiInstant } from "../calendar.js";
import type { CborMap, CborValue } from "../cbor.js";
import type { UnsignedCertificate } from "../certificate.js";
import { statusIndexOf } from "../certificate-reader.js";
import { fromHex } from "../hex.js";
import { unsafeTextProblem } from "../text.js";
import { cut, firstDifference } from "../token-claims.js";
import {
  addIdentifier,
  bytesIn,
  CLAIM,
  type IdentifierClaims,
  MAX_SECONDS,
  malformed,
  readIdentifier,
  readSignedClaims,
  type SignedClaims,
  TOKEN_KIND,
  type TokenParts,
  tokenParts,
  uint,
} from "../token-envelope.js";
import type { CopyStatement } from "./copy-statement.js";

/** What the QR code of a reader's copy says, signed. Times are seconds since 1970. */
export interface CopyTokenClaims extends IdentifierClaims {
  /** When the copy was made. */
  readonly issuedAt: number;
  readonly expires: number;
  /** Of the licence, 32 bytes. */
  readonly certificateDigest: Uint8Array;
  /** Of the licence: position among all status lists of the region. */
  readonly statusIndex: number;
  /** 16 bytes. */
  readonly copyNumber: Uint8Array;
  /** SHA-256 of the signed statement `copy.json`, 32 bytes. */
  readonly copyDigest: Uint8Array;
  /** Whom the copy is for, cut to `MAX_USER_BYTES`. */
  readonly user: string;
  readonly isUserCut: boolean;
}

export interface CopyToken extends Omit<SignedClaims, "claims"> {
  readonly claims: CopyTokenClaims;
}

/** Bytes of UTF-8: twelve Chinese characters, and a code that a card has room for when its page is drawn smaller, under the copy's mark. */
export const MAX_USER_BYTES = 36;

export function copyTokenSigningInput(claims: CopyTokenClaims, kid: Uint8Array): TokenParts {
  return tokenParts(TOKEN_KIND.copy, claimMap(claims), kid);
}

/** Reads as strictly as `readToken`, and throws the same. The signature is not checked here. */
export function readCopyToken(bytes: Uint8Array): CopyToken {
  const signed = readSignedClaims(bytes, TOKEN_KIND.copy, CLAIM_KEYS);
  return { ...signed, claims: readClaims(signed.claims) };
}

/** The claims that the token of this copy must carry; `copyDigest` as of `copyDigest(crypto, statement)`. */
export function copyClaimsFor(
  statement: CopyStatement,
  certificate: UnsignedCertificate,
  copyDigest: Uint8Array,
): CopyTokenClaims {
  const { text, isCut } = cut(statement.user, MAX_USER_BYTES);
  return {
    certificateIdentifier: statement.certificateIdentifier,
    typeCode: certificate.credentialSubject.certificateTypeCode,
    agencyCode: statement.certificateCopyCreatorCode,
    issuedAt: seconds(statement.certificateCopyCreationTime),
    expires: seconds(statement.certificateCopyExpiringTime),
    certificateDigest: fromHex(statement.certificateDigest),
    statusIndex: statusIndexOf(certificate),
    copyNumber: fromBase64Url(statement.copyNumber),
    copyDigest,
    user: text,
    isUserCut: isCut,
  };
}

/** The name of the first claim in which the token differs from what statement and certificate say, or null when they agree. */
export function copyTokenMatches(
  claims: CopyTokenClaims,
  statement: CopyStatement,
  certificate: UnsignedCertificate,
  copyDigest: Uint8Array,
): keyof CopyTokenClaims | null {
  return firstDifference(claims, copyClaimsFor(statement, certificate, copyDigest));
}

/** Of a statement that was read. */
const seconds = (time: string): number => (parseShanghaiInstant(time) as number) / 1000;

function claimMap(claims: CopyTokenClaims): CborMap {
  const map = new Map<number, CborValue>([
    [CLAIM.exp, claims.expires],
    [CLAIM.iat, claims.issuedAt],
    [CLAIM.certificateDigest, claims.certificateDigest],
    [CLAIM.statusIndex, claims.statusIndex],
    [CLAIM.copyNumber, claims.copyNumber],
    [CLAIM.copyDigest, claims.copyDigest],
    [CLAIM.user, claims.user],
  ]);
  if (claims.isUserCut) map.set(CLAIM.truncated, 1);
  addIdentifier(map, claims);
  return map;
}

const CLAIM_KEYS: ReadonlySet<number> = new Set([
  CLAIM.exp,
  CLAIM.iat,
  CLAIM.identifier,
  CLAIM.certificateDigest,
  CLAIM.statusIndex,
  CLAIM.truncated,
  CLAIM.typeCode,
  CLAIM.agencyCode,
  CLAIM.copyNumber,
  CLAIM.copyDigest,
  CLAIM.user,
]);

function readClaims(map: CborMap): CopyTokenClaims {
  const isUserCut = map.has(CLAIM.truncated);
  if (isUserCut) uint(map.get(CLAIM.truncated), "truncated", 1);
  if (map.get(CLAIM.truncated) === 0) throw malformed("writes that nothing was truncated");
  const issuedAt = uint(map.get(CLAIM.iat), "iat", MAX_SECONDS);
  const expires = uint(map.get(CLAIM.exp), "exp", MAX_SECONDS);
  if (expires <= issuedAt) throw malformed("has an exp that is not after its iat");
  return {
    ...readIdentifier(map),
    issuedAt,
    expires,
    certificateDigest: bytesIn(map.get(CLAIM.certificateDigest), "certificate digest", 32),
    statusIndex: uint(map.get(CLAIM.statusIndex), "status index", Number.MAX_SAFE_INTEGER),
    copyNumber: bytesIn(map.get(CLAIM.copyNumber), "copy number", 16),
    copyDigest: bytesIn(map.get(CLAIM.copyDigest), "copy digest", 32),
    user: readUser(map.get(CLAIM.user), isUserCut),
    isUserCut,
  };
}

function readUser(value: CborValue | undefined, isCut: boolean): string {
  if (typeof value !== "string" || value === "") throw malformed("has no user");
  if (utf8(value).length > MAX_USER_BYTES) throw malformed(`has a user of more than ${MAX_USER_BYTES} bytes`);
  // What was cut may end in white space.
  const problem = unsafeTextProblem(isCut ? value.trimEnd() : value);
  if (problem !== null) throw malformed(`has a user that ${problem}`);
  return value;
}
