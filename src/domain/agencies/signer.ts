// SPDX-License-Identifier: Apache-2.0
import { TallyError } from "../../core/errors.js";
import type { KeyPurpose } from "../../verify/registry.js";
import type { Effect } from "./activation.js";
import type { AgencyStore } from "./agency-store.js";
import type { UnusedKeys } from "./unused-key.js";

/** Signs with one key, Ed25519. Where the key lives (file, KMS, HSM) is the adapter's business. */
export interface Signer {
  /** SHA-256 of the Multikey bytes, lower-case hex: the key's name in the registry. */
  readonly keyDigest: string;
  /** `z…`: what stands after `#` in a verification method. */
  readonly multikey: string;
  /** 64 bytes. */
  sign(message: Uint8Array): Promise<Uint8Array> | Uint8Array;
}

export interface KeyInfo {
  readonly keyDigest: string;
  readonly multikey: string;
  /** USCC of the agency, or the region's code for a key of the region itself. */
  readonly owner: string;
  readonly purpose: KeyPurpose;
  /** RFC 3339. */
  readonly createdAt: string;
}

/** Keeps signing keys, and makes them. */
export interface KeyStore {
  /** Makes a key at random; durable when it resolves. The registry does not know it yet. */
  createKey(owner: string, purpose: KeyPurpose): Promise<KeyInfo>;
  /** Oldest first. Needs no passphrase. */
  list(): Promise<readonly KeyInfo[]>;
  /** Rejects with `key.unknown` for a key that is not here and `key.locked` for one that cannot be opened. */
  open(keyDigest: string): Promise<Signer>;
}

export interface SignerSource {
  /**
   * The signer with the agency's current key. Rejects with `agency.unknown`, or `key.unknown` when the agency has no key or
   * its key is not kept here.
   */
  signerFor(agency: string): Promise<Signer>;
}

/**
 * Follows the agency list at every call, so a rotated key is used from the next certificate on. `waiting` tells what an agency
 * without a key may wait for.
 */
export function signersFrom(
  agencies: Pick<AgencyStore, "findAgency">,
  keys: Pick<KeyStore, "open">,
  waiting?: Pick<UnusedKeys, "find">,
): SignerSource {
  return {
    signerFor: async (code) => {
      const agency = await agencies.findAgency(code);
      if (!agency) throw new TallyError("agency.unknown", `agency ${code} is not registered here`, { field: "agency" });
      if (agency.keyDigest !== null) return keys.open(agency.keyDigest);
      const effect = (await waiting?.find(code))?.effect ?? null;
      throw new TallyError("key.unknown", `agency ${code} has no signing key yet: ${whatToDo(effect)}`);
    },
  };
}

function whatToDo(effect: Effect | null): string {
  if (effect === null) return "make one with `tally key add`";
  if (effect.effectiveFrom === null) return "its key has taken effect, `tally key add` puts it to use";
  const time = new Date(effect.effectiveFrom * 1000).toISOString();
  return `its key takes effect at ${time}, when \`tally key add\` puts it to use`;
}
