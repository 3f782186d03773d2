// SPDX-License-Identifier: Apache-2.0
import { concatBytes } from "../bytes.js";
import { contextConstructed, DER, type DerReader, type DerValue } from "../der/read-der.js";
import { OID } from "./object-identifiers.js";
import { expectEcdsaSha256, expectSha256, readEcdsaSignature } from "./read-algorithms.js";
import { type Name, readName, readSerial } from "./read-x509.js";

/** A CMS SignedData (RFC 5652 section 5) with one signer, ECDSA P-256 and SHA-256: what seals and timestamps have in common. */
export interface SignedData {
  /** Null where it is detached. */
  readonly content: Uint8Array | null;
  /** Each as DER, in the order of the set. */
  readonly certificates: readonly Uint8Array[];
  /** Names the signer's certificate. */
  readonly issuer: Name;
  readonly serial: string;
  /** Of the content, as the signer states it. */
  readonly messageDigest: Uint8Array;
  /** Identities of certificates (RFC 5035): the signer's first. */
  readonly certificateIds: readonly CertificateId[];
  /** The signed attributes as they are signed. */
  readonly toBeSigned: Uint8Array;
  /** r and s. */
  readonly signature: Uint8Array;
  /** As it stands there; what a timestamp is made of. */
  readonly signatureBytes: Uint8Array;
  /** The types of the signed attributes. */
  readonly signedAttributes: readonly string[];
  /** Types and values of the unsigned ones. */
  readonly unsignedAttributes: ReadonlyMap<string, DerValue>;
  readonly reader: DerReader;
}

export interface CertificateId {
  /** SHA-256 of the certificate. */
  readonly digest: Uint8Array;
  readonly issuerSerial: { readonly issuer: Name; readonly serial: string } | null;
}

export interface SignedDataForm {
  readonly version: 1 | 3;
  /** Content type, dotted. */
  readonly contentType: string;
  readonly detached: boolean;
  readonly maxCertificates: number;
  /** How digest algorithms may be written. */
  readonly parameters: "absent" | "absent-or-null";
}

const MAX_ATTRIBUTES = 8;

/** Throws `format.malformed` and `format.algorithm-unsupported`. Whether anything is signed by anybody is for the caller to verify. */
export function readSignedData(outside: DerReader, name: string, form: SignedDataForm): SignedData {
  const info = outside.sequence(name);
  expectType(info, "contentType", OID.signedData);
  const wrapper = info.inside(contextConstructed(0), "content");
  info.expectEnd();
  const data = wrapper.sequence("signedData");
  wrapper.expectEnd();
  if (data.small("version") !== form.version) data.refuse(`not version ${form.version}`, "version");
  const digests = data.inside(DER.set, "digestAlgorithms");
  expectSha256(digests, "0", form.parameters);
  digests.expectEnd();
  const content = readContent(data, form);
  const certificates = data
    .setOf(contextConstructed(0), "certificates", form.maxCertificates)
    .map(({ encoded }) => encoded);
  const signers = data.inside(DER.set, "signers");
  const signer = signers.sequence("0");
  signers.expectEnd();
  data.expectEnd();
  return { content, certificates, ...readSigner(signer, form), reader: data };
}

function readContent(data: DerReader, { contentType, detached }: SignedDataForm): Uint8Array | null {
  const encapsulated = data.sequence("encapsulatedContent");
  expectType(encapsulated, "type", contentType);
  let content: Uint8Array | null = null;
  if (!detached) {
    const explicit = encapsulated.inside(contextConstructed(0), "content");
    content = explicit.octets("octets");
    explicit.expectEnd();
  }
  encapsulated.expectEnd();
  return content;
}

