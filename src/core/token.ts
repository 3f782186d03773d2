// SPDX-License-Identifier: Apache-2.0
import { type CborMap, type CborValue, decodeCbor, encodeCbor } from "./cbor.js";
import { TallyError } from "./errors.js";
import { type CertificateIdentifier, IDENTIFIER_ROOT } from "./identifiers/certificate-identifier.js";
import { packIdentifier, unpackIdentifier } from "./identifiers/packed-identifier.js";
import { unsafeTextProblem } from "./text.js";

/** What the QR code of a licence says, signed. Times are seconds since 1970. */
export interface TokenClaims {
  readonly issuedAt: number;
  readonly notBefore: number;
  /** Null: long-term 长期. */
  readonly expires: number | null;
  readonly certificateIdentifier: string;
  readonly typeCode: string;
  /** USCC of the issuing agency. */
  readonly agencyCode: string;
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

export interface TokenParts {
  readonly protected: Uint8Array;
  readonly payload: Uint8Array;
  /** COSE Sig_structure (RFC 9052 section 4.4): what the issuer's key signs. */
  readonly toSign: Uint8Array;
}

export interface Token {
  readonly claims: TokenClaims;
  /** First 8 bytes of the key's digest. Several keys may share it; each is tried. */
  readonly kid: Uint8Array;
  readonly toBeSigned: Uint8Array;
  readonly signature: Uint8Array;
  readonly bytes: Uint8Array;
}

/** Longest token that is read; what a type may print is far below (`MAX_PRINTED_TOKEN_BYTES`). */
export const MAX_TOKEN_BYTES = 1536;
/** Fits QR version 17 at level M, readable at 40 mm and 300 dpi. */
export const MAX_PRINTED_TOKEN_BYTES = 430;

const COSE_SIGN1 = 18;
const EDDSA = -8;
const HEADER = { alg: 1, kid: 4 } as const;
const CLAIM = {
  exp: 4,
  nbf: 5,
  iat: 6,
  version: -1,
  kind: -2,
  identifier: -3,
  certificateDigest: -4,
  statusIndex: -5,
  face: -6,
  typeVersion: -7,
  truncated: -8,
  typeCode: -9,
  agencyCode: -10,
} as const;
const VERSION = 1;
const LICENCE = 1;
const MAX_FACE = 16;

export function tokenSigningInput(claims: TokenClaims, kid: Uint8Array): TokenParts {
  if (kid.length !== 8) throw malformed(`has a key id of ${kid.length} bytes instead of 8`);
  const protectedHeader = encodeCbor(
    new Map<number, CborValue>([
      [HEADER.alg, EDDSA],
      [HEADER.kid, kid],
    ]),
  );
  const payload = encodeCbor(claimMap(claims));
  return { protected: protectedHeader, payload, toSign: sigStructure(protectedHeader, payload) };
}

/** The token's bytes; `signature` are 64 bytes over `toSign`. */
export function assembleToken(parts: Pick<TokenParts, "protected" | "payload">, signature: Uint8Array): Uint8Array {
  if (signature.length !== 64) throw malformed(`has a signature of ${signature.length} bytes instead of 64`);
  return encodeCbor([parts.protected, new Map(), parts.payload, signature], COSE_SIGN1);
}

/**
 * Reads strictly: what is accepted are just the bytes that writing the claims again gives, so two tokens never say the same (the
 * decoder takes deterministic CBOR only, and no claim can be written in two ways). Throws `format.version-unsupported` for a
 * version or kind of a later format, `format.algorithm-unsupported` for another algorithm, else `format.malformed`. The signature
 * is not checked here: `crypto.verify(key, token.toBeSigned, token.signature)`.
 */
export function readToken(bytes: Uint8Array): Token {
  if (bytes.length > MAX_TOKEN_BYTES) throw malformed(`of ${bytes.length} bytes is longer than ${MAX_TOKEN_BYTES}`);
  const message = decodeCbor(bytes, { tag: COSE_SIGN1 });
  if (!Array.isArray(message) || message.length !== 4) throw malformed("is not a COSE_Sign1");
  const [protectedHeader, unprotected, payload, signature] = message as readonly CborValue[];
  const kid = readHeader(bytesIn(protectedHeader, "protected header"));
  if (!isMap(unprotected) || unprotected.size !== 0)
    throw malformed("has an unprotected header, which anyone could change");
  const claims = readClaims(bytesIn(payload, "payload"));
  return {
    claims,
    kid,
    toBeSigned: sigStructure(protectedHeader as Uint8Array, payload as Uint8Array),
    signature: bytesIn(signature, "signature", 64),
    bytes,
  };
}

function sigStructure(protectedHeader: Uint8Array, payload: Uint8Array): Uint8Array {
  return encodeCbor(["Signature1", protectedHeader, new Uint8Array(0), payload]);
}

function claimMap(claims: TokenClaims): CborMap {
  const map = new Map<number, CborValue>();
  if (claims.expires !== null) map.set(CLAIM.exp, claims.expires);
  map.set(CLAIM.nbf, claims.notBefore);
  map.set(CLAIM.iat, claims.issuedAt);
  map.set(CLAIM.version, VERSION);
  map.set(CLAIM.kind, LICENCE);
  const packed = packedIdentifier(claims);
  map.set(CLAIM.identifier, packed ?? claims.certificateIdentifier);
  map.set(CLAIM.certificateDigest, claims.certificateDigest);
  map.set(CLAIM.statusIndex, claims.statusIndex);
  map.set(CLAIM.face, claims.face);
  map.set(CLAIM.typeVersion, claims.typeVersion);
  if (claims.truncated !== 0) map.set(CLAIM.truncated, claims.truncated);
  if (packed === null) {
    map.set(CLAIM.typeCode, claims.typeCode);
    map.set(CLAIM.agencyCode, claims.agencyCode);
  }
  return map;
}

/** Null when the identifier does not pack, or would not yield the codes that stand beside it. */
function packedIdentifier({ certificateIdentifier, typeCode, agencyCode }: IdentifierClaims): Uint8Array | null {
  const isYielded = certificateIdentifier.startsWith(`${IDENTIFIER_ROOT}.${typeCode}.${agencyCode}.`);
  return isYielded ? packIdentifier(certificateIdentifier) : null;
}

function readHeader(bytes: Uint8Array): Uint8Array {
  const header = mapIn(decodeCbor(bytes), "protected header");
  const algorithm = header.get(HEADER.alg);
  if (typeof algorithm === "number" && algorithm !== EDDSA)
    throw new TallyError(
      "format.algorithm-unsupported",
      `the token's COSE algorithm ${algorithm} is not known to this reader`,
      { field: "token" },
    );
  if (algorithm !== EDDSA || header.size !== 2) throw malformed("has other protected headers than alg and kid");
  return bytesIn(header.get(HEADER.kid), "key id", 8);
}

const CLAIM_KEYS: ReadonlySet<number> = new Set(Object.values(CLAIM));

function readClaims(bytes: Uint8Array): TokenClaims {
  const map = mapIn(decodeCbor(bytes), "payload");
  requireKnown("version", map.get(CLAIM.version), VERSION);
  requireKnown("kind", map.get(CLAIM.kind), LICENCE);
  for (const key of map.keys()) if (!CLAIM_KEYS.has(key)) throw malformed(`has the unknown claim ${key}`);
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

/** The end of year 9999: later seconds do not fit a date. */
const MAX_SECONDS = 253_402_300_799;

function requireKnown(what: string, value: CborValue | undefined, known: number): void {
  if (value === known) return;
  if (typeof value !== "number") throw malformed(`has no ${what}`);
  throw new TallyError("format.version-unsupported", `the token's ${what} ${value} is not known to this reader`, {
    field: "token",
  });
}

type IdentifierClaims = Pick<TokenClaims, "certificateIdentifier" | "typeCode" | "agencyCode">;

function readIdentifier(map: CborMap): IdentifierClaims {
  const identifier = map.get(CLAIM.identifier);
  if (identifier instanceof Uint8Array) {
    if (map.has(CLAIM.typeCode) || map.has(CLAIM.agencyCode))
      throw malformed("repeats codes that its identifier yields");
    const { text, typeCode, agencyCode } = unpacked(identifier);
    return { certificateIdentifier: text, typeCode, agencyCode };
  }
  if (typeof identifier !== "string" || !/^[0-9A-Z.]{1,200}$/.test(identifier)) throw malformed("has no identifier");
  const claims = {
    certificateIdentifier: identifier,
    typeCode: code(map.get(CLAIM.typeCode), "type code", 21),
    agencyCode: code(map.get(CLAIM.agencyCode), "agency code", 18),
  };
  if (packedIdentifier(claims) !== null) throw malformed("writes an identifier as text that packs");
  return claims;
}

function unpacked(identifier: Uint8Array): CertificateIdentifier {
  try {
    return unpackIdentifier(identifier);
  } catch {
    throw malformed("has a packed identifier that packing does not give");
  }
}

function code(value: CborValue | undefined, what: string, length: number): string {
  if (typeof value !== "string" || value.length !== length || !/^[0-9A-Z]+$/.test(value))
    throw malformed(`has no ${what}`);
  return value;
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

function uint(value: CborValue | undefined, what: string, max: number): number {
  if (typeof value !== "number" || value < 0 || value > max) throw malformed(`has no ${what} from 0 to ${max}`);
  return value;
}

function bytesIn(value: CborValue | undefined, what: string, length?: number): Uint8Array {
  if (!(value instanceof Uint8Array) || (length !== undefined && value.length !== length))
    throw malformed(`has a wrong ${what}`);
  return value;
}

function mapIn(value: CborValue, what: string): CborMap {
  if (!isMap(value)) throw malformed(`has a ${what} that is no map`);
  return value;
}

function isMap(value: CborValue | undefined): value is CborMap {
  return value instanceof Map;
}

function malformed(what: string): TallyError {
  return new TallyError("format.malformed", `the token ${what}`, { field: "token" });
}
