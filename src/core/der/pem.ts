// SPDX-License-Identifier: Apache-2.0
import { fromBase64, toBase64 } from "../base64.js";
import { fromUtf8 } from "../bytes.js";
import { TallyError } from "../errors.js";

const PEM = /^\s*-----BEGIN ([A-Z0-9 ]{1,40})-----\s+([A-Za-z0-9+/=\s]+?)\s*-----END \1-----\s*$/;
const DASH = 0x2d;

/**
 * The DER of a file that a person configured: as it is, or out of the one PEM block (RFC 7468) with this label. Throws `config.invalid` with `field` for
 * PEM of another kind; whether the DER is what it should be is for its reader.
 */
export function derOrPem(bytes: Uint8Array, label: string, field: string): Uint8Array {
  if (bytes[0] !== DASH) return bytes;
  const [, found, content] = PEM.exec(fromUtf8(bytes) ?? "") ?? [];
  try {
    if (found === label && content !== undefined) return fromBase64(content.replace(/\s/g, ""));
  } catch {
    // Said below.
  }
  throw new TallyError("config.invalid", `${field} is not one PEM block "${label}"; give that, or DER`, { field });
}

/** One PEM block (RFC 7468 section 3), lines of 64 characters, with a line end after the last. */
export function toPem(der: Uint8Array, label: string): string {
  const lines = toBase64(der).match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ""].join("\n");
}
