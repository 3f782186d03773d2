// SPDX-License-Identifier: Apache-2.0
import { fromBase58, toBase58 } from "./base58.js";
import { BoundedCache } from "./bounded-cache.js";
import { concatBytes } from "./bytes.js";
import type { Crypto } from "./crypto.js";
import { TallyError } from "./errors.js";
import { compressedPoint, P256_KEY_BYTES } from "./p256.js";

export interface Multikey {
  /** What the registry holds the digest of: 0xed 0x01 and the 32-byte public key of Ed25519, 0x80 0x24 and the compressed point of P-256. */
  readonly bytes: Uint8Array;
  /** `z` and base58-btc of the bytes: what stands after `#` in a verification method. */
  readonly text: string;
}

const ED25519_LENGTH = 34;

/** The Multikey (W3C Controlled Identifiers 1.0 section 2.2.2) of a 32-byte Ed25519 public key. */
export function encodeMultikey(publicKey: Uint8Array): Multikey {
  if (publicKey.length !== 32)
    throw new TallyError("key.refused", `an Ed25519 public key has 32 bytes, not ${publicKey.length}`, {
      field: "publicKey",
    });
  const bytes = new Uint8Array(ED25519_LENGTH);
  bytes[0] = 0xed;
  bytes[1] = 0x01;
  bytes.set(publicKey, 2);
  return { bytes, text: `z${toBase58(bytes)}` };
}

/**
 * The Multikey of its text. Throws `format.malformed` for text that is no Multibase base58-btc and
 * `format.algorithm-unsupported` for a key of another algorithm.
 */
export function parseMultikey(text: string): Multikey {
  const known = parsed.get(text);
  if (known) return known;
  const bytes = text.startsWith("z") ? fromBase58(text.slice(1)) : null;
  if (bytes === null || bytes.length < 3)
    throw new TallyError("format.malformed", "a Multikey is 'z' and base58-btc", { field: "multikey" });
  requireEd25519(bytes);
  return parsed.set(text, { bytes, text });
}

/** The Multikey of a P-256 public key, an uncompressed point of 65 bytes: 0x80 0x24 and the compressed point. */
export function encodeP256Multikey(publicKey: Uint8Array): Multikey {
  if (publicKey.length !== P256_KEY_BYTES || publicKey[0] !== 4)
    throw new TallyError("key.refused", `a P-256 public key is 4, x and y, 65 bytes, not ${publicKey.length}`, {
      field: "publicKey",
    });
  const bytes = concatBytes(P256_PREFIX, compressedPoint(publicKey));
  return { bytes, text: `z${toBase58(bytes)}` };
}

/** The Multikey of any key that the registry may hold: Ed25519, or P-256 for the certificate authority of seals. Errors as `parseMultikey`. */
export function parseRegistryKey(text: string): Multikey {
  const bytes = text.startsWith("z") ? fromBase58(text.slice(1)) : null;
  if (bytes === null || bytes[0] !== P256_PREFIX[0] || bytes[1] !== P256_PREFIX[1]) return parseMultikey(text);
  if (bytes.length !== P256_LENGTH || (bytes[2] !== 2 && bytes[2] !== 3))
    throw new TallyError("format.malformed", `a P-256 Multikey has ${P256_LENGTH} bytes with a compressed point`, {
      field: "multikey",
    });
  return { bytes, text };
}

/** Multicodec p256-pub, 0x1200 as a varint. */
const P256_PREFIX = Uint8Array.of(0x80, 0x24);
const P256_LENGTH = 35;

/** A verifier meets the same few keys again and again. */
const parsed = new BoundedCache<string, Multikey>(1024);

/** The 32-byte public key of a Multikey, text or bytes; errors as `parseMultikey`. The point itself is checked by `Crypto`. */
export function decodeMultikey(multikey: string | Uint8Array): Uint8Array {
  const bytes = typeof multikey === "string" ? parseMultikey(multikey).bytes : multikey;
  requireEd25519(bytes);
  return bytes.slice(2);
}

function requireEd25519(bytes: Uint8Array): void {
  if (bytes[0] !== 0xed || bytes[1] !== 0x01)
    throw new TallyError(
      "format.algorithm-unsupported",
      "the key is not an Ed25519 Multikey; a newer version may know it",
      {
        field: "multikey",
      },
    );
  if (bytes.length !== ED25519_LENGTH)
    throw new TallyError("format.malformed", `an Ed25519 Multikey has ${ED25519_LENGTH} bytes, not ${bytes.length}`, {
      field: "multikey",
    });
}

/** SHA-256 of the Multikey bytes: the name of a key in the registry. */
export function keyDigest(crypto: Crypto, multikeyBytes: Uint8Array): Uint8Array {
  return crypto.sha256(multikeyBytes);
}

/** First 8 bytes of the key digest: the `kid` of a token. */
export function keyIdOf(digest: Uint8Array): Uint8Array {
  return digest.slice(0, 8);
}
