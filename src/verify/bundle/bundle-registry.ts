// SPDX-License-Identifier: Apache-2.0
import { type Head, type RegistryAccess, RegistryError, type RegistrySnapshot, type StatusWord } from "../registry.js";
import { decodeStatusBits, LIST_BITS } from "./status-bits.js";
import type { BundleAgency, BundleAnchor, BundleKey, BundleRegion, BundleType, TrustBundle } from "./trust-bundle.js";

export interface BundleRegistryOptions {
  /** The clock. */
  readonly now: Date;
  /** Seconds from the time of issue after which the bundle says nothing of states any more. */
  readonly maxAge: number;
}

/** A bundle of the future comes from a wrong clock, here or there, and says nothing of its age; this much is let pass. */
const CLOCK_SKEW = 300;
const WORD_BYTES = 32;

/**
 * The registry as of the bundle's block. What it does not have is not recorded as of that block. When the bundle is too old, or
 * issued in the future, `statusWord` rejects with `registry.stale`; all else holds as of its block. Passes
 * test/verify/registry-answers.suite.ts.
 */
export function bundleRegistry(bundle: TrustBundle, { now, maxAge }: BundleRegistryOptions): RegistryAccess {
  const age = bundleAge(bundle, now);
  const snapshot = snapshotOf(bundle, age > maxAge || age < -CLOCK_SKEW);
  return { snapshot: async () => snapshot };
}

/** Seconds since the bundle was issued. */
export function bundleAge({ issuedAt }: Pick<TrustBundle, "issuedAt">, now: Date): number {
  return (now.getTime() - Date.parse(issuedAt)) / 1000;
}

function snapshotOf(bundle: TrustBundle, isStale: boolean): RegistrySnapshot {
  const { chainId, registry, block, issuedAt } = bundle;
  const head: Head = { chainId, registry, block: block.number, hash: block.hash, time: block.time };
  const { regions, agencies, keys, types, list } = indexOf(bundle);
  return {
    head,
    findRegion: async (code) => {
      const found = regions.get(code);
      if (!found) return null;
      const { region, addedAt, suspensions } = found;
      return { region, addedAt, suspensions };
    },
    findAgency: async (code) => {
      const found = agencies.get(code);
      if (!found) return null;
      const { authorisations: _, sealDelegations: __, ...record } = found;
      return record;
    },
    findKey: async (digest) => {
      const found = keys.get(digest);
      if (!found) return null;
      const { keyDigest, agency, region, purpose, interval, compromises } = found;
      return { keyDigest, agency, region, purpose, interval, compromises };
    },
    findKeysById: async (keyId) =>
      bundle.state.keys.filter(({ keyDigest }) => keyDigest.startsWith(keyId)).map(({ multikey }) => multikey),
    findAuthorisations: async (agency, typeCode) =>
      agencies.get(agency)?.authorisations.find((each) => each.typeCode === typeCode)?.intervals ?? [],
    findSealDelegations: async (agency, sealer) =>
      agencies.get(agency)?.sealDelegations.find((each) => each.sealer === sealer)?.intervals ?? [],
    findAnchor: async (region, root, size) => {
      const found = anchorAmong(regions.get(region)?.anchors ?? [], root, size);
      return found && { anchoredAt: found.anchoredAt, disowned: found.disowned };
    },
    findTypeDefinition: async (typeCode, version) => {
      const found = types.get(`${typeCode}/${version}`);
      return found ? { digest: found.digest, publishedAt: found.publishedAt } : null;
    },
    statusWord: async (region, number, word) => {
      if (isStale) throw new RegistryError("registry.stale", `the trust bundle was issued ${issuedAt}`);
      if (!(word >= 0 && word < LIST_BITS / (8 * WORD_BYTES)))
        throw new RegistryError("registry.garbage", `a status list has no word ${word}`);
      const [revoked, suspended] = list(region, number);
      return { revoked: wordAt(revoked, word), suspended: wordAt(suspended, word) } satisfies StatusWord;
    },
  };
}

interface Index {
  readonly regions: ReadonlyMap<string, BundleRegion>;
  readonly agencies: ReadonlyMap<string, BundleAgency>;
  readonly keys: ReadonlyMap<string, BundleKey>;
  readonly types: ReadonlyMap<string, BundleType>;
  /** Revoked and suspended bits, unpacked when first asked for; null without a bit. */
  list(region: string, number: number): readonly [Uint8Array | null, Uint8Array | null];
}

/** A page verifies many documents with one bundle. */
const indexes = new WeakMap<TrustBundle, Index>();

function indexOf(bundle: TrustBundle): Index {
  const known = indexes.get(bundle);
  if (known) return known;
  const { state } = bundle;
  const regions = new Map(state.regions.map((each) => [each.region, each]));
  const lists = new Map<string, readonly [Uint8Array | null, Uint8Array | null]>();
  const index: Index = {
    regions,
    agencies: new Map(state.agencies.map((each) => [each.agency, each])),
    keys: new Map(state.keys.map((each) => [each.keyDigest, each])),
    types: new Map(state.types.map((each) => [`${each.typeCode}/${each.version}`, each])),
    list(region, number) {
      const name = `${region}/${number}`;
      const unpacked = lists.get(name);
      if (unpacked) return unpacked;
      const found = regions.get(region)?.statusLists.find((each) => each.list === number);
      const bits = (packed?: Uint8Array) => (packed?.length ? decodeStatusBits(packed) : null);
      const both = [bits(found?.revoked), bits(found?.suspended)] as const;
      // Only lists that exist are remembered: a document may name any number.
      if (found) lists.set(name, both);
      return both;
    },
  };
  indexes.set(bundle, index);
  return index;
}

/** By halving: they are ascending by root, then size. */
function anchorAmong(anchors: readonly BundleAnchor[], root: string, size: number): BundleAnchor | null {
  let [low, high] = [0, anchors.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const each = anchors[middle]!;
    if (each.root < root || (each.root === root && each.size < size)) low = middle + 1;
    else high = middle;
  }
  const found = anchors[low];
  return found?.root === root && found.size === size ? found : null;
}

function wordAt(bits: Uint8Array | null, word: number): bigint {
  let value = 0n;
  if (bits)
    for (const byte of bits.subarray(word * WORD_BYTES, (word + 1) * WORD_BYTES)) value = (value << 8n) | BigInt(byte);
  return value;
}
