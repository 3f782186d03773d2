// SPDX-License-Identifier: Apache-2.0
import { hexlify, toUtf8Bytes, toUtf8String, zeroPadBytes } from "ethers";
import { TallyError } from "../../core/errors.js";
import { isHex } from "../../core/hex.js";

/** Region code as the contract's `bytes6`. Throws `request.invalid` for text that is not one; so do the others. */
export function regionBytes(region: string): string {
  return codeBytes(region, /^\d{6}$/, "region", "six digits");
}

export function agencyBytes(agency: string): string {
  return codeBytes(agency, /^[0-9A-Z]{18}$/, "agency", "eighteen digits or capital letters");
}

export function typeBytes(typeCode: string): string {
  return codeBytes(typeCode, /^[0-9A-Z]{21}$/, "typeCode", "twenty-one digits or capital letters");
}

/** Lower-case hex of 32 bytes as `bytes32`. */
export function digestBytes(digest: string, field: string): string {
  if (isHex(digest, 32)) return `0x${digest}`;
  throw new TallyError("request.invalid", `${field} takes 64 lower-case hex digits`, { field });
}

/** A code of the contract as text; empty when it is all zero. */
export function codeText(bytes: string): string {
  return toUtf8String(bytes).replace(/\0+$/, "");
}

export function digestText(bytes: string): string {
  return bytes.slice(2).toLowerCase();
}

/** The topic of an indexed code. */
export function topicOf(bytes: string): string {
  return zeroPadBytes(bytes, 32);
}

function codeBytes(code: string, pattern: RegExp, field: string, words: string): string {
  if (pattern.test(code)) return hexlify(toUtf8Bytes(code));
  throw new TallyError("request.invalid", `${field} takes ${words}`, { field });
}
