// SPDX-License-Identifier: Apache-2.0
import { createHash } from "node:crypto";
import { AsnConvert, OctetString } from "@peculiar/asn1-schema";
import {
  AlgorithmIdentifier,
  AttributeTypeAndValue,
  AttributeValue,
  AuthorityKeyIdentifier,
  BasicConstraints,
  Certificate,
  CRLDistributionPoints,
  CRLNumber,
  CRLReason,
  DistributionPoint,
  DistributionPointName,
  Extension,
  Extensions,
  GeneralName,
  KeyIdentifier,
  KeyUsage,
  KeyUsageFlags,
  Name,
  RelativeDistinguishedName,
  RevokedCertificate,
  SubjectKeyIdentifier,
  SubjectPublicKeyInfo,
  TBSCertificate,
  TBSCertList,
  Time,
  Validity,
  Version,
} from "@peculiar/asn1-x509";
import { bitString, objectIdentifier, sequence } from "../../core/der/write-der.js";
import { fromHex } from "../../core/hex.js";
import { OID } from "../../core/seal/object-identifiers.js";
import { signatureValue } from "../../core/seal/seal-writer.js";
import {
  type CertificateAuthority,
  type CertificateValidity,
  REASON_CODES,
  type RevocationReason,
  type SealKey,
} from "../../domain/seals/index.js";

/** What the name of a seal's certificate ends with, as seals of this use are named. */
const SEAL_NAME_ENDING = "电子证照专用章";
const AUTHORITY_NAME_ENDING = "电子印章证书机构";

/** Certificates and revocation lists by @peculiar/asn1-x509; the bytes to be signed go to the key wherever it lives. */
export const x509Authority: CertificateAuthority = {
  async certifyAuthority(key, { regionName }, { serial, validity }) {
    const subject = name([
      [OID.countryName, COUNTRY],
      [OID.organizationName, regionName],
      [OID.commonName, `${regionName}${AUTHORITY_NAME_ENDING}`],
    ]);
    return certify(key, subject, {
      serial,
      validity,
      subject,
      publicKey: key.publicKey,
      extensions: [
        extension(OID.basicConstraints, new BasicConstraints({ cA: true, pathLenConstraint: 0 }), CRITICAL),
        extension(OID.keyUsage, new KeyUsage(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign), CRITICAL),
        extension(OID.subjectKeyIdentifier, new SubjectKeyIdentifier(keyIdentifier(key.publicKey))),
      ],
    });
  },

  async certifySeal({ key, certificate }, { agency, agencyName, publicKey }, { serial, validity, revocationListUrl }) {
    const authority = AsnConvert.parse(certificate, Certificate).tbsCertificate;
    return certify(key, authority.subject, {
      serial,
      validity,
      subject: name([
        [OID.countryName, COUNTRY],
        [OID.organizationName, agencyName],
        // ETSI EN 319 412-1 section 5.1.4: national trade register, country, number.
        [OID.organizationIdentifier, `NTRCN-${agency}`],
        [OID.commonName, `${agencyName}${SEAL_NAME_ENDING}`],
      ]),
      publicKey,
      extensions: [
        extension(OID.basicConstraints, new BasicConstraints({ cA: false }), CRITICAL),
        extension(OID.keyUsage, new KeyUsage(KeyUsageFlags.digitalSignature | KeyUsageFlags.nonRepudiation), CRITICAL),
        extension(OID.subjectKeyIdentifier, new SubjectKeyIdentifier(keyIdentifier(publicKey))),
        authorityKeyIdentifier(key),
        ...(revocationListUrl === undefined ? [] : [distributionPoint(revocationListUrl)]),
      ],
    });
  },

  async listRevoked({ key, certificate }, { number, thisUpdate, nextUpdate, revoked }) {
    const { subject } = AsnConvert.parse(certificate, Certificate).tbsCertificate;
    const list = new TBSCertList({
      version: Version.v2,
      signature: ECDSA_WITH_SHA256,
      issuer: subject,
      thisUpdate: time(thisUpdate),
      nextUpdate: time(nextUpdate),
      // An empty list is left out (RFC 5280 section 5.1.2.6).
      ...(revoked.length === 0 ? {} : { revokedCertificates: revoked.map(revokedEntry) }),
      crlExtensions: [authorityKeyIdentifier(key), extension(OID.crlNumber, new CRLNumber(number))],
    });
    return signed(key, AsnConvert.serialize(list));
  },
};

