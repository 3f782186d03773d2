// SPDX-License-Identifier: Apache-2.0

/** SEC 1 section 2.3.3 without compression: 4, x, y. */
export const P256_KEY_BYTES = 65;
/** r and s. */
export const P256_SIGNATURE_BYTES = 64;

/** The order n of the group of P-256 (SEC 2 section 2.4.2), and half of it, big-endian. */
const ORDER = bytesOf("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");
const HALF_ORDER = bytesOf("7fffffff800000007fffffffffffffffde737d56d38bcf4279dce5617e3192a8");

/** Whether r and s are each in [1, n) and s is at most n/2: there is one such signature for each (r, s) and (r, n - s). */
export function isLowSignature(signature: Uint8Array): boolean {
  if (signature.length !== P256_SIGNATURE_BYTES) return false;
  const [r, s] = [signature.subarray(0, 32), signature.subarray(32)];
  return !isZero(r) && compare(r, ORDER) < 0 && !isZero(s) && compare(s, HALF_ORDER) <= 0;
}

/** The spelling that verifies of the two that a signature has, (r, s) and (r, n - s). What is no signature stays what it is. */
export function lowSignature(signature: Uint8Array): Uint8Array {
  const s = signature.subarray(32);
  if (signature.length !== P256_SIGNATURE_BYTES || compare(s, HALF_ORDER) <= 0 || compare(s, ORDER) >= 0)
    return signature;
  const low = Uint8Array.from(signature);
  for (let i = 31, borrow = 0; i >= 0; i--) {
    const difference = ORDER[i]! - s[i]! - borrow;
    borrow = difference < 0 ? 1 : 0;
    low[32 + i] = difference & 0xff;
  }
  return low;
}

/** The 33 bytes of SEC 1's compressed form of an uncompressed point. */
export function compressedPoint(publicKey: Uint8Array): Uint8Array {
  // A Buffer would share its memory with a slice.
  const compressed = Uint8Array.from(publicKey.subarray(0, 33));
  compressed[0] = 2 + (publicKey[64]! & 1);
  return compressed;
}

function isZero(number: Uint8Array): boolean {
  return number.every((byte) => byte === 0);
}

function compare(one: Uint8Array, other: Uint8Array): number {
  for (let i = 0; i < other.length; i++) if (one[i] !== other[i]) return one[i]! - other[i]!;
  return 0;
}

function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from({ length: 32 }, (_, i) => Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16));
}
