// SPDX-License-Identifier: Apache-2.0
import { Point } from "@noble/ed25519";
import { sha512 } from "@noble/hashes/sha2.js";
import { nodeCrypto } from "../../src/adapters/node-crypto/index.js";
import { concatBytes, utf8 } from "../../src/core/bytes.js";
import { fromHex, toHex } from "../../src/core/hex.js";

export const IDENTITY = "0100000000000000000000000000000000000000000000000000000000000000";

/** The eight points of small order in their canonical encodings. */
export const SMALL_ORDER_KEYS = [
  IDENTITY,
  "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "0000000000000000000000000000000000000000000000000000000000000000",
  "0000000000000000000000000000000000000000000000000000000000000080",
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
];

export const GROUP_ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;

export function torsionPoint(): Point {
  return Point.fromHex(SMALL_ORDER_KEYS[6]!);
}

/** R' = rB + T with T of order 8, and s = r + h(R')a: right after multiplication by the cofactor, wrong before. */
export function torsionSignature() {
  const [a, r] = [123456789n, 987654321n];
  const key = Point.BASE.multiply(a).toBytes();
  const message = utf8("torsion");
  const bigR = Point.BASE.multiply(r).add(torsionPoint()).toBytes();
  const h = hashToScalar(bigR, key, message);
  return { key, message, signature: concatBytes(bigR, toLittleEndian((r + h * a) % GROUP_ORDER)) };
}

export function hashToScalar(bigR: Uint8Array, key: Uint8Array, message: Uint8Array): bigint {
  return littleEndian(sha512(concatBytes(bigR, key, message))) % GROUP_ORDER;
}

export function littleEndian(value: Uint8Array): bigint {
  return BigInt(`0x${toHex(value.slice().reverse())}`);
}

export function toLittleEndian(value: bigint): Uint8Array {
  return fromHex(value.toString(16).padStart(64, "0")).reverse();
}

/** Keys and signatures on which libraries differ. `key`: the key itself is refused; `signature`: a good key, a wrong signature. */
export function* signatureVectors(seed: Uint8Array): Generator<[string, object]> {
  const publicKey = nodeCrypto.publicKey(seed);
  const message = utf8("Tiger Tally 虎符");
  const signature = nodeCrypto.sign(seed, message);
  yield ["signature/valid/plain.json", vector(publicKey, message, signature)];

  const anyMessage = concatBytes(fromHex(IDENTITY), new Uint8Array(32));
  for (const [i, key] of SMALL_ORDER_KEYS.entries())
    yield [`signature/refused-key/small-order-${i}.json`, vector(fromHex(key), message, anyMessage)];
  const mixed = Point.fromBytes(publicKey).add(torsionPoint()).toBytes();
  yield ["signature/refused-key/torsion-part.json", vector(mixed, message, signature)];
  for (const [name, key] of Object.entries({
    "y-is-p": "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "y-is-p-plus-1": "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "sign-of-zero": "0100000000000000000000000000000000000000000000000000000000000080",
    "not-on-the-curve": "0200000000000000000000000000000000000000000000000000000000000000",
  }))
    yield [`signature/refused-key/${name}.json`, vector(fromHex(key), message, anyMessage)];

  const s = littleEndian(signature.subarray(32)) + GROUP_ORDER;
  const otherSpelling = concatBytes(signature.subarray(0, 32), toLittleEndian(s));
  yield ["signature/forged/s-plus-group-order.json", vector(publicKey, message, otherSpelling)];
  const torsion = torsionSignature();
  yield ["signature/forged/only-with-cofactor.json", vector(torsion.key, torsion.message, torsion.signature)];
}

function vector(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): object {
  return { publicKey: toHex(publicKey), message: toHex(message), signature: toHex(signature) };
}
