// SPDX-License-Identifier: Apache-2.0
import { TallyError } from "../../core/errors.js";
import type { KeyPurpose, KeyRecord, RegistryAccess, RegistrySnapshot } from "../../verify/registry.js";
import { type Actor, type AuditStore, eventBy } from "../audit/index.js";
import { type Effect, effectOf } from "./activation.js";
import type { AddedKey } from "./administration.js";
import type { RegistryGovernance } from "./registry-governance.js";
import type { KeyInfo, KeyStore, Signer } from "./signer.js";

/** What the region itself signs, with a key for each: agencies sign certificates. */
export type RegionKeyPurpose = Extract<KeyPurpose, "status-list" | "bundle" | "audit">;

/**
 * Verifiers take bundles from keys that they have pinned, and learn the next key from a bundle of the one before. So here the oldest
 * key signs, and a rotation leaves it standing: it is retired by hand when verifiers have had time (docs/decisions/0009-trust-bundle.md).
 */
const INTRODUCED: ReadonlySet<RegionKeyPurpose> = new Set<RegionKeyPurpose>(["bundle"]);

export interface RegionKeysDependencies {
  readonly region: string;
  readonly keys: KeyStore;
  readonly registry: RegistryAccess;
  /** Sends from the region admin's account. */
  readonly governance: Pick<RegistryGovernance, "addRegionKey" | "retireKey">;
  readonly audit: Pick<AuditStore, "append">;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** See `effectOf`. */
  readonly blockClock: (() => number) | null;
}

/**
 * Keys of the region itself. There is no record of which one signs: it is the newest (for bundles the oldest) that is kept here and stands in the registry,
 * in effect, neither retired nor reported stolen. So every act, repeated after a crash, finishes what was begun.
 */
export interface RegionKeys {
  /** Rejects with `key.unknown` when there is none, saying what to do. */
  signerFor(purpose: RegionKeyPurpose): Promise<Signer>;
  /** Makes a first key and registers it; nothing when there is one, or one that waits for its activation delay. */
  ensure(actor: Actor, purpose: RegionKeyPurpose): Promise<void>;
  /** A first or further key, which signs as soon as it is in effect. One that waits, or that a crash left, is taken up first. */
  add(actor: Actor, purpose: RegionKeyPurpose): Promise<AddedKey>;
  /** Like `add`; as soon as the new key is in effect the older ones are retired, now or when this is given again; not those for bundles. */
  rotate(actor: Actor, purpose: RegionKeyPurpose): Promise<AddedKey & { readonly retired: string | null }>;
}

/** A key of the key store and what the registry says of it. */
interface KnownKey {
  readonly key: KeyInfo;
  /** Null: not registered yet. */
  readonly effect: Effect | null;
}

export function createRegionKeys(dependencies: RegionKeysDependencies): RegionKeys {
  const { region, keys, registry, governance, audit, now, blockClock } = dependencies;

  /** Oldest first, without those that have ended. */
  const usable = async (purpose: RegionKeyPurpose): Promise<readonly KnownKey[]> => {
    const [own, snapshot] = await Promise.all([keys.list(), registry.snapshot()]);
    const found: KnownKey[] = [];
    for (const key of own.filter((each) => each.owner === region && each.purpose === purpose)) {
      const record = await snapshot.findKey(key.keyDigest);
      if (record === null || isGood(record, region, purpose)) found.push({ key, effect: effect(record, snapshot) });
    }
    return found;
  };

  const effect = (record: KeyRecord | null, { head }: RegistrySnapshot): Effect | null =>
    record && effectOf(record.interval.from, head, blockClock);

  const inEffect = (known: readonly KnownKey[]): readonly KnownKey[] =>
    known.filter((each) => each.effect?.effectiveFrom === null);

  const register = async ({ keyDigest, multikey }: KeyInfo, purpose: RegionKeyPurpose): Promise<AddedKey> => {
    await governance.addRegionKey(region, purpose, multikey);
    const snapshot = await registry.snapshot();
    const registered = effect(await snapshot.findKey(keyDigest), snapshot);
    if (registered !== null) return { keyDigest, multikey, ...registered };
    throw new TallyError("chain.unreachable", "the registry does not show the key yet; give the command again");
  };

  const make = async (actor: Actor, purpose: RegionKeyPurpose): Promise<AddedKey> => {
    const key = await keys.createKey(region, purpose);
    const detail = { region, purpose };
    await audit.append(eventBy(actor, { time: now(), action: "key-created", object: key.keyDigest, detail }));
    return register(key, purpose);
  };

  /** The newest key when it is not in effect yet. */
  const unfinished = async (purpose: RegionKeyPurpose, known: readonly KnownKey[]): Promise<AddedKey | null> => {
    const newest = known.at(-1);
    if (newest === undefined || newest.effect?.effectiveFrom === null) return null;
    const { keyDigest, multikey } = newest.key;
    return newest.effect === null ? register(newest.key, purpose) : { keyDigest, multikey, ...newest.effect };
  };

  const retire = async (actor: Actor, { keyDigest }: KeyInfo): Promise<void> => {
    await governance.retireKey(keyDigest);
    await audit.append(eventBy(actor, { time: now(), action: "key-retired", object: keyDigest }));
  };

  return {
    async signerFor(purpose) {
      const known = await usable(purpose);
      const current = inEffect(known).at(INTRODUCED.has(purpose) ? 0 : -1);
      if (current !== undefined) return keys.open(current.key.keyDigest);
      const again = `tally key add ${region} --for ${purpose}`;
      const waiting = known.at(-1)?.effect;
      const what = waiting?.effectiveFrom
        ? `its key takes effect at ${new Date(waiting.effectiveFrom * 1000).toISOString()}`
        : `make one with \`${again}\``;
      throw new TallyError("key.unknown", `region ${region} has no ${purpose} key: ${what}`);
    },

    async ensure(actor, purpose) {
      const known = await usable(purpose);
      if (known.length === 0) await make(actor, purpose);
      else if (inEffect(known).length === 0) await unfinished(purpose, known);
    },

    async add(actor, purpose) {
      return (await unfinished(purpose, await usable(purpose))) ?? make(actor, purpose);
    },

    async rotate(actor, purpose) {
      const known = await usable(purpose);
      const before = inEffect(known);
      // Two that are in effect: a rotation whose new key had to wait, and which is finished now.
      const waited = before.length > 1 && known.at(-1) === before.at(-1) ? before.at(-1) : undefined;
      const added = waited
        ? { keyDigest: waited.key.keyDigest, multikey: waited.key.multikey, effectiveFrom: null }
        : ((await unfinished(purpose, known)) ?? (await make(actor, purpose)));
      const old = before.filter(({ key }) => key.keyDigest !== added.keyDigest);
      if (added.effectiveFrom !== null || INTRODUCED.has(purpose)) return { ...added, retired: null };
      for (const { key } of old) await retire(actor, key);
      return { ...added, retired: old.at(-1)?.key.keyDigest ?? null };
    },
  };
}

function isGood(record: KeyRecord, region: string, purpose: RegionKeyPurpose): boolean {
  const { agency, interval, compromises } = record;
  if (agency !== null || record.region !== region || record.purpose !== purpose) return false;
  return interval.until === null && compromises.length === 0;
}
