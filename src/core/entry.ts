// SPDX-License-Identifier: Apache-2.0
import { TallyError } from "./errors.js";

/** First byte of a batch entry: what the rest commits to. */
export const ENTRY_KIND = { licence: 1, seal: 2, auditHead: 3, copy: 4 } as const;

const DIGEST_LENGTH = 32;

/** `0x01 ‖ certificateDigest ‖ tokenDigest`: either half of a licence leads to the same leaf, a swapped half to none. */
export function licenceEntry(certificateDigest: Uint8Array, tokenDigest: Uint8Array): Uint8Array {
  requireDigest("certificateDigest", certificateDigest);
  requireDigest("tokenDigest", tokenDigest);
  const entry = new Uint8Array(1 + 2 * DIGEST_LENGTH);
  entry[0] = ENTRY_KIND.licence;
  entry.set(certificateDigest, 1);
  entry.set(tokenDigest, 1 + DIGEST_LENGTH);
  return entry;
}

function requireDigest(field: string, digest: Uint8Array): void {
  if (digest.length !== DIGEST_LENGTH)
    throw new TallyError("format.malformed", `${field} has ${digest.length} bytes instead of ${DIGEST_LENGTH}`, {
      field,
    });
}
