// SPDX-License-Identifier: Apache-2.0
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  hash,
  type KeyObject,
  randomBytes,
  randomFillSync,
  sign,
  verify,
} from "node:crypto";
import { inflateSync } from "node:zlib";
import { BoundedCache } from "../../core/bounded-cache.js";
import type { Crypto } from "../../core/crypto.js";
import { loadPublicKey } from "../../core/ed25519-key.js";
import { inflateTooLarge, inflateZlib } from "../../core/inflate.js";
import { isLowSignature, P256_KEY_BYTES } from "../../core/p256.js";

/** The fast implementation for Node; same verdict on every input as `portableCrypto`. */
export const nodeCrypto: Crypto & Required<Pick<Crypto, "signLater" | "verifyP256">> = {
  sha256,
  sign: (secretKey, message) => bytesOf(sign(null, message, privateKeyOf(secretKey))),
  signLater: (secretKey, message) =>
    new Promise((resolve, reject) => {
      const done = (error: Error | null, signature: Buffer) => (error ? reject(error) : resolve(bytesOf(signature)));
      sign(null, message, privateKeyOf(secretKey), done);
    }),
  verify: (publicKey, message, signature) => {
    if (signature.length !== 64) return false;
    const key = publicKeyOf(publicKey);
    return !(key instanceof Error) && verify(null, message, key, signature);
  },
  verifyLater: (publicKey, message, signature) => {
    const key = signature.length === 64 ? publicKeyOf(publicKey) : null;
    if (key === null || key instanceof Error) return Promise.resolve(false);
    return new Promise((resolve, reject) => {
      verify(null, message, key, signature, (error, holds) => (error ? reject(error) : resolve(holds)));
    });
  },
  publicKey: (secretKey) => {
    const spki = createPublicKey(privateKeyOf(secretKey)).export({ format: "der", type: "spki" });
    return bytesOf(spki).slice(SPKI_PREFIX.length);
  },
  checkPublicKey: (publicKey) => {
    const key = publicKeyOf(publicKey);
    if (key instanceof Error) throw key;
  },
  verifyP256: (publicKey, message, signature) => {
    if (!isLowSignature(signature)) return false;
    const key = p256KeyOf(publicKey);
    return key !== null && verify("sha256", message, { key, dsaEncoding: "ieee-p1363" }, signature);
  },
  inflate,
  randomBytes: random,
};

/** A call into the generator costs more than the bytes, so they are fetched ahead, handed out once and wiped. */
const pool = Buffer.alloc(4096);
let poolAt = pool.length;

function random(length: number): Uint8Array {
  if (length > 256) return bytesOf(randomBytes(length));
  if (poolAt + length > pool.length) {
    randomFillSync(pool);
    poolAt = 0;
  }
  const bytes = new Uint8Array(pool.subarray(poolAt, poolAt + length));
  pool.fill(0, poolAt, poolAt + length);
  poolAt += length;
  return bytes;
}

/** Tree nodes are small and many: gathered here and hashed in one call they cost half of a Hash object with updates. */
const gathered = new Uint8Array(4096);

function sha256(...parts: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of parts) length += part.length;
  if (length > gathered.length) return sha256OfMany(parts);
  let at = 0;
  for (const part of parts) {
    gathered.set(part, at);
    at += part.length;
  }
  // A string of 32 characters is cheaper to hand over than a Buffer with its own memory.
  const digest = hash("sha256", gathered.subarray(0, length), "binary");
  const bytes = new Uint8Array(32);
  for (let i = 0; i < 32; i++) bytes[i] = digest.charCodeAt(i);
  return bytes;
}

function sha256OfMany(parts: readonly Uint8Array[]): Uint8Array {
  const whole = createHash("sha256");
  for (const part of parts) whole.update(part);
  return bytesOf(whole.digest());
}

// DER around a raw key, RFC 8410 sections 4 and 7.
const SPKI_PREFIX = Buffer.from("302a300506032b6570032100", "hex");
const PKCS8_PREFIX = Buffer.from("302e020100300506032b657004220420", "hex");

/** Making a KeyObject for every call would halve the speed; checking the point costs more than a verification. */
const publicKeys = new BoundedCache<string, KeyObject | Error>(4096);

function publicKeyOf(publicKey: Uint8Array): KeyObject | Error {
  const raw = Buffer.from(publicKey.buffer, publicKey.byteOffset, publicKey.byteLength);
  const name = raw.toString("latin1");
  return publicKeys.get(name) ?? publicKeys.set(name, loadKeyObject(raw));
}

function loadKeyObject(raw: Buffer): KeyObject | Error {
  try {
    loadPublicKey(raw);
    return createPublicKey({ key: Buffer.concat([SPKI_PREFIX, raw]), format: "der", type: "spki" });
  } catch (refused) {
    return refused as Error;
  }
}

// DER around an uncompressed point, RFC 5480 section 2.
const P256_SPKI_PREFIX = Buffer.from("3059301306072a8648ce3d020106082a8648ce3d030107034200", "hex");

/** Null for what is no point of the curve. A verifier meets few seals' keys. */
const p256Keys = new BoundedCache<string, KeyObject | null>(1024);

function p256KeyOf(publicKey: Uint8Array): KeyObject | null {
  // OpenSSL takes compressed and hybrid forms, too.
  if (publicKey.length !== P256_KEY_BYTES || publicKey[0] !== 4) return null;
  const raw = Buffer.from(publicKey.buffer, publicKey.byteOffset, publicKey.byteLength);
  const name = raw.toString("latin1");
  const known = p256Keys.get(name);
  return known === undefined ? p256Keys.set(name, loadP256Key(raw)) : known;
}

function loadP256Key(raw: Buffer): KeyObject | null {
  try {
    return createPublicKey({ key: Buffer.concat([P256_SPKI_PREFIX, raw]), format: "der", type: "spki" });
  } catch {
    return null;
  }
}

/** Keyed by the array itself, so that a secret is forgotten with it; the copy notices an array that was wiped or reused. */
const privateKeys = new WeakMap<Uint8Array, { readonly seed: Buffer; readonly key: KeyObject }>();

function privateKeyOf(seed: Uint8Array): KeyObject {
  const known = privateKeys.get(seed);
  if (known?.seed.equals(seed)) return known.key;
  if (seed.length !== 32) throw new RangeError(`an Ed25519 secret key has 32 bytes, not ${seed.length}`);
  const key = createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, seed]), format: "der", type: "pkcs8" });
  privateKeys.set(seed, { seed: Buffer.from(seed), key });
  return key;
}

/** zlib where it can; whatever it refuses is judged by the portable inflater, which also finds the right error. */
function inflate(data: Uint8Array, maxBytes: number): Uint8Array {
  try {
    // `info` is missing from the published types: it adds how many input bytes the stream used.
    const { buffer, engine } = inflateSync(data, { maxOutputLength: maxBytes, info: true }) as unknown as {
      buffer: Buffer;
      engine: { bytesWritten: number };
    };
    if (engine.bytesWritten === data.length) return bytesOf(buffer);
  } catch (error) {
    // All that came before was right: to inflate it once more would say the same, and take as much memory again.
    if ((error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE") throw inflateTooLarge(maxBytes);
    // Falls through to the exact verdict.
  }
  return inflateZlib(data, maxBytes);
}

/** A plain Uint8Array over the same memory: a Buffer behaves differently (slice shares, toJSON, toString). */
function bytesOf(buffer: Buffer): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
}
