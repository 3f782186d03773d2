// SPDX-License-Identifier: Apache-2.0
import type { CborMap, CborValue } from "./cbor.js";
import { unsafeTextProblem } from "./text.js";
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
} from "./token-envelope.js";

export { assembleToken, MAX_PRINTED_TOKEN_BYTES, MAX_TOKEN_BYTES, type TokenParts } from "./token-envelope.js";

/** What the QR code of a licence says, signed. Times are seconds since 1970. */
export interface TokenClaims extends IdentifierClaims {
  readonly issuedAt: number;
  readonly notBefore: number;
  /** Null: long-term 长期. */
  readonly expires: number | null;
  readonly typeVersion: number;
  /** 32 bytes. */
  readonly certificateDigest: Uint8Array;
  /** Position among all status lists of the region: list number × 131,072 + index. */
  readonly statusIndex: number;
  /** Values in the order of the type's `qr.face`. */
  readonly face: readonly string[];
  /** Bit i is set when `face[i]` was cut to its budget. */
  readonly truncated: number;
}

export interface Token extends Omit<OpenedToken, "kind" | "claims"> {
  readonly claims: TokenClaims;
}

const MAX_FACE = 16;

export function tokenSigningInput(claims: TokenClaims, kid: Uint8Array): TokenParts {
  return tokenParts(TOKEN_KIND.licence, claimMap(claims), kid);
}

/**
 * Reads strictly: what is accepted are just the bytes that writing the claims again gives, so two tokens never say the same (the
 * decoder takes deterministic CBOR only, and no claim can be written in two ways). Throws `format.version-unsupported` for a
 * version or kind of a later format, `format.algorithm-unsupported` for another algorithm, else `format.malformed`. The signature
 * is not checked here: `crypto.verify(key, token.toBeSigned, token.signature)`.
 */
export function readToken(bytes: Uint8Array): Token {
  return licenceTokenOf(openToken(bytes));
}

/** The same of a token that was taken apart to see its kind. */
export function licenceTokenOf(opened: OpenedToken): Token {
  const { kid, toBeSigned, signature, bytes } = opened;
  const claims = readClaims(claimsAmong(opened, TOKEN_KIND.licence, CLAIM_KEYS));
  return { claims, kid, toBeSigned, signature, bytes };
}

function claimMap(claims: TokenClaims): CborMap {
  const map = new Map<number, CborValue>();
  if (claims.expires !== null) map.set(CLAIM.exp, claims.expires);
  map.set(CLAIM.nbf, claims.notBefore);
  map.set(CLAIM.iat, claims.issuedAt);
  addIdentifier(map, claims);
  map.set(CLAIM.certificateDigest, claims.certificateDigest);
  map.set(CLAIM.statusIndex, claims.statusIndex);
  map.set(CLAIM.face, claims.face);
  map.set(CLAIM.typeVersion, claims.typeVersion);
  if (claims.truncated !== 0) map.set(CLAIM.truncated, claims.truncated);
  return map;
}

const CLAIM_KEYS: ReadonlySet<number> = new Set([
  CLAIM.exp,
  CLAIM.nbf,
  CLAIM.iat,
  CLAIM.identifier,
  CLAIM.certificateDigest,
  CLAIM.statusIndex,
  CLAIM.face,
  CLAIM.typeVersion,
  CLAIM.truncated,
  CLAIM.typeCode,
  CLAIM.agencyCode,
]);

function readClaims(map: CborMap): TokenClaims {
  const face = readFace(map.get(CLAIM.face));
  const truncated = map.has(CLAIM.truncated) ? uint(map.get(CLAIM.truncated), "truncated", 2 ** face.length - 1) : 0;
  if (truncated === 0 && map.has(CLAIM.truncated)) throw malformed("writes that nothing was truncated");
  const { certificateIdentifier, typeCode, agencyCode } = readIdentifier(map);
  return {
    certificateIdentifier,
    typeCode,
    agencyCode,
    issuedAt: uint(map.get(CLAIM.iat), "iat", MAX_SECONDS),
    notBefore: uint(map.get(CLAIM.nbf), "nbf", MAX_SECONDS),
    expires: map.has(CLAIM.exp) ? uint(map.get(CLAIM.exp), "exp", MAX_SECONDS) : null,
    typeVersion: uint(map.get(CLAIM.typeVersion), "type version", 0xffff_ffff),
    certificateDigest: bytesIn(map.get(CLAIM.certificateDigest), "certificate digest", 32),
    statusIndex: uint(map.get(CLAIM.statusIndex), "status index", Number.MAX_SAFE_INTEGER),
    face,
    truncated,
  };
}

function readFace(value: CborValue | undefined): readonly string[] {
  if (!Array.isArray(value) || value.length > MAX_FACE || !value.every((each) => typeof each === "string"))
    throw malformed(`has no list of at most ${MAX_FACE} texts as face`);
  for (const text of value) {
    // A value that was cut may end in white space.
    const problem = unsafeTextProblem(text.trim(), { multiline: true });
    if (problem !== null) throw malformed(`has a face text that ${problem}`);
  }
  return value;
}
