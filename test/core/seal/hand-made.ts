// SPDX-License-Identifier: Apache-2.0
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { nodeCrypto } from "../../../src/adapters/node-crypto/index.js";
import { concatBytes, utf8 } from "../../../src/core/bytes.js";
import { fromHex, toHex } from "../../../src/core/hex.js";
import { compressedPoint, lowSignature } from "../../../src/core/p256.js";

/*
 * Seals, certificates, revocation lists and timestamps put together by hand, so that every part can be made wrong. Written apart from the
 * service's own writer: the two are tested against the same reader.
 */

export function tlv(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const content = concatBytes(...parts);
  const { length } = content;
  const head =
    length < 0x80
      ? [length]
      : length < 0x100
        ? [0x81, length]
        : length < 0x10000
          ? [0x82, length >> 8, length & 0xff]
          : [0x83, length >> 16, (length >> 8) & 0xff, length & 0xff];
  return concatBytes(Uint8Array.of(tag, ...head), content);
}

export const seq = (...parts: readonly Uint8Array[]) => tlv(0x30, ...parts);
export const set = (...parts: readonly Uint8Array[]) => tlv(0x31, ...inOrder(parts));
export const inOrder = (parts: readonly Uint8Array[]) => [...parts].sort((one, other) => Buffer.compare(one, other));
export const explicit = (n: number, ...parts: readonly Uint8Array[]) => tlv(0xa0 | n, ...parts);
export const int = (hex: string) => tlv(0x02, fromHex(Number.parseInt(hex.slice(0, 2), 16) >= 0x80 ? `00${hex}` : hex));
export const octets = (bytes: Uint8Array) => tlv(0x04, bytes);
export const bits = (bytes: Uint8Array, unused = 0) => tlv(0x03, Uint8Array.of(unused), bytes);
export const text = (value: string) => tlv(0x0c, utf8(value));
export const printable = (value: string) => tlv(0x13, utf8(value));
export const TRUE = fromHex("0101ff");
export const NULL = fromHex("0500");

export function oid(dotted: string): Uint8Array {
  const [first = 0, second = 0, ...rest] = dotted.split(".").map(Number);
  const bytes = [first * 40 + second, ...rest].flatMap((arc) => {
    const digits = [arc % 128];
    for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128)) digits.unshift(0x80 | (left % 128));
    return digits;
  });
  return tlv(0x06, Uint8Array.from(bytes));
}

const stamp = (seconds: number) => `${new Date(seconds * 1000).toISOString().replace(/[-:T]/g, "").slice(0, 14)}Z`;
export const utcTime = (seconds: number) => tlv(0x17, utf8(stamp(seconds).slice(2)));
export const generalizedTime = (seconds: number) => tlv(0x18, utf8(stamp(seconds)));

const sha256 = nodeCrypto.sha256;
export const SHA_256 = seq(oid("2.16.840.1.101.3.4.2.1"));
export const ECDSA_SHA_256 = seq(oid("1.2.840.10045.4.3.2"));

export interface SealKey {
  readonly privateKey: KeyObject;
  /** Uncompressed point. */
  readonly publicKey: Uint8Array;
}

export function newSealKey(): SealKey {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  return { privateKey, publicKey: pointOf(publicKey) };
}

export function sealKeyOf(pem: string): SealKey {
  const privateKey = createPrivateKey(pem);
  return { privateKey, publicKey: pointOf(createPublicKey(privateKey)) };
}

function pointOf(key: KeyObject): Uint8Array {
  return new Uint8Array(key.export({ format: "der", type: "spki" })).slice(-65);
}

/** What the registry holds the digest of. */
export function caMultikey({ publicKey }: SealKey): { readonly bytes: Uint8Array; readonly digest: string } {
  const bytes = concatBytes(Uint8Array.of(0x80, 0x24), compressedPoint(publicKey));
  return { bytes, digest: toHex(sha256(bytes)) };
}

/** ECDSA-Sig-Value with the lower s, or the higher. */
export function signed({ privateKey }: SealKey, message: Uint8Array, spelling: "low" | "high" = "low"): Uint8Array {
  const raw = new Uint8Array(sign("sha256", message, { key: privateKey, dsaEncoding: "ieee-p1363" }));
  const value = spelling === "high" && isLow(raw) ? otherSpelling(raw) : spelling === "low" ? lowSignature(raw) : raw;
  return seq(int(minimal(value.subarray(0, 32))), int(minimal(value.subarray(32))));
}

const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const isLow = (raw: Uint8Array) => BigInt(`0x${toHex(raw.subarray(32))}`) <= ORDER / 2n;

