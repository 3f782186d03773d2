// SPDX-License-Identifier: Apache-2.0
import { TallyError } from "../errors.js";
import { fromHex, toHex } from "../hex.js";
import {
  type CertificateIdentifier,
  certificateIdentifierOf,
  parseCertificateIdentifier,
} from "./certificate-identifier.js";

const TYPE_LENGTH = 21;
const AGENCY_LENGTH = 18;
const VERSION_LENGTH = 3;
const MAX_PACKED_BYTES = 72;

/**
 * The identifier as a big-endian integer of minimal length: base 36 of `1`, type code, agency code, serial and version. Root,
 * dots and check character are left out since they follow. Null for an identifier that is not strict: it goes as text.
 */
export function packIdentifier(identifier: string): Uint8Array | null {
  const parts = tryStrict(identifier);
  if (parts === null) return null;
  const digits = `1${parts.typeCode}${parts.agencyCode}${parts.serial}${String(parts.version).padStart(VERSION_LENGTH, "0")}`;
  const hex = fromBase36(digits).toString(16);
  return fromHex(hex.length % 2 === 0 ? hex : `0${hex}`);
}

/** The identifier of packed bytes. Throws `identifier.malformed` when they are not what packing a strict identifier gives. */
export function unpackIdentifier(packed: Uint8Array): CertificateIdentifier {
  if (packed.length === 0 || packed.length > MAX_PACKED_BYTES || packed[0] === 0) throw malformed();
  const digits = BigInt(`0x${toHex(packed)}`)
    .toString(36)
    .toUpperCase();
  const serialLength = digits.length - 1 - TYPE_LENGTH - AGENCY_LENGTH - VERSION_LENGTH;
  if (digits[0] !== "1" || serialLength < 1) throw malformed();
  const version = digits.slice(-VERSION_LENGTH);
  if (!/^[0-9]{3}$/.test(version)) throw malformed();
  return certificateIdentifierOf({
    typeCode: digits.slice(1, 1 + TYPE_LENGTH),
    agencyCode: digits.slice(1 + TYPE_LENGTH, 1 + TYPE_LENGTH + AGENCY_LENGTH),
    serial: digits.slice(1 + TYPE_LENGTH + AGENCY_LENGTH, -VERSION_LENGTH),
    version: Number(version),
  });
}

function tryStrict(identifier: string): ReturnType<typeof parseCertificateIdentifier> | null {
  try {
    return parseCertificateIdentifier(identifier);
  } catch {
    return null;
  }
}

/** Ten digits at a time: 36^10 is below 2^53. */
function fromBase36(digits: string): bigint {
  let value = 0n;
  for (let at = 0; at < digits.length; at += 10) {
    const chunk = digits.slice(at, at + 10);
    value = value * BigInt(36 ** chunk.length) + BigInt(Number.parseInt(chunk, 36));
  }
  return value;
}

function malformed(): TallyError {
  return new TallyError("identifier.malformed", "the packed identifier is not one that packing gives", {
    field: "identifier",
  });
}
