// SPDX-License-Identifier: Apache-2.0
import * as ed25519 from "@noble/ed25519";
import { sha256, sha512 } from "@noble/hashes/sha2.js";
import { BoundedCache } from "./bounded-cache.js";
import { concatBytes, equalBytes } from "./bytes.js";
import type { Crypto } from "./crypto.js";
import { loadPublicKey } from "./ed25519-key.js";
import { toHex } from "./hex.js";
import { inflateZlib } from "./inflate.js";

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
