// SPDX-License-Identifier: Apache-2.0
import type { RegistryAccess } from "../../verify/registry.js";
import type { AuditStore } from "../audit/index.js";
import { type Effect, effectOf } from "./activation.js";
import type { KeyInfo, KeyStore } from "./signer.js";

export interface UnusedKeysDependencies {
  readonly keys: Pick<KeyStore, "list">;
  readonly registry: RegistryAccess;
  readonly audit: Pick<AuditStore, "list">;
  /** See `effectOf`. */
  readonly blockClock: (() => number) | null;
}

export interface UnusedKey {
  readonly key: KeyInfo;
  /** Null while the registry does not know the key. */
  readonly effect: Effect | null;
}

/** Keys that were made for an agency and never signed: they wait for the activation delay, or a crash left them. */
export interface UnusedKeys {
  /** The newest key of the agency, when it has never signed and the registry has not ended it; else null. */
  find(agency: string): Promise<UnusedKey | null>;
  /** From when on a registered key may sign; null when the registry does not know it as the agency's. */
  effectOfKey(agency: string, keyDigest: string): Promise<Effect | null>;
}

/** As many changes of an agency's key are looked at; the newest key can only be in the newest ones. */
const CHANGES = 100;

export function createUnusedKeys({ keys, registry, audit, blockClock }: UnusedKeysDependencies): UnusedKeys {
  const effectOfKey: UnusedKeys["effectOfKey"] = async (agency, keyDigest) => {
    const snapshot = await registry.snapshot();
    const [key, owner] = await Promise.all([snapshot.findKey(keyDigest), snapshot.findAgency(agency)]);
    if (key === null || key.agency !== agency) return null;
    // The delay may have been shortened between the two: the agency then begins after its key.
    return effectOf(Math.max(key.interval.from, owner?.activeFrom ?? 0), snapshot.head, blockClock);
  };

  const hasSigned = async (agency: string, keyDigest: string): Promise<boolean> => {
    const action = "agency-key-changed";
    const changes = await audit.list({ object: agency, action, order: "newest-first", limit: CHANGES });
    return changes.some(({ detail }) => detail?.key === keyDigest);
  };

  return {
    async find(agency) {
      const key = (await keys.list()).findLast(({ owner, purpose }) => owner === agency && purpose === "certificate");
      if (key === undefined || (await hasSigned(agency, key.keyDigest))) return null;
      const record = await (await registry.snapshot()).findKey(key.keyDigest);
      if (record === null) return { key, effect: null };
      const ended = record.interval.until !== null || record.compromises.length > 0 || record.agency !== agency;
      return ended ? null : { key, effect: await effectOfKey(agency, key.keyDigest) };
    },
    effectOfKey,
  };
}
