// SPDX-License-Identifier: Apache-2.0
import { equalBytes } from "../bytes.js";
import { DerReader } from "../der/read-der.js";
import { OID } from "./object-identifiers.js";
import {
  readP256Certificate,
  readSealCaCertificate,
  readSealCertificate,
  type SealCaCertificate,
  type SealCertificate,
} from "./read-seal-certificate.js";
import { readSignedData, type SignedData } from "./read-signed-data.js";
import { readTimestamp, type Timestamp } from "./read-timestamp.js";
import type { Name } from "./read-x509.js";

/** The CMS of a seal, as docs/formats/seal.md specifies it. Nothing in it is verified yet. */
export interface Seal {
  readonly certificate: SealCertificate;
  readonly ca: SealCaCertificate;
  readonly signed: SignedData;
  /** Over `signed.signatureBytes`; null without one. */
  readonly timestamp: Timestamp | null;
}

/** One of ours has 1.7 KB, with a timestamp 3 KB. */
export const MAX_SEAL_BYTES = 16_384;

const SIGNED_ATTRIBUTES: readonly string[] = [OID.contentType, OID.messageDigest, OID.signingCertificateV2];

/**
 * Reads a seal of exactly the profile: two certificates, one signer, three signed attributes, no unsigned one but a timestamp. Throws
 * `format.malformed` with what is wrong and where, and `format.algorithm-unsupported` for anything but ECDSA P-256 with SHA-256.
 */
export function readSeal(cms: Uint8Array): Seal {
  const outside = DerReader.over(cms, "seal", MAX_SEAL_BYTES);
  const signed = readSignedData(outside, "cms", {
    version: 1,
    contentType: OID.data,
    detached: true,
    maxCertificates: 2,
    parameters: "absent",
  });
  outside.expectEnd();
  const { reader, signedAttributes, unsignedAttributes } = signed;
  const other = signedAttributes.find((type) => !SIGNED_ATTRIBUTES.includes(type));
  if (other !== undefined) reader.refuse(`the signed attribute ${other}`);
  const [certificate, ca] = readCertificates(signed);
  requireNamed(signed, certificate);
  for (const type of unsignedAttributes.keys())
    if (type !== OID.signatureTimeStampToken) reader.refuse(`the unsigned attribute ${type}`);
  const token = unsignedAttributes.get(OID.signatureTimeStampToken);
  return { certificate, ca, signed, timestamp: token ? readToken(reader, token.encoded) : null };
}

/** The CA's is the one that is self-issued; the set's order says nothing. */
function readCertificates({ reader, certificates }: SignedData): readonly [SealCertificate, SealCaCertificate] {
  const [one, other] = certificates;
  if (one === undefined || other === undefined) return reader.refuse("not two certificates", "certificates");
  const { issuer, subject } = readP256Certificate(one);
  const [seal, ca] = equalBytes(issuer.encoded, subject.encoded) ? [other, one] : [one, other];
  return [readSealCertificate(seal), readSealCaCertificate(ca)];
}

/** The signer's identifier and the signed identity both name the seal certificate; its digest is for the verification. */
function requireNamed({ reader, issuer, serial, certificateIds }: SignedData, certificate: SealCertificate): void {
  const [id, ...more] = certificateIds;
  const names = (named: { readonly issuer: Name; readonly serial: string }) =>
    named.serial === certificate.serial && equalBytes(named.issuer.encoded, certificate.issuer.encoded);
  if (!names({ issuer, serial })) reader.refuse("the signer is not the seal certificate", "signer");
  if (!id?.issuerSerial || more.length > 0 || !names(id.issuerSerial))
    reader.refuse("the signed attributes do not name the seal certificate, and it alone", "signedAttributes");
}

function readToken(reader: DerReader, token: Uint8Array): Timestamp {
  const inside = reader.into({ encoded: token, content: token }, "timestamp");
  const timestamp = readTimestamp(inside);
  inside.expectEnd();
  return timestamp;
}
