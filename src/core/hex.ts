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
    const high = NIBBLES[text.charCodeAt(2 * i)];
    const low = NIBBLES[text.charCodeAt(2 * i + 1)];
    if (high === undefined || low === undefined) throw malformed(field);
    bytes[i] = high * 16 + low;
  }
  return bytes;
}

/** Lower-case hex of exactly `bytes` bytes. */
export function isHex(text: unknown, bytes: number): text is string {
  return typeof text === "string" && text.length === 2 * bytes && /^[0-9a-f]*$/.test(text);
}

/** Value of each lower-case hex digit by its code; the others have none. */
const NIBBLES: readonly (number | undefined)[] = Array.from({ length: 128 }, (_, code) => {
  const value = "0123456789abcdef".indexOf(String.fromCharCode(code));
  return value < 0 ? undefined : value;
});

function malformed(field: string): TallyError {
  return new TallyError("format.malformed", `${field} must be lower-case hex without 0x, an even number of digits`, {
    field,
  });
}
