// SPDX-License-Identifier: Apache-2.0
import type { Crypto } from "../../core/crypto.js";
import { toHex } from "../../core/hex.js";

/** A public document as it is sent, byte for byte. */
export interface Published {
  readonly bytes: Uint8Array;
  /** SHA-256 of the bytes, lower-case hex. */
  readonly digest: string;
  /** Milliseconds: when the bytes were made, and when they were last found to agree with the registry. */
  readonly madeAt: number;
  readonly checkedAt: number;
}

/** The same object when the bytes are the same, so that its time of making stays. */
export function published(crypto: Crypto, bytes: Uint8Array, now: number, last: Made | null): Made {
  const digest = toHex(crypto.sha256(bytes));
  return last?.digest === digest ? last : { bytes, digest, madeAt: now };
}

export type Made = Omit<Published, "checkedAt">;
