// SPDX-License-Identifier: Apache-2.0
import { utf8 } from "../bytes.js";
import { parseShanghaiInstant } from "../calendar.js";
import type { CborMap, CborValue } from "../cbor.js";
import type { UnsignedCertificate } from "../certificate.js";
import { statusIndexOf } from "../certificate-reader.js";
import { fromHex } from "../hex.js";
import { cut, firstDifference } from "../token-claims.js";
import {
  addIdentifier,
  bytesIn,
  CLAIM,
  claimsAmong,
  type IdentifierClaims,
  MAX_SECONDS,
  malformed,
  type OpenedToken,
  openToken,
  readIdentifier,
  TOKEN_KIND,
  type TokenParts,
  tokenParts,
  uint,
} from "../token-envelope.js";
import type { CopyStatement } from "./copy-statement.js";
import { copyTextProblem } from "./copy-texts.js";

/** What the QR code of a reader's copy says, signed. Times are seconds since 1970. */
export interface CopyTokenClaims extends IdentifierClaims {
  /** When the copy was made. */
  readonly issuedAt: number;
  readonly expires: number;
  /** Of the licence, 32 bytes. */
  readonly certificateDigest: Uint8Array;
  /** Of the licence: position among all status lists of the region. */
  readonly statusIndex: number;
  /** SHA-256 of the signed statement `copy.json`, 32 bytes. */
  readonly copyDigest: Uint8Array;
  /** Whom the copy is for, and the matter; both cut so that they fit `COPY_TEXT_BYTES` together. */
  readonly user: string;
  readonly matter: string;
  /** Bit 0 is set when the user was cut, bit 1 when the matter was. */
  readonly truncated: number;
}

export interface CopyToken extends Omit<OpenedToken, "kind" | "claims"> {
  readonly claims: CopyTokenClaims;
}

/**
 * Bytes of UTF-8 that user and matter take together: eighteen Chinese characters, and a code that a card has room for when its page is drawn
 * smaller, under the copy's mark. So much of each has its room for certain, and one that is shorter leaves its room to the other.
 */
export const COPY_TEXT_BYTES = { both: 54, user: 36, matter: 18 } as const;

export function copyTokenSigningInput(claims: CopyTokenClaims, kid: Uint8Array): TokenParts {
  return tokenParts(TOKEN_KIND.copy, claimMap(claims), kid);
}

/** Reads as strictly as `readToken`, and throws the same. The signature is not checked here. */
export function readCopyToken(bytes: Uint8Array): CopyToken {
  return copyTokenOf(openToken(bytes));
}

/** The same of a token that was taken apart to see its kind. */
export function copyTokenOf(opened: OpenedToken): CopyToken {
  const { kid, toBeSigned, signature, bytes } = opened;
  return { claims: readClaims(claimsAmong(opened, TOKEN_KIND.copy, CLAIM_KEYS)), kid, toBeSigned, signature, bytes };
}

/** The claims that the token of this copy must carry; `copyDigest` as of `copyDigest(crypto, statement)`. */
export function copyClaimsFor(
  statement: CopyStatement,
  certificate: UnsignedCertificate,
  copyDigest: Uint8Array,
): CopyTokenClaims {
  const { user, matter } = statement;
  const texts = {
    user: cut(user, roomBeside(matter, COPY_TEXT_BYTES.matter)),
    matter: cut(matter, roomBeside(user, COPY_TEXT_BYTES.user)),
  };
  return {
    certificateIdentifier: statement.certificateIdentifier,
    typeCode: certificate.credentialSubject.certificateTypeCode,
    agencyCode: statement.certificateCopyCreatorCode,
    issuedAt: seconds(statement.certificateCopyCreationTime),
    expires: seconds(statement.certificateCopyExpiringTime),
    certificateDigest: fromHex(statement.certificateDigest),
    statusIndex: statusIndexOf(certificate),
    copyDigest,
    user: texts.user.text,
    matter: texts.matter.text,
    truncated: (texts.user.isCut ? USER_CUT : 0) + (texts.matter.isCut ? MATTER_CUT : 0),
  };
}

/** What the other text leaves, of which no more than its certain room counts. */
function roomBeside(other: string, certain: number): number {
  return COPY_TEXT_BYTES.both - Math.min(certain, utf8(other).length);
}

const USER_CUT = 1;
const MATTER_CUT = 2;

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
    [CLAIM.copyDigest, claims.copyDigest],
    [CLAIM.user, claims.user],
    [CLAIM.matter, claims.matter],
  ]);
  if (claims.truncated !== 0) map.set(CLAIM.truncated, claims.truncated);
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
  CLAIM.copyDigest,
  CLAIM.user,
  CLAIM.matter,
]);

function readClaims(map: CborMap): CopyTokenClaims {
  const truncated = map.has(CLAIM.truncated) ? uint(map.get(CLAIM.truncated), "truncated", USER_CUT + MATTER_CUT) : 0;
  if (truncated === 0 && map.has(CLAIM.truncated)) throw malformed("writes that nothing was truncated");
  const issuedAt = uint(map.get(CLAIM.iat), "iat", MAX_SECONDS);
  const expires = uint(map.get(CLAIM.exp), "exp", MAX_SECONDS);
  if (expires <= issuedAt) throw malformed("has an exp that is not after its iat");
  return {
    ...readIdentifier(map),
    issuedAt,
    expires,
    certificateDigest: bytesIn(map.get(CLAIM.certificateDigest), "certificate digest", 32),
    statusIndex: uint(map.get(CLAIM.statusIndex), "status index", Number.MAX_SAFE_INTEGER),
    copyDigest: bytesIn(map.get(CLAIM.copyDigest), "copy digest", 32),
    ...readTexts(map, truncated),
    truncated,
  };
}

function readTexts(map: CborMap, truncated: number): Pick<CopyTokenClaims, "user" | "matter"> {
  const user = readText(map.get(CLAIM.user), "user", (truncated & USER_CUT) !== 0);
  const matter = readText(map.get(CLAIM.matter), "matter", (truncated & MATTER_CUT) !== 0);
  const { both } = COPY_TEXT_BYTES;
  if (utf8(user).length + utf8(matter).length > both)
    throw malformed(`has a user and a matter of more than ${both} bytes together`);
  return { user, matter };
}

function readText(value: CborValue | undefined, what: string, isCut: boolean): string {
  if (typeof value !== "string" || value === "") throw malformed(`has no ${what}`);
  // What was cut may end in white space.
  const problem = copyTextProblem(isCut ? value.trimEnd() : value);
  if (problem !== null) throw malformed(`has a ${what} that ${problem}`);
  return value;
}
