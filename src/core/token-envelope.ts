// SPDX-License-Identifier: Apache-2.0
import { type CborMap, type CborValue, decodeCbor, encodeCbor } from "./cbor.js";
import { TallyError } from "./errors.js";
import { type CertificateIdentifier, IDENTIFIER_ROOT } from "./identifiers/certificate-identifier.js";
import { packIdentifier, unpackIdentifier } from "./identifiers/packed-identifier.js";

/** What every kind of token has in common (docs/formats/token.md): a COSE_Sign1 over a map of claims, and some of the claims. */
export interface TokenParts {
  readonly protected: Uint8Array;
  readonly payload: Uint8Array;
  /** COSE Sig_structure (RFC 9052 section 4.4): what the issuer's key signs. */
  readonly toSign: Uint8Array;
}

/** A token taken apart; its claims are read, but for version and kind, by who knows the kind. */
export interface OpenedToken {
  readonly kind: TokenKind;
  readonly claims: CborMap;
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

export const TOKEN_KIND = { licence: 1, copy: 2 } as const;

export type TokenKind = (typeof TOKEN_KIND)[keyof typeof TOKEN_KIND];

/** Keys of the claims; each kind has some of them. */
export const CLAIM = {
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
  copyDigest: -11,
  user: -12,
  matter: -13,
} as const;

const COSE_SIGN1 = 18;
const EDDSA = -8;
const HEADER = { alg: 1, kid: 4 } as const;
const VERSION = 1;

/** The parts of a token of this kind with these claims, to which version and kind are added. */
export function tokenParts(kind: TokenKind, claims: CborMap, kid: Uint8Array): TokenParts {
  if (kid.length !== 8) throw malformed(`has a key id of ${kid.length} bytes instead of 8`);
  const protectedHeader = encodeCbor(
    new Map<number, CborValue>([
      [HEADER.alg, EDDSA],
      [HEADER.kid, kid],
    ]),
  );
  const payload = encodeCbor(new Map([...claims, [CLAIM.version, VERSION], [CLAIM.kind, kind]]));
  return { protected: protectedHeader, payload, toSign: sigStructure(protectedHeader, payload) };
}

/** The token's bytes; `signature` are 64 bytes over `toSign`. */
export function assembleToken(parts: Pick<TokenParts, "protected" | "payload">, signature: Uint8Array): Uint8Array {
  if (signature.length !== 64) throw malformed(`has a signature of ${signature.length} bytes instead of 64`);
  return encodeCbor([parts.protected, new Map(), parts.payload, signature], COSE_SIGN1);
}

/**
 * Takes a token apart. Throws `format.version-unsupported` for another version or kind than ours, `format.algorithm-unsupported` for another
 * algorithm, else `format.malformed`.
 */
export function openToken(bytes: Uint8Array): OpenedToken {
  if (bytes.length > MAX_TOKEN_BYTES) throw malformed(`of ${bytes.length} bytes is longer than ${MAX_TOKEN_BYTES}`);
  const message = decodeCbor(bytes, { tag: COSE_SIGN1 });
  if (!Array.isArray(message) || message.length !== 4) throw malformed("is not a COSE_Sign1");
  const [protectedHeader, unprotected, payload, signature] = message as readonly CborValue[];
  const kid = readHeader(bytesIn(protectedHeader, "protected header"));
  if (!isMap(unprotected) || unprotected.size !== 0)
    throw malformed("has an unprotected header, which anyone could change");
  const claims = mapIn(decodeCbor(bytesIn(payload, "payload")), "payload");
  requireKnown("version", claims.get(CLAIM.version), [VERSION]);
  const kind = requireKnown("kind", claims.get(CLAIM.kind), Object.values(TOKEN_KIND));
  return {
    kind,
    claims,
    kid,
    toBeSigned: sigStructure(protectedHeader as Uint8Array, payload as Uint8Array),
    signature: bytesIn(signature, "signature", 64),
    bytes,
  };
}

/** The claims of a token of this kind, when they are all among `keys`; throws `format.malformed` for the token of another kind. */
export function claimsAmong(opened: OpenedToken, kind: TokenKind, keys: ReadonlySet<number>): CborMap {
  if (opened.kind !== kind) throw malformed(`is of kind ${opened.kind} where one of kind ${kind} belongs`);
  for (const key of opened.claims.keys())
    if (key !== CLAIM.version && key !== CLAIM.kind && !keys.has(key as number))
      throw malformed(`has the unknown claim ${key}`);
  return opened.claims;
}

function sigStructure(protectedHeader: Uint8Array, payload: Uint8Array): Uint8Array {
  return encodeCbor(["Signature1", protectedHeader, new Uint8Array(0), payload]);
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

function requireKnown<T extends number>(what: string, value: CborValue | undefined, known: readonly T[]): T {
  const found = known.find((each) => each === value);
  if (found !== undefined) return found;
  if (typeof value !== "number") throw malformed(`has no ${what}`);
  throw new TallyError("format.version-unsupported", `the token's ${what} ${value} is not known to this reader`, {
    field: "token",
  });
}

export interface IdentifierClaims {
  readonly certificateIdentifier: string;
  readonly typeCode: string;
  /** USCC of the issuing agency. */
  readonly agencyCode: string;
}

/** Writes the identifier, packed where it packs, else as text with the codes that it does not yield. */
export function addIdentifier(map: Map<number, CborValue>, claims: IdentifierClaims): void {
  const packed = packedIdentifier(claims);
  map.set(CLAIM.identifier, packed ?? claims.certificateIdentifier);
  if (packed !== null) return;
  map.set(CLAIM.typeCode, claims.typeCode);
  map.set(CLAIM.agencyCode, claims.agencyCode);
}

/** Null when the identifier does not pack, or would not yield the codes that stand beside it. */
function packedIdentifier({ certificateIdentifier, typeCode, agencyCode }: IdentifierClaims): Uint8Array | null {
  const isYielded = certificateIdentifier.startsWith(`${IDENTIFIER_ROOT}.${typeCode}.${agencyCode}.`);
  return isYielded ? packIdentifier(certificateIdentifier) : null;
}

export function readIdentifier(map: CborMap): IdentifierClaims {
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

/** The end of year 9999: later seconds do not fit a date. */
export const MAX_SECONDS = 253_402_300_799;

export function uint(value: CborValue | undefined, what: string, max: number): number {
  if (typeof value !== "number" || value < 0 || value > max) throw malformed(`has no ${what} from 0 to ${max}`);
  return value;
}

export function bytesIn(value: CborValue | undefined, what: string, length?: number): Uint8Array {
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

export function malformed(what: string): TallyError {
  return new TallyError("format.malformed", `the token ${what}`, { field: "token" });
}
