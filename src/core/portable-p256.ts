// SPDX-License-Identifier: Apache-2.0
import { weierstrass } from "@noble/curves/abstract/weierstrass.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { toHex } from "./hex.js";
import { isLowSignature, P256_KEY_BYTES } from "./p256.js";

/** SEC 2 section 2.4.2. noble's own module of the NIST curves brings three further protocols to every page. */
const P256 = {
  p: 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn,
  n: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
  h: 1n,
  a: 0xffffffff00000001000000000000000000000000fffffffffffffffffffffffcn,
  b: 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn,
  Gx: 0x6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296n,
  Gy: 0x4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5n,
};

const Point = weierstrass(P256);

/**
 * `Crypto.verifyP256` for Node and browsers alike: apart from the rest, since most documents have no seal. The equation of FIPS 186-5 section
 * 6.4.2 over noble's points: of its signatures a page would carry the making, too.
 */
export function verifyP256(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  if (publicKey.length !== P256_KEY_BYTES || publicKey[0] !== 4 || !isLowSignature(signature)) return false;
  const key = tryPointOf(publicKey);
  if (key === null) return false;
  const { Fn, BASE } = Point;
  const [r, s] = [bigEndian(signature.subarray(0, 32)), bigEndian(signature.subarray(32))];
  const inverse = Fn.inv(s);
  const sum = BASE.mulAddUnsafe(Fn.create(bigEndian(sha256(message)) * inverse), key, Fn.create(r * inverse));
  return !sum.is0() && Fn.create(sum.toAffine().x) === r;
}

/** Null for what is not on the curve. */
function tryPointOf(publicKey: Uint8Array): InstanceType<typeof Point> | null {
  try {
    return Point.fromBytes(publicKey);
  } catch {
    return null;
  }
}

function bigEndian(bytes: Uint8Array): bigint {
  return BigInt(`0x${toHex(bytes)}`);
}

/** The 65 bytes of the point whose compressed form is `compressed`; null for what is none on the curve. */
export function uncompressedPoint(compressed: Uint8Array): Uint8Array | null {
  if (compressed.length !== 33) return null;
  return tryPointOf(compressed)?.toBytes(false) ?? null;
}
