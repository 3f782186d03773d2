// SPDX-License-Identifier: Apache-2.0
import { equalBytes } from "../../core/bytes.js";
import { encodeP256Multikey } from "../../core/multikey.js";
import { uncompressedPoint } from "../../core/portable-p256.js";
import { readRevocationList } from "../../core/seal/read-revocation-list.js";
import type { BundleKey, TrustBundle } from "../../verify/bundle/trust-bundle.js";
import type { SealCrypto } from "../../verify/seal/seal-crypto.js";

export interface ListOfCa {
  /** Digest of the CA's key, lower-case hex. */
  readonly ca: string;
  /** DER. */
  readonly list: Uint8Array;
}

/** The revocation lists of a bundle with the CA, of those in its registry, that signed each; what none of them signed is left out. */
export function listsOfCas({ state, revocationLists }: TrustBundle, crypto: SealCrypto): readonly ListOfCa[] {
  const cas = state.keys.flatMap(({ purpose, agency, keyDigest, multikey }) => {
    const publicKey = purpose === "seal-ca" && agency === null ? pointOf(multikey) : null;
    return publicKey === null ? [] : [{ keyDigest, publicKey }];
  });
  return revocationLists.flatMap((list) => {
    const { toBeSigned, signature } = readRevocationList(list);
    const signer = cas.find(({ publicKey }) => crypto.verifyP256(publicKey, toBeSigned, signature));
    return signer === undefined ? [] : [{ ca: signer.keyDigest, list }];
  });
}

/** Null for a key of another algorithm. */
function pointOf(multikey: BundleKey["multikey"]): Uint8Array | null {
  const point = uncompressedPoint(multikey.subarray(2));
  return point !== null && equalBytes(encodeP256Multikey(point).bytes, multikey) ? point : null;
}
