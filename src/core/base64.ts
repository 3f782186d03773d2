// SPDX-License-Identifier: Apache-2.0
import { TallyError } from "./errors.js";

const URL_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** base64url without padding (RFC 4648 section 5). */
export function toBase64Url(bytes: Uint8Array): string {
  return encode(bytes, URL_ALPHABET);
}

/** base64 with padding (RFC 4648 section 4). */
export function toBase64(bytes: Uint8Array): string {
  const text = encode(bytes, ALPHABET);
  return text + "=".repeat((4 - (text.length % 4)) % 4);
}

/** Strict: no padding, no other character, unused bits zero, so one text per byte string. Else `format.malformed`. */
export function fromBase64Url(text: string, field = "base64url"): Uint8Array {
  const bytes = decode(text, URL_VALUES);
  if (bytes === null) throw new TallyError("format.malformed", `${field} must be base64url without padding`, { field });
  return bytes;
}

/** Strict: padding required, no other character, unused bits zero. Else `format.malformed`. */
export function fromBase64(text: string, field = "base64"): Uint8Array {
  const unpadded = text.replace(/={1,2}$/, "");
  const bytes = text.length % 4 === 0 ? decode(unpadded, VALUES) : null;
  if (bytes === null) throw new TallyError("format.malformed", `${field} must be base64 with padding`, { field });
  return bytes;
}

function encode(bytes: Uint8Array, alphabet: string): string {
  let text = "";
  let bits = 0;
  let held = 0;
  for (let i = 0; i < bytes.length; i++) {
    held = ((held << 8) | bytes[i]!) & 0xffff;
    bits += 8;
    while (bits >= 6) {
      bits -= 6;
      text += alphabet[(held >> bits) & 63];
    }
  }
  if (bits > 0) text += alphabet[(held << (6 - bits)) & 63];
  return text;
}

function decode(text: string, values: Int8Array): Uint8Array | null {
  if (text.length % 4 === 1) return null;
  const bytes = new Uint8Array(Math.floor((text.length * 6) / 8));
  let bits = 0;
  let held = 0;
  let at = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    const value = code < 128 ? values[code]! : -1;
    if (value < 0) return null;
    held = ((held << 6) | value) & 0xffff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes[at++] = (held >> bits) & 255;
    }
  }
  return (held & ((1 << bits) - 1)) === 0 ? bytes : null;
}

const URL_VALUES = valuesOf(URL_ALPHABET);
const VALUES = valuesOf(ALPHABET);

function valuesOf(alphabet: string): Int8Array {
  const values = new Int8Array(128).fill(-1);
  for (let i = 0; i < alphabet.length; i++) values[alphabet.charCodeAt(i)] = i;
  return values;
}
