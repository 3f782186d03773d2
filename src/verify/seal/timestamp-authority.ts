// SPDX-License-Identifier: Apache-2.0
import { equalBytes } from "../../core/bytes.js";
import { lowSignature } from "../../core/p256.js";
import { readP256Certificate } from "../../core/seal/read-seal-certificate.js";
import type { Timestamp } from "../../core/seal/read-timestamp.js";
import type { X509Certificate } from "../../core/seal/read-x509.js";
import type { SealCrypto } from "./seal-crypto.js";

/** Whether a verifier can be configured with it. */
export function isP256Certificate(bytes: unknown): boolean {
  return bytes instanceof Uint8Array && tryRead(bytes) !== null;
}

/**
 * Whether every byte of the timestamp is under the signature of the certificate that it brings, and it stamps `stamped`. Says nothing of who that is.
 * A timestamp authority need not know of the lower s: its signature is turned over.
 */
export function isSound(
  { certificate, imprint, info, signed }: Timestamp,
  stamped: Uint8Array,
  crypto: SealCrypto,
): boolean {
  const digests = signed.certificates.map((each) => crypto.sha256(each));
  return (
    equalBytes(imprint, crypto.sha256(stamped)) &&
    equalBytes(signed.messageDigest, crypto.sha256(info)) &&
    // The first identity is the signer's (RFC 5035 section 3); each of the others has its certificate.
    equalBytes(signed.certificateIds[0]!.digest, crypto.sha256(certificate.encoded)) &&
    signed.certificateIds.every(({ digest }) => digests.some((each) => equalBytes(each, digest))) &&
    digests.every((each) => signed.certificateIds.some(({ digest }) => equalBytes(each, digest))) &&
    crypto.verifyP256(certificate.publicKey, signed.toBeSigned, lowSignature(signed.signature))
  );
}

/** Whether a configured certificate is the timestamp's own, or that of the CA that issued it; valid when it was made. */
export function isFromAuthority(
  { certificate, time }: Timestamp,
  authorities: readonly Uint8Array[],
  crypto: SealCrypto,
): boolean {
  if (time < certificate.notBefore || time > certificate.notAfter) return false;
  return authorities.some((encoded) => {
    if (equalBytes(encoded, certificate.encoded)) return true;
    const authority = tryRead(encoded);
    return authority !== null && isIssuedBy(certificate, authority, crypto);
  });
}

function isIssuedBy(
  certificate: X509Certificate,
  { subject, publicKey }: X509Certificate,
  crypto: SealCrypto,
): boolean {
  return (
    equalBytes(certificate.issuer.encoded, subject.encoded) &&
    crypto.verifyP256(publicKey, certificate.toBeSigned, lowSignature(certificate.signature))
  );
}

function tryRead(bytes: Uint8Array): X509Certificate | null {
  try {
    return readP256Certificate(bytes);
  } catch {
    return null;
  }
}