function readSigner(
  signer: DerReader,
  { contentType, parameters }: SignedDataForm,
): Omit<SignedData, "content" | "certificates" | "reader"> {
  if (signer.small("version") !== 1) signer.refuse("not version 1", "version");
  const { issuer, serial } = readIssuerAndSerial(signer, "identifier");
  expectSha256(signer, "digestAlgorithm", parameters);
  const { encoded, attributes } = readAttributes(signer, 0, "signedAttributes");
  expectEcdsaSha256(signer, "signatureAlgorithm");
  const signatureValue = signer.value(DER.octetString, "signature");
  const signature = readEcdsaSignature(signer.into(signatureValue, "signature"));
  const unsignedAttributes = signer.isAtEnd
    ? new Map<string, DerValue>()
    : readAttributes(signer, 1, "unsignedAttributes").attributes;
  signer.expectEnd();

  const attribute = <T>(type: string, read: (value: DerReader) => T): T => {
    const value = attributes.get(type) ?? signer.refuse(`the signed attribute ${type} is missing`);
    // The inside of the value's own encoding: a reader over exactly that value.
    const reader = signer.into({ encoded: value.encoded, content: value.encoded }, type);
    const result = read(reader);
    reader.expectEnd();
    return result;
  };
  attribute(OID.contentType, (value) => expectType(value, "type", contentType));
  return {
    issuer,
    serial,
    messageDigest: attribute(OID.messageDigest, (value) => readDigest(value, "digest")),
    certificateIds: attribute(OID.signingCertificateV2, readCertificateIds),
    // Signed as the SET OF that they are, not with the tag that they have here (RFC 5652 section 5.4).
    toBeSigned: concatBytes(Uint8Array.of(DER.set), encoded.subarray(1)),
    signature,
    signatureBytes: signatureValue.content,
    signedAttributes: [...attributes.keys()],
    unsignedAttributes,
  };
}

/** Each type once, each with one value. */
function readAttributes(
  signer: DerReader,
  tag: number,
  name: string,
): { readonly encoded: Uint8Array; readonly attributes: ReadonlyMap<string, DerValue> } {
  const start = signer.peek(contextConstructed(tag), name);
  const values = signer.setOf(contextConstructed(tag), name, MAX_ATTRIBUTES);
  if (values.length === 0) signer.refuse("no attribute", name);
  const attributes = new Map<string, DerValue>();
  for (const value of values) {
    const attribute = signer.into(value, name);
    if (value.encoded[0] !== DER.sequence) attribute.refuse("no attribute");
    const type = attribute.objectIdentifier("type");
    const [only, ...more] = attribute.setOf(DER.set, "values", 2);
    attribute.expectEnd();
    if (only === undefined || more.length > 0) return attribute.refuse(`${type} has not one value`);
    if (attributes.has(type)) attribute.refuse(`the attribute ${type} twice`);
    attributes.set(type, only);
  }
  return { encoded: start.encoded, attributes };
}

/** SigningCertificateV2 (RFC 5035 section 3) without policies, its digests SHA-256, which is the default and so left out. */
function readCertificateIds(value: DerReader): readonly CertificateId[] {
  const whole = value.sequence("signingCertificate");
  const list = whole.sequence("certificates");
  whole.expectEnd();
  const ids: CertificateId[] = [];
  while (!list.isAtEnd) {
    const id = list.sequence(`${ids.length}`);
    const digest = readDigest(id, "digest");
    const issuerSerial = id.isAtEnd ? null : readIssuerSerial(id);
    id.expectEnd();
    ids.push({ digest, issuerSerial });
  }
  if (ids.length === 0) list.refuse("an empty list");
  return ids;
}

/** IssuerSerial of RFC 5035: general names, of which one is a directory name. */
function readIssuerSerial(id: DerReader): NonNullable<CertificateId["issuerSerial"]> {
  const value = id.sequence("issuerSerial");
  const names = value.sequence("issuer");
  const directory = names.inside(contextConstructed(4), "directoryName");
  names.expectEnd();
  const issuer = readName(directory, "name");
  directory.expectEnd();
  const serial = readSerial(value, "serialNumber");
  value.expectEnd();
  return { issuer, serial };
}

function readIssuerAndSerial(signer: DerReader, name: string): { readonly issuer: Name; readonly serial: string } {
  const value = signer.sequence(name);
  const issuer = readName(value, "issuer");
  const serial = readSerial(value, "serialNumber");
  value.expectEnd();
  return { issuer, serial };
}

function readDigest(reader: DerReader, name: string): Uint8Array {
  const digest = reader.octets(name);
  return digest.length === 32 ? digest : reader.refuse("no SHA-256", name);
}

function expectType(reader: DerReader, name: string, expected: string): void {
  const type = reader.objectIdentifier(name);
  if (type !== expected) reader.refuse(`${type} and not ${expected}`, name);
}