function otherSpelling(raw: Uint8Array): Uint8Array {
  const s = ORDER - BigInt(`0x${toHex(raw.subarray(32))}`);
  return concatBytes(raw.subarray(0, 32), fromHex(s.toString(16).padStart(64, "0")));
}

function minimal(number: Uint8Array): string {
  return toHex(number).replace(/^(00)+/, "") || "00";
}

export type NameParts = readonly (readonly [type: string, value: Uint8Array])[];
export const name = (parts: NameParts) => seq(...parts.map(([type, value]) => set(seq(oid(type), value))));

export const caName = (region: string): NameParts => [
  ["2.5.4.6", printable("CN")],
  ["2.5.4.10", text(region)],
  ["2.5.4.3", text(`${region}电子印章根证书`)],
];

export const agencyName = (agency: string, title: string): NameParts => [
  ["2.5.4.6", printable("CN")],
  ["2.5.4.10", text(title)],
  ["2.5.4.97", text(`NTRCN-${agency}`)],
  ["2.5.4.3", text(`${title}电子证照专用章`)],
];

export const keyIdOf = ({ publicKey }: SealKey) => sha256(publicKey).slice(0, 20);

export const extension = (id: string, critical: boolean, value: Uint8Array) =>
  seq(oid(id), ...(critical ? [TRUE] : []), octets(value));
export const BASIC_CA = extension("2.5.29.19", true, seq(TRUE, int("00")));
export const BASIC_LEAF = extension("2.5.29.19", true, seq());
export const USAGE_CA = extension("2.5.29.15", true, bits(Uint8Array.of(0x06), 1));
export const USAGE_SEAL = extension("2.5.29.15", true, bits(Uint8Array.of(0xc0), 6));
export const TIME_STAMPING = extension("2.5.29.37", true, seq(oid("1.3.6.1.5.5.7.3.8")));
export const ownKeyId = (key: SealKey) => extension("2.5.29.14", false, octets(keyIdOf(key)));
export const issuersKeyId = (key: SealKey) => extension("2.5.29.35", false, seq(tlv(0x80, keyIdOf(key))));

export interface CertificateParts {
  readonly serial: string;
  readonly issuer: NameParts;
  readonly subject: NameParts;
  readonly notBefore: number;
  readonly notAfter: number;
  readonly key: SealKey;
  readonly signer: SealKey;
  readonly extensions: readonly Uint8Array[];
  readonly algorithm?: Uint8Array;
  readonly keyInfo?: Uint8Array;
  readonly spelling?: "low" | "high";
}

export function certificate(parts: CertificateParts): Uint8Array {
  const { serial, issuer, subject, notBefore, notAfter, key, signer, extensions, algorithm = ECDSA_SHA_256 } = parts;
  const keyInfo = parts.keyInfo ?? seq(seq(oid("1.2.840.10045.2.1"), oid("1.2.840.10045.3.1.7")), bits(key.publicKey));
  const toBeSigned = seq(
    explicit(0, int("02")),
    int(serial),
    algorithm,
    name(issuer),
    seq(utcTime(notBefore), utcTime(notAfter)),
    name(subject),
    keyInfo,
    explicit(3, seq(...extensions)),
  );
  return seq(toBeSigned, algorithm, bits(signed(signer, toBeSigned, parts.spelling)));
}

export interface CaParts {
  readonly region: string;
  readonly key: SealKey;
  readonly notBefore: number;
  readonly notAfter: number;
}

export const caParts = ({ region, key, notBefore, notAfter }: CaParts): CertificateParts => ({
  serial: "01",
  issuer: caName(region),
  subject: caName(region),
  ...{ notBefore, notAfter, key, signer: key },
  extensions: [BASIC_CA, USAGE_CA, ownKeyId(key)],
});

export interface SealParts extends Omit<CaParts, "region"> {
  readonly region: string;
  readonly ca: SealKey;
  readonly agency: string;
  readonly title: string;
  readonly serial: string;
}

export const sealParts = (parts: SealParts): CertificateParts => ({
  serial: parts.serial,
  issuer: caName(parts.region),
  subject: agencyName(parts.agency, parts.title),
  notBefore: parts.notBefore,
  notAfter: parts.notAfter,
  key: parts.key,
  signer: parts.ca,
  extensions: [BASIC_LEAF, USAGE_SEAL, ownKeyId(parts.key), issuersKeyId(parts.ca)],
});

export interface ListParts {
  readonly region: string;
  readonly ca: SealKey;
  readonly number?: string;
  readonly thisUpdate: number;
  readonly nextUpdate: number;
  readonly revoked?: readonly { readonly serial: string; readonly at: number; readonly reason?: number }[];
  readonly extensions?: readonly Uint8Array[];
  readonly spelling?: "low" | "high";
}

