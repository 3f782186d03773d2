// SPDX-License-Identifier: Apache-2.0
import { contextConstructed, contextPrimitive, DER, type DerReader, type DerValue } from "../der/read-der.js";
import { toHex } from "../hex.js";
import { OID } from "./object-identifiers.js";
import { expectEcdsaSha256, readEcdsaSignature, readP256Key } from "./read-algorithms.js";

/** One attribute of a name; each relative name has one. */
export interface NameAttribute {
  /** Dotted decimal. */
  readonly type: string;
  readonly text: string;
}

export interface Name {
  readonly encoded: Uint8Array;
  readonly attributes: readonly NameAttribute[];
}

export interface Extension {
  readonly critical: boolean;
  /** The octet string that holds the value. */
  readonly value: DerValue;
}

/** An X.509 v3 certificate with a P-256 key, signed with ECDSA and SHA-256. What its extensions must say is for its profile. */
export interface X509Certificate {
  readonly encoded: Uint8Array;
  readonly toBeSigned: Uint8Array;
  /** r and s. */
  readonly signature: Uint8Array;
  /** Lower-case hex without leading zero bytes. */
  readonly serial: string;
  readonly issuer: Name;
  readonly subject: Name;
  /** Seconds; both belong to the period. */
  readonly notBefore: number;
  readonly notAfter: number;
  /** Uncompressed. */
  readonly publicKey: Uint8Array;
}

/** What a signature in X.509 is made over, and the rest of the value, which the caller reads. */
export interface Signed {
  readonly encoded: Uint8Array;
  readonly toBeSigned: Uint8Array;
  readonly signature: Uint8Array;
  readonly inside: DerReader;
}

const MAX_NAME_BYTES = 512;
const MAX_EXTENSIONS = 16;
const MAX_SERIAL_BYTES = 20;

/** `SIGNED{}` of X.509: what is signed, the algorithm, the signature. */
export function readSigned(reader: DerReader, name: string): Signed {
  const whole = reader.value(DER.sequence, name);
  const outer = reader.into(whole, name);
  const toBeSigned = outer.value(DER.sequence, "toBeSigned");
  expectEcdsaSha256(outer, "algorithm");
  const bits = outer.value(DER.bitString, "signature");
  outer.expectEnd();
  if (bits.content[0] !== 0) outer.refuse("a bit string that is not whole bytes", "signature");
  const signature = readEcdsaSignature(outer.into({ ...bits, content: bits.content.subarray(1) }, "signature"));
  return {
    encoded: whole.encoded,
    toBeSigned: toBeSigned.encoded,
    signature,
    inside: outer.into(toBeSigned, "toBeSigned"),
  };
}

export interface ReadCertificate {
  readonly certificate: X509Certificate;
  readonly extensions: ReadonlyMap<string, Extension>;
  /** For messages of the profile, and for reading extensions. */
  readonly reader: DerReader;
}

export function readCertificate(reader: DerReader, name: string): ReadCertificate {
  const { inside, ...signed } = readSigned(reader, name);
  const version = inside.inside(contextConstructed(0), "version");
  if (version.small("version") !== 2) version.refuse("not version 3");
  version.expectEnd();
  const serial = readSerial(inside, "serialNumber");
  expectEcdsaSha256(inside, "signature");
  const issuer = readName(inside, "issuer");
  const validity = inside.sequence("validity");
  const [notBefore, notAfter] = [validity.time("notBefore"), validity.time("notAfter")];
  validity.expectEnd();
  if (notAfter < notBefore) validity.refuse("it ends before it begins");
  const subject = readName(inside, "subject");
  const publicKey = readP256Key(inside, "subjectPublicKeyInfo");
  const extensions = readExtensions(inside.inside(contextConstructed(3), "extensions"));
  inside.expectEnd();
  return {
    certificate: { ...signed, serial, issuer, subject, notBefore, notAfter, publicKey },
    extensions,
    reader: inside,
  };
}

/** Positive, at most 20 bytes (RFC 5280 section 4.1.2.2). */
export function readSerial(reader: DerReader, name: string): string {
  const serial = reader.unsigned(name, MAX_SERIAL_BYTES);
  // A twentieth byte above 0x7f makes a twenty-first of zero bits necessary.
  if (serial.length === 0 || (serial.length === MAX_SERIAL_BYTES && serial[0]! >= 0x80))
    reader.refuse("no positive number of at most 20 bytes", name);
  return toHex(serial);
}

export function readName(reader: DerReader, name: string): Name {
  const value = reader.value(DER.sequence, name);
  if (value.encoded.length > MAX_NAME_BYTES) reader.refuse(`more than ${MAX_NAME_BYTES} bytes`, name);
  const parts = reader.into(value, name);
  const attributes: NameAttribute[] = [];
  while (!parts.isAtEnd) {
    const part = parts.inside(DER.set, `${attributes.length}`);
    const attribute = part.sequence("attribute");
    attributes.push({ type: attribute.objectIdentifier("type"), text: attribute.text("value", MAX_NAME_BYTES) });
    attribute.expectEnd();
    part.expectEnd();
  }
  return { encoded: value.encoded, attributes };
}

/** `Extensions`, all that is left in `wrapper`: by their identifiers, none twice. */
export function readExtensions(wrapper: DerReader): ReadonlyMap<string, Extension> {
  const list = wrapper.sequence("list");
  wrapper.expectEnd();
  const extensions = new Map<string, Extension>();
  while (!list.isAtEnd) {
    const item = list.sequence(`${extensions.size}`);
    const id = item.objectIdentifier("id");
    // False is the default, and DER leaves defaults out.
    const critical =
      item.isNext(DER.boolean) && (item.boolean("critical") || item.refuse("critical is false, which is left out"));
    const value = item.value(DER.octetString, "value");
    item.expectEnd();
    if (extensions.has(id)) item.refuse(`the extension ${id} twice`);
    if (extensions.size >= MAX_EXTENSIONS) list.refuse(`more than ${MAX_EXTENSIONS} extensions`);
    extensions.set(id, { critical, value });
  }
  if (extensions.size === 0) list.refuse("an empty list");
  return extensions;
}

/** Reads the value of an extension that must be there, critical or not. */
export function readExtension<T>(
  { extensions, reader }: Pick<ReadCertificate, "extensions" | "reader">,
  id: string,
  critical: boolean,
  read: (value: DerReader) => T,
): T {
  const extension = extensions.get(id) ?? reader.refuse(`the extension ${id} is missing`);
  if (extension.critical !== critical)
    reader.refuse(`the extension ${id} is ${critical ? "not critical" : "critical"}`);
  const value = reader.into(extension.value, id);
  const result = read(value);
  value.expectEnd();
  return result;
}

/** The key identifier, which is all that an authority key identifier of this profile has. */
export function readAuthorityKeyId(read: Pick<ReadCertificate, "extensions" | "reader">): string {
  return readExtension(read, OID.authorityKeyIdentifier, false, (value) => {
    const identifier = value.sequence("identifier");
    const { content } = identifier.value(contextPrimitive(0), "keyIdentifier");
    identifier.expectEnd();
    return toHex(content);
  });
}

/** What the profile does not read must not be something that a reader must understand. */
export function refuseOtherCritical(
  { extensions, reader }: Pick<ReadCertificate, "extensions" | "reader">,
  known: readonly string[],
): void {
  for (const [id, { critical }] of extensions)
    if (critical && !known.includes(id)) reader.refuse(`the extension ${id} is critical and not of this profile`);
}
