// SPDX-License-Identifier: Apache-2.0
import { equalBytes, fromUtf8, utf8 } from "../../core/bytes.js";
import { parseUtcInstant } from "../../core/calendar.js";
import { canonicalize } from "../../core/canonical-json.js";
import type { Certificate } from "../../core/certificate.js";
import { readCertificate } from "../../core/certificate-reader.js";
import type { Crypto } from "../../core/crypto.js";
import { keyOfProof, proofSignature } from "../../core/data-integrity.js";
import { licenceEntry } from "../../core/entry.js";
import { leafHash } from "../../core/merkle.js";
import { keyIdOf } from "../../core/multikey.js";
import { parseJsonAsWritten } from "../../core/strict-json.js";
import { readToken, type Token } from "../../core/token.js";
import { tokenMatchesCertificate } from "../../core/token-claims.js";
import type { TypeDefinition } from "../../core/type-definition.js";
import { digestSri } from "../../core/type-reader.js";
import { judgeIdentifier } from "../../verify/identifier.js";
import { type SignedDigests, signedDigests } from "../../verify/signed-digests.js";
import { indexedFields } from "../issuance/index.js";
import { compared, type Discrepancy, fault, REMEDY, type Value } from "./discrepancy.js";
import type { CertificateFile } from "./stored-records.js";

export interface KnownType {
  readonly definition: TypeDefinition;
  readonly digest: Uint8Array;
}

export interface ContentContext {
  readonly region: string;
  readonly crypto: Crypto;
  /** Null for a version that is not here, or whose definition cannot be read. */
  readonly typeOf: (typeCode: string, version: number) => KnownType | null;
}

interface Halves extends SignedDigests {
  readonly certificate: Certificate;
  readonly token: Token;
}

/**
 * Computes again all that follows from the two signed halves: their own form, digests, signatures and agreement, then every field that
 * is kept beside them.
 */
export async function examineContent(
  { certificate: stored, holders }: CertificateFile,
  { region, crypto, typeOf }: ContentContext,
): Promise<readonly Discrepancy[]> {
  const key = stored.identifier;
  const wrong = (field: string, why: string): Discrepancy =>
    fault({ collection: "certificates", key, field }, { why, remedy: REMEDY.restore });
  const halves = readHalves(stored, crypto, wrong);
  if (Array.isArray(halves)) return halves;
  const { certificate, certificateDigest, toBeSigned, token } = halves;
  const { publicKey, multikeyBytes } = keyOfProof(certificate.proof);
  const keyDigest = crypto.sha256(multikeyBytes);
  const tokenDigest = crypto.sha256(stored.token);
  const signature = proofSignature(certificate);
  const holds = async (message: Uint8Array, by: Uint8Array | null): Promise<boolean> =>
    by !== null && ((await crypto.verifyLater?.(publicKey, message, by)) ?? crypto.verify(publicKey, message, by));
  const [signed, tokenSigned] = await Promise.all([
    holds(toBeSigned, signature),
    holds(token.toBeSigned, token.signature),
  ]);
  const found: Discrepancy[] = [];
  if (!signed) found.push(wrong("certificate", "its signature is not that of the key that it names"));
  if (!tokenSigned) found.push(wrong("token", "its signature is not that of the certificate's key"));
  if (!equalBytes(token.kid, keyIdOf(keyDigest)))
    found.push(wrong("token", "it names another key than the certificate"));
  const type = typeOf(certificate.credentialSubject.certificateTypeCode, certificate.credentialSchema.typeVersion);
  if (type === null) found.push(wrong("typeVersion", "its type definition is not in the catalogue"));
  else {
    const claim = tokenMatchesCertificate(token.claims, certificate, type.definition, certificateDigest);
    if (claim !== null) found.push(wrong("token", `it differs from the certificate in ${claim}`));
    if (certificate.credentialSchema.digestSRI !== digestSri(type.digest))
      found.push(wrong("certificate", "it names another content of its type than the catalogue holds"));
  }
  const fields = indexedFields(certificate);
  const { identifier, typeCode, agency: agencyCode } = fields;
  if (judgeIdentifier({ identifier, typeCode, agencyCode } as Parameters<typeof judgeIdentifier>[0]) === "wrong")
    found.push(wrong("certificate", "its identifier has a wrong check character, or names another type or agency"));

  const { holders: named, ...columns } = fields;
  const expected: Readonly<Record<string, Value>> = {
    ...columns,
    digest: certificateDigest,
    tokenDigest,
    leafHash: leafHash(crypto, licenceEntry(certificateDigest, tokenDigest)),
    keyDigest,
    region,
  };
  for (const [field, value] of Object.entries(expected)) {
    const place = { collection: "certificates", key, field };
    const why = "is not what the signed certificate says";
    const personal = field === "number";
    const is = (stored as unknown as Readonly<Record<string, Value>>)[field];
    found.push(...compared(place, is, value, { why, remedy: REMEDY.fromCertificate, personal }));
  }
  // Milliseconds of it are in the log alone.
  if (Math.floor(stored.issuedAt / 1000) * 1000 !== parseUtcInstant(certificate.proof.created))
    found.push(wrong("issuedAt", "is not the time of the certificate's proof"));
  return [...found, ...examineHolders(key, holders, named)];
}

