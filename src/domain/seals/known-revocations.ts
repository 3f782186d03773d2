// SPDX-License-Identifier: Apache-2.0
import { type RevocationList, readRevocationList } from "../../core/seal/read-revocation-list.js";
import { readSealCaCertificate } from "../../core/seal/read-seal-certificate.js";
import { newestListOf } from "../../verify/seal/revocation.js";
import type { SealCrypto } from "../../verify/seal/seal-crypto.js";
import { REASON_CODES, REVOCATION_REASONS, type RevokedCertificate } from "./certificate-authority.js";

/** What the CA's own signature says is revoked, wherever the lists were found: others may keep newer ones than a store that was put back. */
export function revocationsSignedBy(
  certificate: Uint8Array,
  lists: readonly Uint8Array[],
  now: number,
  crypto: SealCrypto,
): readonly RevokedCertificate[] {
  const ca = readSealCaCertificate(certificate);
  // Each by itself: one that is older may know what a newer one, issued after a restoration, forgot.
  const own = lists.flatMap((list) => newestListOf(ca, [list], now, crypto) ?? []);
  return merged(...own.map(entriesOf));
}

/** Of a list that the store has. */
export const revocationsOf = (list: Uint8Array): readonly RevokedCertificate[] => entriesOf(readRevocationList(list));

/** By serial number. Of two entries for one certificate the first counts. */
export function merged(...entries: readonly (readonly RevokedCertificate[])[]): readonly RevokedCertificate[] {
  const bySerial = new Map<string, RevokedCertificate>();
  for (const entry of entries.flat()) if (!bySerial.has(entry.serial)) bySerial.set(entry.serial, entry);
  return [...bySerial.values()].sort((one, other) => (one.serial < other.serial ? -1 : 1));
}

function entriesOf({ revoked }: RevocationList): readonly RevokedCertificate[] {
  return [...revoked].map(([serial, { at, reason: code }]) => {
    const reason = REVOCATION_REASONS.find((each) => REASON_CODES[each] === code) ?? "unspecified";
    return { serial, revokedAt: at, reason };
  });
}
