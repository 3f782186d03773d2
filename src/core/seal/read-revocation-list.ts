// SPDX-License-Identifier: Apache-2.0
import { contextConstructed, DER, DerReader } from "../der/read-der.js";
import { toHex } from "../hex.js";
import { OID } from "./object-identifiers.js";
import { expectEcdsaSha256 } from "./read-algorithms.js";
import {
  type Extension,
  type Name,
  readAuthorityKeyId,
  readExtension,
  readExtensions,
  readName,
  readSerial,
  readSigned,
  refuseOtherCritical,
} from "./read-x509.js";

/** Which seal certificates of a CA are revoked, complete as of `thisUpdate`. */
export interface RevocationList {
  readonly encoded: Uint8Array;
  readonly toBeSigned: Uint8Array;
  /** r and s. */
  readonly signature: Uint8Array;
  readonly issuer: Name;
  /** Of the CA's key, lower-case hex. */
  readonly issuerKeyId: string;
  /** Grows with every list of the CA; hex, without leading zero bytes. */
  readonly number: string;
  /** Seconds. */
  readonly thisUpdate: number;
  readonly nextUpdate: number;
  /** By serial number, as certificates have it. */
  readonly revoked: ReadonlyMap<string, Revocation>;
}

export interface Revocation {
  /** Seconds. */
  readonly at: number;
  /** CRLReason of RFC 5280 section 5.3.1; 0 when none is given. */
  readonly reason: number;
}

/** An entry has some 50 bytes: a list of 20,000 revoked seals. */
export const MAX_REVOCATION_LIST_BYTES = 1024 * 1024;

const REASONS = [0, 1, 2, 3, 4, 5, 6, 9, 10];

/**
 * A revocation list of docs/formats/seal.md: version 2, whole, with a number and the CA's key identifier. Throws `format.malformed` and
 * `format.algorithm-unsupported`; who signed it is for the caller to verify.
 */
export function readRevocationList(bytes: Uint8Array): RevocationList {
  const reader = DerReader.over(bytes, "revocationList", MAX_REVOCATION_LIST_BYTES);
  const { inside, ...signed } = readSigned(reader, "crl");
  reader.expectEnd();
  if (inside.small("version") !== 1) inside.refuse("not version 2");
  expectEcdsaSha256(inside, "signature");
  const issuer = readName(inside, "issuer");
  const [thisUpdate, nextUpdate] = [inside.time("thisUpdate"), inside.time("nextUpdate")];
  if (nextUpdate <= thisUpdate) inside.refuse("the next update is not after this one", "nextUpdate");
  const revoked = inside.isNext(DER.sequence) ? readRevoked(inside) : new Map<string, Revocation>();
  const read = { extensions: readExtensions(inside.inside(contextConstructed(0), "extensions")), reader: inside };
  inside.expectEnd();
  // A list of a part or of changes says so in an extension that is critical.
  refuseOtherCritical(read, []);
  const number = readExtension(read, OID.crlNumber, false, (value) => toHex(value.unsigned("number", 20)));
  const issuerKeyId = readAuthorityKeyId(read);
  return { ...signed, issuer, issuerKeyId, number, thisUpdate, nextUpdate, revoked };
}

/** Of two lists of one CA, by their numbers (RFC 5280 section 5.2.3): a CA whose clock was set back still counts on. */
export function isNewerList(
  one: Pick<RevocationList, "thisUpdate" | "number">,
  other: Pick<RevocationList, "thisUpdate" | "number">,
): boolean {
  if (one.number === other.number) return one.thisUpdate > other.thisUpdate;
  // Hexadecimal without leading zeros: the longer number is the larger.
  return one.number.length === other.number.length
    ? one.number > other.number
    : one.number.length > other.number.length;
}

function readRevoked(inside: DerReader): ReadonlyMap<string, Revocation> {
  const list = inside.sequence("revoked");
  const revoked = new Map<string, Revocation>();
  // An empty list is left out (RFC 5280 section 5.1.2.6).
  if (list.isAtEnd) list.refuse("an empty list");
  while (!list.isAtEnd) {
    const entry = list.sequence(`${revoked.size}`);
    const serial = readSerial(entry, "serialNumber");
    const at = entry.time("at");
    const extensions: ReadonlyMap<string, Extension> = entry.isAtEnd ? new Map() : readExtensions(entry);
    entry.expectEnd();
    if (revoked.has(serial)) entry.refuse(`the serial number ${serial} twice`);
    refuseOtherCritical({ extensions, reader: entry }, []);
    const reason = extensions.has(OID.crlReason)
      ? readExtension({ extensions, reader: entry }, OID.crlReason, false, readReason)
      : 0;
    revoked.set(serial, { at, reason });
  }
  return revoked;
}

function readReason(value: DerReader): number {
  const { content } = value.value(DER.enumerated, "reason");
  const reason = content.length === 1 ? content[0]! : 255;
  return REASONS.includes(reason) ? reason : value.refuse(`no reason of a whole list: ${reason}`);
}