export function revocationList(parts: ListParts): Uint8Array {
  const { region, ca, number = "01", thisUpdate, nextUpdate, revoked = [] } = parts;
  const entries = revoked.map(({ serial, at, reason }) =>
    seq(
      int(serial),
      utcTime(at),
      ...(reason === undefined ? [] : [seq(extension("2.5.29.21", false, tlv(0x0a, Uint8Array.of(reason))))]),
    ),
  );
  const extensions = parts.extensions ?? [issuersKeyId(ca), extension("2.5.29.20", false, int(number))];
  const toBeSigned = seq(
    int("01"),
    ECDSA_SHA_256,
    name(caName(region)),
    utcTime(thisUpdate),
    utcTime(nextUpdate),
    ...(entries.length > 0 ? [seq(...entries)] : []),
    explicit(0, seq(...extensions)),
  );
  return seq(toBeSigned, ECDSA_SHA_256, bits(signed(ca, toBeSigned, parts.spelling)));
}

const attribute = (type: string, value: Uint8Array) => seq(oid(type), set(value));

/** ESSCertIDv2 of a certificate. */
export function certificateId(encoded: Uint8Array, issuer: Uint8Array, serial: string): Uint8Array {
  return seq(octets(sha256(encoded)), seq(seq(explicit(4, issuer)), int(serial)));
}

export interface CmsParts {
  readonly digest: Uint8Array;
  readonly key: SealKey;
  readonly certificates: readonly Uint8Array[];
  readonly issuer: NameParts;
  readonly serial: string;
  /** The certificate that the signed attributes name. */
  readonly named: Uint8Array;
  readonly version?: string;
  readonly signedAttributes?: (usual: readonly Uint8Array[]) => readonly Uint8Array[];
  readonly unsignedAttributes?: (signature: Uint8Array) => readonly Uint8Array[];
  readonly spelling?: "low" | "high";
  readonly digestAlgorithm?: Uint8Array;
  readonly signatureAlgorithm?: Uint8Array;
  /** For a timestamp: the TSTInfo. */
  readonly content?: Uint8Array;
  readonly crls?: Uint8Array;
}

/** A ContentInfo with SignedData: of a seal, or with `content` of a timestamp. */
export function cms(parts: CmsParts): Uint8Array {
  const { key, certificates, content, digestAlgorithm = SHA_256, signatureAlgorithm = ECDSA_SHA_256 } = parts;
  const type = content ? "1.2.840.113549.1.9.16.1.4" : "1.2.840.113549.1.7.1";
  const issuer = name(parts.issuer);
  const usual = [
    attribute("1.2.840.113549.1.9.3", oid(type)),
    attribute("1.2.840.113549.1.9.4", octets(content ? sha256(content) : parts.digest)),
    attribute("1.2.840.113549.1.9.16.2.47", seq(seq(certificateId(parts.named, issuer, parts.serial)))),
  ];
  const attributes = set(...(parts.signedAttributes?.(usual) ?? usual));
  const signature = signed(key, attributes, parts.spelling);
  const unsigned = parts.unsignedAttributes?.(signature) ?? [];
  const signer = seq(
    int("01"),
    seq(issuer, int(parts.serial)),
    digestAlgorithm,
    concatBytes(Uint8Array.of(0xa0), attributes.subarray(1)),
    signatureAlgorithm,
    octets(signature),
    ...(unsigned.length > 0 ? [explicit(1, ...inOrder(unsigned))] : []),
  );
  const data = seq(
    int(parts.version ?? (content ? "03" : "01")),
    set(digestAlgorithm),
    seq(oid(type), ...(content ? [explicit(0, octets(content))] : [])),
    explicit(0, ...inOrder(certificates)),
    ...(parts.crls ? [explicit(1, parts.crls)] : []),
    set(signer),
  );
  return seq(oid("1.2.840.113549.1.7.2"), explicit(0, data));
}

export interface TokenParts {
  readonly imprint: Uint8Array;
  readonly time: number;
  readonly tsa: SealKey;
  readonly certificate: Uint8Array;
  readonly issuer: NameParts;
  readonly serial: string;
  readonly info?: Uint8Array;
}

/** An RFC 3161 token over the SHA-256 `imprint`. */
export function timestampToken({ imprint, time, tsa, certificate: own, issuer, serial, info }: TokenParts): Uint8Array {
  const content =
    info ?? seq(int("01"), oid("1.3.6.1.4.1.99999.1"), seq(SHA_256, octets(imprint)), int("2a"), generalizedTime(time));
  return cms({ digest: imprint, key: tsa, certificates: [own], issuer, serial, named: own, content });
}

export const timestampAttribute = (token: Uint8Array) => attribute("1.2.840.113549.1.9.16.2.14", token);
