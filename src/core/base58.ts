// SPDX-License-Identifier: Apache-2.0

const ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
const VALUES = new Int8Array(128).fill(-1);
for (let i = 0; i < ALPHABET.length; i++) VALUES[ALPHABET.charCodeAt(i)] = i;

/** Five digits at a time: 58^5 × 2^16 stays below 2^53. */
const CHUNK = 58 ** 5;
const CHUNK_DIGITS = 5;

/** base58-btc, as in Multibase `z` without the letter. Quadratic: for keys and signatures only. */
export function toBase58(bytes: Uint8Array): string {
  let zeros = 0;
  while (zeros < bytes.length && bytes[zeros] === 0) zeros++;
  const limbs = limbsOf(bytes);
  // A limb needs less than three digits, and the last chunk may be short; filled from the end.
  const digits = new Uint8Array(limbs.length * 3 + CHUNK_DIGITS);
  let start = digits.length;
  for (let first = 0; first < limbs.length; ) {
    if (limbs[first] === 0) {
      first++;
      continue;
    }
    let remainder = 0;
    for (let i = first; i < limbs.length; i++) {
      const value = remainder * 0x10000 + limbs[i]!;
      // The quotient is below 2^16, and all is exact below 2^53.
      const quotient = (value / CHUNK) | 0;
      limbs[i] = quotient;
      remainder = value - quotient * CHUNK;
    }
    for (let i = 0; i < CHUNK_DIGITS; i++) {
      const quotient = (remainder / 58) | 0;
      digits[--start] = remainder - quotient * 58;
      remainder = quotient;
    }
  }
  // The last chunk may have begun with zero digits.
  while (start < digits.length && digits[start] === 0) start++;
  let text = "1".repeat(zeros);
  for (let i = start; i < digits.length; i++) text += ALPHABET[digits[i]!];
  return text;
}

/** 16 bits each, the most significant first. */
function limbsOf(bytes: Uint8Array): Uint16Array {
  const limbs = new Uint16Array((bytes.length + 1) >> 1);
  for (let i = limbs.length - 1, at = bytes.length - 1; i >= 0; i--, at -= 2)
    limbs[i] = bytes[at]! | ((at > 0 ? bytes[at - 1]! : 0) << 8);
  return limbs;
}

/** The bytes of base58-btc text, or null for another character or a text longer than 200 characters. */
export function fromBase58(text: string): Uint8Array | null {
  if (text.length > 200) return null;
  const bytes: number[] = [];
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    let carry = code < 128 ? VALUES[code]! : -1;
    if (carry < 0) return null;
    for (let i = 0; i < bytes.length; i++) {
      carry += bytes[i]! * 58;
      bytes[i] = carry & 255;
      carry >>= 8;
    }
    for (; carry > 0; carry >>= 8) bytes.push(carry & 255);
  }
  for (let at = 0; text[at] === "1"; at++) bytes.push(0);
  return Uint8Array.from(bytes.reverse());
}
