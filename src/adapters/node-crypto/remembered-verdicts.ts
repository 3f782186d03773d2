// SPDX-License-Identifier: Apache-2.0
import { BoundedCache } from "../../core/bounded-cache.js";
import type { Crypto } from "../../core/crypto.js";

/**
 * The same verdicts, without finding one again: whether a key made a signature over a message never changes, and a licence is shown
 * more than once. Whether the key counts, and all else that can change, is asked each time. A verdict is kept under the SHA-256 of its
 * three inputs, so a long-running service keeps nothing of any document.
 */
export function rememberingVerdicts(crypto: Crypto, most: number): Crypto {
  const verdicts = new BoundedCache<string, boolean>(most);
  const nameOf = (publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): string | null =>
    // Of fixed lengths, so that no two triples are one text.
    publicKey.length === 32 && signature.length === 64
      ? Buffer.from(crypto.sha256(publicKey, signature, message)).toString("latin1")
      : null;
  const verify: Crypto["verify"] = (publicKey, message, signature) => {
    const name = nameOf(publicKey, message, signature);
    if (name === null) return crypto.verify(publicKey, message, signature);
    return verdicts.get(name) ?? verdicts.set(name, crypto.verify(publicKey, message, signature));
  };
  const { verifyLater } = crypto;
  if (verifyLater === undefined) return { ...crypto, verify };
  return {
    ...crypto,
    verify,
    async verifyLater(publicKey, message, signature) {
      const name = nameOf(publicKey, message, signature);
      if (name === null) return verifyLater(publicKey, message, signature);
      return verdicts.get(name) ?? verdicts.set(name, await verifyLater(publicKey, message, signature));
    },
  };
}
