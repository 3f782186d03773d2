// SPDX-License-Identifier: Apache-2.0
import { equalBytes } from "../../core/bytes.js";
import { isNewerList, type RevocationList, readRevocationList } from "../../core/seal/read-revocation-list.js";
import type { SealCaCertificate } from "../../core/seal/read-seal-certificate.js";
import type { SealCrypto } from "./seal-crypto.js";

/** A clock may be this far behind that of the CA, in seconds. */
const CLOCK_SKEW = 300;
/** What one source may bring for one seal. */
const MOST_LISTS = 128;

/** The newest of the lists that the CA signed, and that are not of the future; null without one. */
export function newestListOf(
  ca: SealCaCertificate,
  lists: readonly Uint8Array[],
  now: number,
  crypto: SealCrypto,
): RevocationList | null {
  let newest: RevocationList | null = null;
  for (const encoded of lists.slice(0, MOST_LISTS)) {
    const list = tryRead(encoded);
    if (list === null || list.thisUpdate > now + CLOCK_SKEW || (newest && !isNewerList(list, newest))) continue;
    if (!equalBytes(list.issuer.encoded, ca.subject.encoded) || list.issuerKeyId !== ca.keyId) continue;
    if (crypto.verifyP256(ca.publicKey, list.toBeSigned, list.signature)) newest = list;
  }
  return newest;
}

/** A verifier meets the same few lists with every seal. */
const read = new WeakMap<Uint8Array, RevocationList | null>();

function tryRead(encoded: Uint8Array): RevocationList | null {
  const known = read.get(encoded);
  if (known !== undefined) return known;
  let list: RevocationList | null = null;
  try {
    list = readRevocationList(encoded);
  } catch {
    // Of another profile, or damaged: it says nothing here.
  }
  read.set(encoded, list);
  return list;
}
