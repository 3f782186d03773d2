// SPDX-License-Identifier: Apache-2.0
import { equalBytes } from "../bytes.js";
import { DER, DerReader } from "../der/read-der.js";
import { toHex } from "../hex.js";
import { OID } from "./object-identifiers.js";
import {
  type ReadCertificate,
  readAuthorityKeyId,
  readCertificate,
  readExtension,
  refuseOtherCritical,
  type X509Certificate,
} from "./read-x509.js";

/** The certificate of a region's CA for seals: what it signs counts when its key is registered as the region's. */
export interface SealCaCertificate extends X509Certificate {
  /** Lower-case hex. */
  readonly keyId: string;
}

/** The certificate of an agency's seal key. */
export interface SealCertificate extends X509Certificate {
  /** The agency's USCC, out of the organisation identifier. */
  readonly agency: string;
  readonly agencyName: string;
  readonly keyId: string;
  /** Of the CA's key. */
  readonly issuerKeyId: string;
}

/** A certificate has some 600 bytes. */
const MAX_CERTIFICATE_BYTES = 4_096;
const MAX_YEARS = 3;
const DAY = 86_400;

/** Bits of RFC 5280 section 4.2.1.3. */
const DIGITAL_SIGNATURE = 0;
const NON_REPUDIATION = 1;
const KEY_CERT_SIGN = 5;
const CRL_SIGN = 6;

/**
 * A CA certificate of docs/formats/seal.md: self-issued, for certificates and revocation lists and no CA below it. Throws `format.malformed`
 * for any other, and `format.algorithm-unsupported` for other algorithms. That the key signed it is for the caller to verify.
 */
export function readSealCaCertificate(bytes: Uint8Array): SealCaCertificate {
  const read = readWhole(bytes, "caCertificate");
  const { certificate, reader } = read;
  expectName(read, [OID.countryName, OID.organizationName, OID.commonName]);
  if (!equalBytes(certificate.issuer.encoded, certificate.subject.encoded))
    reader.refuse("the issuer is not the subject");
  readExtension(read, OID.basicConstraints, true, (value) => {
    const constraints = value.sequence("constraints");
    if (!constraints.boolean("cA") || constraints.small("pathLength") !== 0)
      constraints.refuse("not a CA with no CA below it");
    constraints.expectEnd();
  });
  expectKeyUsage(read, [KEY_CERT_SIGN, CRL_SIGN]);
  refuseOtherCritical(read, [OID.basicConstraints, OID.keyUsage]);
  return { ...certificate, keyId: readKeyId(read) };
}

/** A seal certificate of docs/formats/seal.md. Throws as `readSealCaCertificate` does; who signed it is for the caller to verify. */
export function readSealCertificate(bytes: Uint8Array): SealCertificate {
  const read = readWhole(bytes, "sealCertificate");
  const { certificate, reader, extensions } = read;
  const [, agencyName = "", identifier = ""] = expectName(read, [
    OID.countryName,
    OID.organizationName,
    OID.organizationIdentifier,
    OID.commonName,
  ]);
  const agency = readAgency(reader, identifier);
  if (certificate.notAfter - certificate.notBefore > (MAX_YEARS * 365 + 1) * DAY)
    reader.refuse(`valid for more than ${MAX_YEARS} years`, "validity");
  readExtension(read, OID.basicConstraints, true, (value) => value.sequence("constraints").expectEnd());
  expectKeyUsage(read, [DIGITAL_SIGNATURE, NON_REPUDIATION]);
  if (extensions.has(OID.extendedKeyUsage)) reader.refuse("it has an extended key usage");
  refuseOtherCritical(read, [OID.basicConstraints, OID.keyUsage]);
  return { ...certificate, agency, agencyName, keyId: readKeyId(read), issuerKeyId: readAuthorityKeyId(read) };
}

/** ETSI EN 319 412-1 section 5.1.4: of the national trade register of China, whose numbers are the unified social credit codes. */
function readAgency(reader: DerReader, identifier: string): string {
  const agency = /^NTRCN-([0-9A-Z]{18})$/.exec(identifier)?.[1];
  return (
    agency ?? reader.refuse("the organisation identifier is not NTRCN- and 18 digits or capital letters", "subject")
  );
}

/** The certificate of a timestamp authority (RFC 3161 section 2.3): for timestamps alone, and critically so. */
export function readTsaCertificate(bytes: Uint8Array): X509Certificate {
  const read = readWhole(bytes, "tsaCertificate");
  readExtension(read, OID.extendedKeyUsage, true, (value) => {
    const purposes = value.sequence("purposes");
    if (purposes.objectIdentifier("0") !== OID.timeStamping) purposes.refuse("not for timestamps");
    purposes.expectEnd();
  });
  refuseOtherCritical(read, [OID.basicConstraints, OID.keyUsage, OID.extendedKeyUsage]);
  return read.certificate;
}

/** Any certificate with a P-256 key: one that a verifier configured, whose extensions matter to whoever chose it. */
export function readP256Certificate(bytes: Uint8Array): X509Certificate {
  return readWhole(bytes, "certificate").certificate;
}

function readWhole(bytes: Uint8Array, name: string): ReadCertificate {
  const reader = DerReader.over(bytes, name, MAX_CERTIFICATE_BYTES);
  const read = readCertificate(reader, "x509");
  reader.expectEnd();
  return read;
}

/** The texts of a subject that has exactly these attributes, the country first and China. */
function expectName(
  { certificate: { subject }, reader }: ReadCertificate,
  types: readonly string[],
): readonly string[] {
  const { attributes } = subject;
  if (attributes.length !== types.length || attributes.some(({ type }, i) => type !== types[i]))
    reader.refuse(`not the attributes ${types.join(", ")} in this order`, "subject");
  const texts = attributes.map(({ text }) => text);
  if (texts[0] !== "CN") reader.refuse("the country is not CN", "subject");
  return texts;
}

function expectKeyUsage(read: ReadCertificate, wanted: readonly number[]): void {
  readExtension(read, OID.keyUsage, true, (value) => {
    const bits = value.namedBits("bits");
    if (bits.join() !== wanted.join()) value.refuse(`the usages ${bits.join()} and not ${wanted.join()}`);
  });
}

function readKeyId(read: ReadCertificate): string {
  return readExtension(read, OID.subjectKeyIdentifier, false, (value) =>
    toHex(value.value(DER.octetString, "keyIdentifier").content),
  );
}
