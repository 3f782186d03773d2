// SPDX-License-Identifier: Apache-2.0

/**
 * The primitives the core needs. Two implementations, portable (`core/portable-crypto.ts`) and node:crypto
 * (`adapters/node-crypto`), pass one suite and give the same verdict on every input.
 *
 * Ed25519, one verdict (RFC 8032 with the ambiguities closed): a public key that is non-canonical, of small order or not
 * torsion-free is refused; s ≥ L is refused; verification is cofactorless, by comparing the bytes of R.
 *
 * P-256, one verdict and one signature a message cannot be turned into another of: ECDSA with SHA-256 (FIPS 186-5), s in the lower
 * half, keys as uncompressed points.
 */
export interface Crypto {
  /** SHA-256 over the concatenation of `parts`; 32 bytes. */
  sha256(...parts: readonly Uint8Array[]): Uint8Array;
  /** Ed25519 signature, 64 bytes. `secretKey` is the 32-byte seed of RFC 8032. */
  sign(secretKey: Uint8Array, message: Uint8Array): Uint8Array;
  /** The very signature of `sign`, made beside other work; absent where there is nothing to make it on. */
  signLater?(secretKey: Uint8Array, message: Uint8Array): Promise<Uint8Array>;
  /** False for a wrong signature, a signature not 64 bytes long, and a refused public key. Never throws. */
  verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean;
  /** The very verdict of `verify`, found beside other work; absent where there is nothing to find it on. */
  verifyLater?(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): Promise<boolean>;
  /** The 32-byte public key of a seed. */
  publicKey(secretKey: Uint8Array): Uint8Array;
  /** Throws `key.refused` for a public key that is not 32 bytes, non-canonical, of small order or not torsion-free. */
  checkPublicKey(publicKey: Uint8Array): void;
  /**
   * Whether `signature` is the ECDSA P-256 signature of the SHA-256 of `message`: r and s, 32 bytes each. False as well for a
   * public key that is not 65 bytes (4, x, y) or not a point of the curve, for an r or s that is 0 or not below the group order n, and
   * for an s above n/2, the other spelling of a signature. Never throws. Absent: `core/portable-p256.ts` does it.
   */
  verifyP256?(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean;
  /** zlib (RFC 1950) inflation. Throws `inflate.too-large` as soon as more than `maxBytes` would come out, `inflate.malformed`
   *  for broken data and for bytes after the end of the zlib stream. */
  inflate(data: Uint8Array, maxBytes: number): Uint8Array;
  /** Cryptographically secure random bytes. */
  randomBytes(length: number): Uint8Array;
}
