// SPDX-License-Identifier: Apache-2.0
import { TallyError } from "../../core/errors.js";
import type { KeyRecord, RegistryAccess } from "../../verify/registry.js";
import { covers } from "../../verify/time.js";
import { type Actor, type AuditStore, eventBy } from "../audit/index.js";
import type { RegistryGovernance } from "./registry-governance.js";
import type { KeyInfo, KeyStore, Signer } from "./signer.js";

export interface BundleKeysDependencies {
  readonly region: string;
  readonly keys: KeyStore;
  readonly registry: RegistryAccess;
  /** Sends from the region admin's account. */
  readonly governance: Pick<RegistryGovernance, "addRegionKey">;
  readonly audit: Pick<AuditStore, "append">;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export interface BundleKey {
  readonly keyDigest: string;
  /** Multikey text: what verifiers pin. */
  readonly multikey: string;
  /** Block time, seconds, from which on it may sign; null: it may. */
  readonly effectiveFrom: number | null;
}

/**
 * The region's own keys for trust bundles. Of several good ones the oldest signs, until it is retired or marked compromised:
 * its bundles tell verifiers the next one meanwhile. Each act looks at registry and key files first, so after a crash it is given again.
 */
export interface BundleKeys {
  /** Rejects with `key.unknown` and what to do when no key kept here is in effect. */
  signer(): Promise<Signer>;
  /** The key that signs or will sign; made and registered when there is none. */
  ensure(actor: Actor): Promise<BundleKey>;
  /** Registers a further key, which signs once the present one is retired. One that waits for that already is taken. */
  rotate(actor: Actor): Promise<BundleKey & { readonly signing: string | null }>;
}

export function createBundleKeys(dependencies: BundleKeysDependencies): BundleKeys {
  const { region, keys, registry, governance, audit, now } = dependencies;

  /** Kept here, registered, and not ended: first in effect first. */
  const standing = async (): Promise<readonly Standing[]> => {
    const snapshot = await registry.snapshot();
    const kept = await ownKeys();
    const records = await Promise.all(kept.map(({ keyDigest }) => snapshot.findKey(keyDigest)));
    const found = kept.flatMap((key, i) => {
      const record = records[i] ?? null;
      if (!record || record.agency !== null || record.region !== region || hasEnded(record)) return [];
      const { from } = record.interval;
      return [{ key, from, isInEffect: covers(record.interval, snapshot.head.time) }];
    });
    return found.sort((one, other) => one.from - other.from);
  };

  const ownKeys = async (): Promise<readonly KeyInfo[]> =>
    (await keys.list()).filter(({ owner, purpose }) => owner === region && purpose === "bundle");

  const add = async (actor: Actor): Promise<BundleKey> => {
    const snapshot = await registry.snapshot();
    // A crash may have left one that the registry never saw.
    let unused: KeyInfo | null = null;
    for (const key of await ownKeys()) if ((await snapshot.findKey(key.keyDigest)) === null) unused = key;
    const key = unused ?? (await keys.createKey(region, "bundle"));
    const { keyDigest, multikey } = key;
    if (unused === null)
      await audit.append(eventBy(actor, { time: now(), action: "key-created", object: keyDigest, detail: { region } }));
    await governance.addRegionKey(region, "bundle", multikey);
    const added = (await standing()).find((each) => each.key.keyDigest === keyDigest);
    if (added) return bundleKey(added);
    throw new TallyError("chain.unreachable", "the registry does not show the key yet; give the command again");
  };

  return {
    async signer() {
      const found = await standing();
      const signing = found.find(({ isInEffect }) => isInEffect);
      if (signing) return keys.open(signing.key.keyDigest);
      const waiting = found[0];
      const way = waiting
        ? `${waiting.key.multikey} takes effect at ${new Date(waiting.from * 1000).toISOString()}`
        : `make one with tally key add ${region}`;
      throw new TallyError("key.unknown", `region ${region} has no bundle key in effect: ${way}`);
    },

    async ensure(actor) {
      const [first] = await standing();
      return first ? bundleKey(first) : add(actor);
    },

    async rotate(actor) {
      const found = await standing();
      const signing = found.find(({ isInEffect }) => isInEffect)?.key.keyDigest ?? null;
      const next = found.length > 1 ? bundleKey(found.at(-1)!) : await add(actor);
      return { ...next, signing };
    },
  };
}

interface Standing {
  readonly key: KeyInfo;
  readonly from: number;
  readonly isInEffect: boolean;
}

function bundleKey({ key: { keyDigest, multikey }, from, isInEffect }: Standing): BundleKey {
  return { keyDigest, multikey, effectiveFrom: isInEffect ? null : from };
}

function hasEnded({ interval, compromises, purpose }: KeyRecord): boolean {
  return purpose !== "bundle" || interval.until !== null || compromises.length > 0;
}
