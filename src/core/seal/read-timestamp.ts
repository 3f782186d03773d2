// SPDX-License-Identifier: Apache-2.0
import { equalBytes } from "../bytes.js";
import { contextConstructed, DER, type DerReader, type DerValue } from "../der/read-der.js";
import { OID } from "./object-identifiers.js";
import { expectSha256 } from "./read-algorithms.js";
import { readTsaCertificate } from "./read-seal-certificate.js";
import { readSignedData, type SignedData } from "./read-signed-data.js";
import type { X509Certificate } from "./read-x509.js";

/** An RFC 3161 timestamp: what its authority says was there at a time. Who is believed is for the verifier's configuration to say. */
export interface Timestamp {
  /** Of the authority. */
  readonly certificate: X509Certificate;
  /** The authority's policy, dotted. */
  readonly policy: string;
  /** SHA-256 of what was stamped. */
  readonly imprint: Uint8Array;
  /** Seconds, rounded down. */
  readonly time: number;
  /** SHA-256 of the TSTInfo must be the signed `messageDigest`. */
  readonly info: Uint8Array;
  readonly signed: SignedData;
}

const MAX_CERTIFICATES = 4;

/**
 * A TimeStampToken (RFC 3161 section 2.4.2) of the profile of docs/formats/seal.md: with the authority's certificate, and no certificate that the
 * signed attributes do not name, so that every byte is under the signature. Throws as `readSignedData` does.
 */
export function readTimestamp(token: DerReader): Timestamp {
  const signed = readSignedData(token, "token", {
    version: 3,
    contentType: OID.timeStampInfo,
    detached: false,
    maxCertificates: MAX_CERTIFICATES,
    parameters: "absent-or-null",
  });
  const { reader, certificates, certificateIds, content } = signed;
  if (certificates.length !== certificateIds.length)
    reader.refuse(`${certificates.length} certificates, ${certificateIds.length} of them named`, "certificates");
  if (signed.unsignedAttributes.size > 0) reader.refuse("an unsigned attribute");
  const found = certificates.find((each) => isNamed(each, signed));
  if (content === null || found === undefined)
    return reader.refuse("the signer's certificate is missing", "certificates");
  return { certificate: readTsaCertificate(found), ...readInfo(reader, content), info: content, signed };
}

/** By issuer and serial number; any that cannot be read is not it. */
function isNamed(encoded: Uint8Array, { issuer, serial }: SignedData): boolean {
  try {
    const certificate = readTsaCertificate(encoded);
    return certificate.serial === serial && equalBytes(certificate.issuer.encoded, issuer.encoded);
  } catch {
    return false;
  }
}

function readInfo(reader: DerReader, content: Uint8Array): Pick<Timestamp, "policy" | "imprint" | "time"> {
  const outer = reader.into({ encoded: content, content }, "info");
  const info = outer.sequence("tstInfo");
  outer.expectEnd();
  if (info.small("version") !== 1) info.refuse("not version 1", "version");
  const policy = info.objectIdentifier("policy");
  const message = info.sequence("messageImprint");
  expectSha256(message, "algorithm", "absent-or-null");
  const imprint = message.octets("digest");
  if (imprint.length !== 32) message.refuse("no SHA-256", "digest");
  message.expectEnd();
  info.unsigned("serialNumber", 20);
  const time = readGenTime(info);
  if (info.isNext(DER.sequence)) info.value(DER.sequence, "accuracy");
  if (info.isNext(DER.boolean) && !info.boolean("ordering")) info.refuse("ordering is false, which is left out");
  if (info.isNext(DER.integer)) info.unsigned("nonce", 64);
  if (info.isNext(contextConstructed(0))) info.value(contextConstructed(0), "tsa");
  info.expectEnd();
  return { policy, imprint, time };
}

/** RFC 3161 section 2.4.2 allows fractions of a second; whole seconds are as exact as any time here. */
function readGenTime(info: DerReader): number {
  const value: DerValue = info.peek(DER.generalizedTime, "genTime");
  const point = value.content.indexOf(0x2e);
  if (point < 0) return info.generalizedTime("genTime");
  info.value(DER.generalizedTime, "genTime");
  const text = String.fromCharCode(...value.content.subarray(0, 32));
  const match = /^(\d{14})\.\d{0,8}[1-9]Z$/.exec(text);
  return match ? info.instant(`${match[1]}Z`, "genTime") : info.refuse("no time in UTC", "genTime");
}
