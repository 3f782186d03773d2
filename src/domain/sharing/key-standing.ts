// SPDX-License-Identifier: Apache-2.0

import type { Crypto } from "../../core/crypto.js";
import { TallyError } from "../../core/errors.js";
import { toHex } from "../../core/hex.js";
import { parseMultikey } from "../../core/multikey.js";
import { type RegistryAccess, RegistryError } from "../../verify/registry.js";

export interface CertificateIssuer {
  /** USCC that the certificate states. */
  readonly agency: string;
  readonly did: string;
  /** Multikey text. */
  readonly multikey: string;
}

/**
 * Whether the DID document of an agency, of whatever region, would vouch for a key: registered for it, in effect, retired perhaps, but
 * never reported stolen. It is what can be said of a certificate without its anchor. Rejects with `chain.unreachable`.
 */
export function keyStanding(registry: RegistryAccess, crypto: Crypto): (issuer: CertificateIssuer) => Promise<boolean> {
  return async ({ agency: code, did, multikey }) => {
    try {
      const snapshot = await registry.snapshot();
      const digest = toHex(crypto.sha256(parseMultikey(multikey).bytes));
      const [key, agency] = await Promise.all([snapshot.findKey(digest), snapshot.findAgency(code)]);
      if (key === null || agency === null || agency.removedAt !== null) return false;
      const { from, until } = key.interval;
      const isOwn = key.agency === code && key.region === agency.region && agency.did === did;
      const wasGood = from <= snapshot.head.time && (until === null || (from < until && until > agency.activeFrom));
      return isOwn && key.purpose === "certificate" && wasGood && key.compromises.length === 0;
    } catch (cause) {
      if (!(cause instanceof RegistryError)) throw cause;
      throw new TallyError("chain.unreachable", `the registry cannot be asked: ${cause.message}`, { cause });
    }
  };
}