/** The halves, or why they cannot be read. */
function readHalves(
  { certificate: bytes, token: tokenBytes }: CertificateFile["certificate"],
  crypto: Crypto,
  wrong: (field: string, why: string) => Discrepancy,
): Halves | Discrepancy[] {
  const found: Discrepancy[] = [];
  const read = attempt(() => {
    const text = fromUtf8(bytes);
    if (text === null) throw new Error("is not UTF-8");
    const { value, canonicalMembers } = parseJsonAsWritten(text, { maxBytes: MAX_CERTIFICATE_BYTES });
    const certificate = readCertificate(value);
    if (canonicalMembers === null && !equalBytes(utf8(canonicalize(certificate)), bytes))
      throw new Error("is not canonical JSON");
    return { certificate, ...signedDigests(text, crypto) };
  });
  if (read instanceof Error) found.push(wrong("certificate", `it cannot be read: ${wordsOf(read)}`));
  const token = attempt(() => readToken(tokenBytes));
  if (token instanceof Error) found.push(wrong("token", `it cannot be read: ${wordsOf(token)}`));
  return read instanceof Error || token instanceof Error ? found : { ...read, token };
}

const MAX_CERTIFICATE_BYTES = 2 * 1024 * 1024;

/** Without values: an error may quote what it could not read. */
function wordsOf(error: Error): string {
  return "code" in error ? String(error.code) : error.message;
}

function examineHolders(
  key: string,
  stored: CertificateFile["holders"],
  named: CertificateFile["holders"],
): readonly Discrepancy[] {
  // One row a code, that of the first holder with it.
  const wanted = new Map<string, string>();
  for (const { code, codeType } of named) if (!wanted.has(code)) wanted.set(code, codeType);
  const found = stored.flatMap(({ code, codeType }) => {
    const place = { collection: "holders", key, field: "code" };
    const expected = wanted.get(code);
    wanted.delete(code);
    if (expected === undefined)
      return [fault(place, { why: "a code that no holder of the certificate has", remedy: REMEDY.fromCertificate })];
    const why = "is not what the signed certificate says";
    return compared({ ...place, field: "codeType" }, codeType, expected, { why, remedy: REMEDY.fromCertificate });
  });
  const missing = [...wanted].map(() => {
    const place = { collection: "holders", key, field: "certificate" };
    return fault(place, { why: "a holder of the certificate is not found by it", remedy: REMEDY.fromCertificate });
  });
  return [...found, ...missing];
}

function attempt<T>(work: () => T): T | Error {
  try {
    return work();
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}
