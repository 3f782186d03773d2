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
  for (let i = start; i < digits.length; i++) digits[i] = ALPHABET.charCodeAt(digits[i]!);
  return "1".repeat(zeros) + String.fromCharCode.apply(null, digits.subarray(start) as unknown as number[]);
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
  let zeros = 0;
  while (zeros < text.length && text.charCodeAt(zeros) === 0x31) zeros++;
  const limbs: number[] = [];
  for (let at = zeros; at < text.length; ) {
    // 24-bit limbs: one of them times 58^4 stays below 2^53.
    const end = Math.min(at + 4, text.length);
    let carry = 0;
    let factor = 1;
    for (; at < end; at++) {
      const code = text.charCodeAt(at);
      const value = code < 128 ? VALUES[code]! : -1;
      if (value < 0) return null;
      carry = carry * 58 + value;
      factor *= 58;
    }
    for (let i = 0; i < limbs.length; i++) {
      carry += limbs[i]! * factor;
      const next = Math.floor(carry / 0x100_0000);
      limbs[i] = carry - next * 0x100_0000;
      carry = next;
    }
    if (carry > 0) limbs.push(carry);
  }
  return bytesOf(limbs, zeros);
}

/** Big-endian, without leading zeros but for those asked for. */
function bytesOf(limbs: readonly number[], zeros: number): Uint8Array {
  const top = limbs.at(-1) ?? 0;
  const topBytes = top === 0 ? 0 : top < 0x100 ? 1 : top < 0x1_0000 ? 2 : 3;
  const bytes = new Uint8Array(zeros + Math.max(0, 3 * (limbs.length - 1)) + topBytes);
  for (let i = 0, at = bytes.length; i < limbs.length; i++)
    for (let value = limbs[i]!, n = 0; n < 3 && at > zeros; n++, value >>= 8) bytes[--at] = value & 255;
  return bytes;
}
