// SPDX-License-Identifier: Apache-2.0
import { nodeCrypto } from "../../../src/adapters/node-crypto/index.js";
import type { Crypto } from "../../../src/core/crypto.js";

/** The fast crypto, and how many hashes it was asked for. */
export function countingCrypto(): { readonly crypto: Crypto; readonly hashes: () => number } {
  let count = 0;
  const sha256: Crypto["sha256"] = (...parts) => {
    count += 1;
    return nodeCrypto.sha256(...parts);
  };
  return { crypto: { ...nodeCrypto, sha256 }, hashes: () => count };
}
