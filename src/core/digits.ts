// SPDX-License-Identifier: Apache-2.0
import { TallyError } from "./errors.js";
import { fromHex, toHex } from "./hex.js";

/** Longest number that is read: room for any token, and a bound for the conversion. */
export const MAX_DIGITS = 4_000;

/** The big-endian integer of 0x01 and the token, in decimal: QR number mode needs 3⅓ bits a digit. */
export function toDigits(token: Uint8Array): string {
  return BigInt(`0x01${toHex(token)}`).toString();
}

/** Throws `format.malformed` for anything that `toDigits` does not write, leading zeros included. */
export function fromDigits(digits: string): Uint8Array {
  if (digits.length > MAX_DIGITS) throw malformed(`has ${digits.length} digits, more than ${MAX_DIGITS}`);
  if (!/^[1-9][0-9]*$/.test(digits)) throw malformed("is not a number without leading zeros");
  const hex = BigInt(digits).toString(16);
  // The leading byte 0x01 is written by toString as a single 1, so the length is odd.
  if (hex.length % 2 === 0 || hex[0] !== "1") throw malformed("does not start with the byte 0x01");
  return fromHex(hex.slice(1));
}

/** Every token, of whatever version, is a tagged COSE_Sign1 of four parts (RFC 9052). */
const TOKEN_START = Uint8Array.of(0xd2, 0x84);

/** Whether the text of a code holds what begins as a token does; else it is a number of another system, or part of one. */
export function isTokenText(text: string): boolean {
  try {
    const bytes = tokenFromQrText(text);
    return TOKEN_START.every((byte, i) => bytes[i] === byte);
  } catch {
    return false;
  }
}

/** What the QR code says. The host is a convenience for the public: readers take the digits and ignore it. */
export function qrText(host: string, token: Uint8Array): string {
  if (!/^[A-Za-z0-9.-]{1,253}(?::[0-9]{1,5})?$/.test(host))
    throw new TallyError(
      "request.invalid",
      `verify host ${JSON.stringify(host.slice(0, 60))} must be a host name with an optional port`,
      { field: "host" },
    );
  return `https://${host}/v#${toDigits(token)}`;
}

/** The token bytes of a scanned text: digits, or a URL with the digits after `#`. Throws `format.malformed`. */
export function tokenFromQrText(text: string): Uint8Array {
  const trimmed = text.length > MAX_DIGITS + 2048 ? text : text.trim();
  const hash = trimmed.indexOf("#");
  if (hash < 0) return fromDigits(trimmed);
  if (!/^https?:\/\/[!-~]+$/i.test(trimmed.slice(0, Math.min(hash, 2048))))
    throw malformed("is not a web address with a number after #");
  return fromDigits(trimmed.slice(hash + 1));
}

function malformed(what: string): TallyError {
  return new TallyError("format.malformed", `the code's text ${what}`, { field: "token" });
}
