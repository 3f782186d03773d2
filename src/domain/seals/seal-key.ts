// SPDX-License-Identifier: Apache-2.0
import type { SealSigner } from "../../core/seal/seal-writer.js";

/** Of an agency, which seals, or of a region, whose certificate authority issues the certificates of seals. */
export type SealKeyPurpose = "seal" | "seal-ca";

/** Signs with one P-256 key. Where the key lives (file, KMS, HSM) is the adapter's business. */
export interface SealKey extends SealSigner {
  /** SHA-256 of the Multikey bytes, lower-case hex. */
  readonly keyDigest: string;
  readonly multikey: string;
  /** Uncompressed point, 65 bytes. */
  readonly publicKey: Uint8Array;
}

export interface SealKeyInfo {
  readonly keyDigest: string;
  readonly multikey: string;
  /** USCC of the agency, or the region's code. */
  readonly owner: string;
  readonly purpose: SealKeyPurpose;
  /** RFC 3339. */
  readonly createdAt: string;
}

/** Keeps the keys of seals, and makes them. */
export interface SealKeyStore {
  /** Makes a key at random; durable when it resolves. */
  createKey(owner: string, purpose: SealKeyPurpose): Promise<SealKeyInfo>;
  /** Oldest first. Needs no passphrase. */
  list(): Promise<readonly SealKeyInfo[]>;
  /** Rejects with `key.unknown` for a key that is not here and `key.locked` for one that cannot be opened. */
  open(keyDigest: string): Promise<SealKey>;
}
