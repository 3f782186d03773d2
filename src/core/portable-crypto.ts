// SPDX-License-Identifier: Apache-2.0
import { ecdsa, weierstrass } from "@noble/curves/abstract/weierstrass.js";
import * as ed25519 from "@noble/ed25519";
import { sha256, sha512 } from "@noble/hashes/sha2.js";
import { BoundedCache } from "./bounded-cache.js";
import { concatBytes, equalBytes } from "./bytes.js";
import type { Crypto } from "./crypto.js";
import { loadPublicKey } from "./ed25519-key.js";
import { toHex } from "./hex.js";
import { inflateZlib } from "./inflate.js";
import { isLowSignature, P256_KEY_BYTES } from "./p256.js";

ed25519.hashes.sha512 = sha512;

/** For Node and browsers alike; slow for signatures (hundreds a second), where `adapters/node-crypto` is fast. */
export const portableCrypto: Crypto = {
  sha256: (...parts) => {
    const hash = sha256.create();
    for (const part of parts) hash.update(part);
    return hash.digest();
  },
  sign: (secretKey, message) => ed25519.sign(message, secretKey),
  verify,
  publicKey: (secretKey) => ed25519.getPublicKey(secretKey),
  checkPublicKey: (publicKey) => {
    pointOf(publicKey);
  },
  verifyP256: (publicKey, message, signature) => {
    if (publicKey.length !== P256_KEY_BYTES || publicKey[0] !== 4 || !isLowSignature(signature)) return false;
    p256 ??= ecdsa(weierstrass(P256), sha256);
    // False for a key that is not on the curve, too.
    return p256.verify(signature, message, publicKey, { format: "compact", lowS: true, prehash: true });
  },
  inflate: inflateZlib,
  randomBytes: (length) => globalThis.crypto.getRandomValues(new Uint8Array(length)),
};

/** The order of the base point, RFC 8032 section 5.1. */
const GROUP_ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;

/**
 * RFC 8032 section 5.1.7 without the cofactor: R' = sB - hA must have just the bytes of R. noble's own `verify` multiplies by
 * the cofactor and so accepts an R with a torsion part, which node:crypto refuses.
 */
function verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  if (signature.length !== 64) return false;
  const key = tryPointOf(publicKey);
  if (key === null) return false;
  const r = signature.subarray(0, 32);
  const s = littleEndian(signature.subarray(32));
  if (s >= GROUP_ORDER) return false;
  const h = littleEndian(sha512(concatBytes(r, publicKey, message))) % GROUP_ORDER;
  const expected = ed25519.Point.BASE.multiply(s, false).subtract(key.multiply(h, false));
  return equalBytes(expected.toBytes(), r);
}

/** Loading a key costs as much as verifying, and a verifier meets few keys. */
const points = new BoundedCache<string, ed25519.Point>(1024);

function pointOf(publicKey: Uint8Array): ed25519.Point {
  const name = toHex(publicKey);
  return points.get(name) ?? points.set(name, loadPublicKey(publicKey));
}

function tryPointOf(publicKey: Uint8Array): ed25519.Point | null {
  try {
    return pointOf(publicKey);
  } catch {
    return null;
  }
}

function littleEndian(bytes: Uint8Array): bigint {
  return BigInt(`0x${toHex(bytes.slice().reverse())}`);
}

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

/** Made with the first seal: most documents have none. */
let p256: ReturnType<typeof ecdsa> | undefined;
