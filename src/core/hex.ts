// SPDX-License-Identifier: Apache-2.0
import { TallyError } from "./errors.js";

const PAIRS = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/** Lower-case hex without a prefix. */
export function toHex(bytes: Uint8Array): string {
  let text = "";
  for (let i = 0; i < bytes.length; i++) text += PAIRS[bytes[i]!];
  return text;
}

/** The bytes of lower-case hex without a prefix. Anything else throws `format.malformed` with `field`. */
export function fromHex(text: string, field = "hex"): Uint8Array {
  if (text.length % 2 !== 0) throw malformed(field);
  const bytes = new Uint8Array(text.length / 2);
  for (let i = 0; i < bytes.length; i++) {
    const high = nibble(text.charCodeAt(2 * i));
    const low = nibble(text.charCodeAt(2 * i + 1));
    if (high < 0 || low < 0) throw malformed(field);
    bytes[i] = high * 16 + low;
  }
  return bytes;
}

/** Lower-case hex of exactly `bytes` bytes. */
export function isHex(text: unknown, bytes: number): text is string {
  return typeof text === "string" && text.length === 2 * bytes && /^[0-9a-f]*$/.test(text);
}

function nibble(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  if (code >= 0x61 && code <= 0x66) return code - 0x57;
  return -1;
}

function malformed(field: string): TallyError {
  return new TallyError("format.malformed", `${field} must be lower-case hex without 0x, an even number of digits`, {
    field,
  });
}