const CRITICAL = true;
const COUNTRY = "CN";
const ECDSA_WITH_SHA256 = new AlgorithmIdentifier({ algorithm: OID.ecdsaWithSha256 });

async function certify(
  key: SealKey,
  issuer: Name,
  {
    serial,
    validity,
    subject,
    publicKey,
    extensions,
  }: {
    readonly serial: Uint8Array;
    readonly validity: CertificateValidity;
    readonly subject: Name;
    readonly publicKey: Uint8Array;
    readonly extensions: readonly Extension[];
  },
): Promise<Uint8Array> {
  const body = new TBSCertificate({
    version: Version.v3,
    serialNumber: serialNumber(serial),
    signature: ECDSA_WITH_SHA256,
    issuer,
    validity: new Validity({ notBefore: new Date(validity.from * 1000), notAfter: new Date(validity.until * 1000) }),
    subject,
    subjectPublicKeyInfo: new SubjectPublicKeyInfo({
      algorithm: new AlgorithmIdentifier({
        algorithm: OID.ecPublicKey,
        parameters: bufferOf(objectIdentifier(OID.p256)),
      }),
      subjectPublicKey: bufferOf(publicKey),
    }),
    extensions: new Extensions([...extensions]),
  });
  return signed(key, AsnConvert.serialize(body));
}

/** What certificates and lists have in common: the signed bytes, the algorithm, the signature. */
async function signed(key: SealKey, body: ArrayBuffer): Promise<Uint8Array> {
  const bytes = new Uint8Array(body);
  const signature = signatureValue(await key.sign(bytes));
  return sequence(bytes, sequence(objectIdentifier(OID.ecdsaWithSha256)), bitString(signature));
}

function name(attributes: readonly (readonly [string, string])[]): Name {
  return new Name(
    attributes.map(([type, text]) => {
      // A country is a PrintableString (X.520 section 6.3.1); everything else UTF-8 (RFC 5280 section 4.1.2.4).
      const value = new AttributeValue(type === OID.countryName ? { printableString: text } : { utf8String: text });
      return new RelativeDistinguishedName([new AttributeTypeAndValue({ type, value })]);
    }),
  );
}

function extension(type: string, value: object, critical = false): Extension {
  return new Extension({ extnID: type, critical, extnValue: new OctetString(AsnConvert.serialize(value)) });
}

function authorityKeyIdentifier(key: SealKey): Extension {
  const keyId = new KeyIdentifier(keyIdentifier(key.publicKey));
  return extension(OID.authorityKeyIdentifier, new AuthorityKeyIdentifier({ keyIdentifier: keyId }));
}

function distributionPoint(url: string): Extension {
  const place = new DistributionPointName({ fullName: [new GeneralName({ uniformResourceIdentifier: url })] });
  const points = new CRLDistributionPoints([new DistributionPoint({ distributionPoint: place })]);
  return extension(OID.crlDistributionPoints, points);
}

/** The left 160 bits of SHA-256 of the public key (RFC 7093 section 2, method 1). */
function keyIdentifier(publicKey: Uint8Array): ArrayBuffer {
  return bufferOf(createHash("sha256").update(publicKey).digest().subarray(0, 20));
}

function revokedEntry({ serial, revokedAt, reason }: { serial: string; revokedAt: number; reason: RevocationReason }) {
  return new RevokedCertificate({
    userCertificate: serialNumber(fromHex(serial.length % 2 === 0 ? serial : `0${serial}`, "serial")),
    revocationDate: time(revokedAt),
    // Unspecified is said by saying nothing (section 5.3.1).
    ...(reason === "unspecified"
      ? {}
      : { crlEntryExtensions: [extension(OID.crlReason, new CRLReason(REASON_CODES[reason]))] }),
  });
}

/** The library writes the bytes as they are: a first one of 0x80 and more would make the number negative. */
function serialNumber(magnitude: Uint8Array): ArrayBuffer {
  return bufferOf(magnitude[0]! < 0x80 ? magnitude : Uint8Array.of(0, ...magnitude));
}

const time = (seconds: number): Time => new Time(new Date(seconds * 1000));

function bufferOf(bytes: Uint8Array): ArrayBuffer {
  return new Uint8Array(bytes).buffer;
}
