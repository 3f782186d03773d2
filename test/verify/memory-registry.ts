// SPDX-License-Identifier: Apache-2.0
import { StatusWords } from "../../src/domain/sharing/status-words.js";
import type { BundleState } from "../../src/verify/bundle/trust-bundle.js";
import {
  type AgencyRecord,
  type AnchorRecord,
  type Head,
  type Interval,
  type KeyPurpose,
  type KeyRecord,
  type RegionRecord,
  type RegistryAccess,
  RegistryError,
  type RegistryFailure,
  type RegistrySnapshot,
  type RetroactiveAct,
  type StatusWord,
  type TypeDefinitionRecord,
} from "../../src/verify/registry.js";

type Writable<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer E)[] ? E[] : T[K] };

/**
 * The registry as facts in memory, written by acts that happen at `time` with no activation delay, unless an act says otherwise.
 * A snapshot is used up before the next act; `frozen` keeps a moment.
 */
export class MemoryRegistry implements RegistryAccess {
  readonly chainId = 31_337;
  readonly address = "0x5FbDB2315678afecb367f032d93F642f64180aa3";
  block = 1;
  private facts = emptyFacts();

  constructor(public time: number) {}

  /** A node that stopped here: it knows all that happened so far and nothing that follows. */
  frozen(): RegistryAccess {
    const copy = new MemoryRegistry(this.time);
    copy.block = this.block;
    copy.facts = structuredClone(this.facts);
    return copy;
  }

  async snapshot(): Promise<RegistrySnapshot> {
    return snapshotOf(this.facts, {
      chainId: this.chainId,
      registry: this.address,
      block: this.block,
      hash: `0x${this.block.toString(16).padStart(64, "0")}`,
      time: this.time,
    });
  }

  /** All of it, as a trust bundle carries it. */
  state(): BundleState {
    const { regions, agencies, keys, multikeys, authorisations, delegations, anchors, types, words } = this.facts;
    /** What is kept under `owner/rest`, by its rest. */
    const of = <T>(records: ReadonlyMap<string, T>, owner: string): (readonly [string, T])[] =>
      [...records]
        .filter(([name]) => name.startsWith(`${owner}/`))
        .map(([name, each]) => [name.slice(owner.length + 1), each]);
    const collected = new StatusWords();
    for (const [name, word] of words) {
      const [region, list, at] = name.split("/") as [string, string, string];
      collected.set(region, Number(list), Number(at), word);
    }
    return structuredClone({
      regions: [...regions.values()].map((region) => ({
        ...region,
        anchors: of(anchors, region.region).map(([name, anchor]) => {
          const [root, size] = name.split("/") as [string, string];
          return { root, size: Number(size), ...anchor };
        }),
        statusLists: collected.packed(region.region),
      })),
      agencies: [...agencies.values()].map((agency) => ({
        ...agency,
        authorisations: of(authorisations, agency.agency).map(([typeCode, intervals]) => ({ typeCode, intervals })),
        sealDelegations: of(delegations, agency.agency).map(([sealer, intervals]) => ({ sealer, intervals })),
      })),
      keys: [...keys.values()].map((key) => ({ ...key, multikey: multikeys.get(key.keyDigest)! })),
      types: [...types].map(([name, type]) => {
        const [typeCode, version] = name.split("/") as [string, string];
        return { typeCode, version: Number(version), ...type };
      }),
    });
  }

  advance(seconds: number): void {
    this.time += seconds;
    this.block++;
  }

  addRegion(region: string): void {
    this.facts.regions.set(region, { region, addedAt: this.time, suspensions: [] });
  }

  suspendRegion(region: string): void {
    this.facts.regions.get(region)!.suspensions.push({ from: this.time, until: null });
  }

  registerAgency(region: string, agency: string, did: string): void {
    this.facts.agencies.set(agency, { agency, region, did, activeFrom: this.time, removedAt: null, suspensions: [] });
  }

  strikeAgency(agency: string): void {
    this.facts.agencies.get(agency)!.removedAt = this.time;
  }

  suspendAgency(agency: string): void {
    this.facts.agencies.get(agency)!.suspensions.push({ from: this.time, until: null });
  }

  releaseAgency(agency: string): void {
    const { suspensions } = this.facts.agencies.get(agency)!;
    suspensions.push({ ...suspensions.pop()!, until: this.time });
  }

  authorise(agency: string, typeCode: string): void {
    const key = `${agency}/${typeCode}`;
    this.facts.authorisations.set(key, [
      ...(this.facts.authorisations.get(key) ?? []),
      { from: this.time, until: null },
    ]);
  }

  delegateSeal(agency: string, sealer: string): void {
    const key = `${agency}/${sealer}`;
    this.facts.delegations.set(key, [...(this.facts.delegations.get(key) ?? []), { from: this.time, until: null }]);
  }

  endSealDelegation(agency: string, sealer: string): void {
    const intervals = this.facts.delegations.get(`${agency}/${sealer}`)!;
    intervals.push({ ...intervals.pop()!, until: this.time });
  }

  endAuthorisation(agency: string, typeCode: string): void {
    const intervals = this.facts.authorisations.get(`${agency}/${typeCode}`)!;
    intervals.push({ ...intervals.pop()!, until: this.time });
  }

  addKey(
    owner: { readonly agency: string | null; readonly region: string },
    keyDigest: string,
    multikey: Uint8Array,
    purpose: KeyPurpose = "certificate",
    from = this.time,
  ): void {
    this.facts.keys.set(keyDigest, { ...owner, keyDigest, purpose, interval: { from, until: null }, compromises: [] });
    this.facts.multikeys.set(keyDigest, multikey);
  }

  /** Multikey bytes of every key registered for the agency, or for regions. */
  keysOf(agency: string | null): Uint8Array[] {
    const own = [...this.facts.keys.values()].filter((key) => key.agency === agency);
    return own.map(({ keyDigest }) => this.facts.multikeys.get(keyDigest)!);
  }

  retireKey(keyDigest: string): void {
    const key = this.facts.keys.get(keyDigest)!;
    key.interval = { ...key.interval, until: this.time };
  }

  claimCompromise(keyDigest: string, since: number, effectiveAt = this.time): void {
    this.facts.keys.get(keyDigest)!.compromises.push({ since, effectiveAt });
  }

  publishType(typeCode: string, version: number, digest: string): void {
    this.facts.types.set(`${typeCode}/${version}`, { digest, publishedAt: this.time });
  }

  anchor(region: string, root: string, size: number): void {
    const key = `${region}/${root}/${size}`;
    const known = this.facts.anchors.get(key);
    if (!known) this.facts.anchors.set(key, { anchoredAt: this.time, disowned: null });
  }

  disown(region: string, root: string, size: number, effectiveAt = this.time): void {
    this.facts.anchors.get(`${region}/${root}/${size}`)!.disowned = { effectiveAt };
  }

  revoke(region: string, index: number): void {
    this.setBit(region, index, "revoked", true);
  }

  suspend(region: string, index: number): void {
    this.setBit(region, index, "suspended", true);
  }

  release(region: string, index: number): void {
    this.setBit(region, index, "suspended", false);
  }

  private setBit(region: string, index: number, purpose: keyof StatusWord, value: boolean): void {
    const position = index % 131_072;
    const key = `${region}/${Math.floor(index / 131_072)}/${position >> 8}`;
    const word = this.facts.words.get(key) ?? { revoked: 0n, suspended: 0n };
    const bit = 1n << BigInt(255 - (position & 255));
    this.facts.words.set(key, { ...word, [purpose]: value ? word[purpose] | bit : word[purpose] & ~bit });
  }
}

type Facts = ReturnType<typeof emptyFacts>;

function emptyFacts() {
  return {
    regions: new Map<string, Writable<RegionRecord>>(),
    agencies: new Map<string, Writable<AgencyRecord>>(),
    keys: new Map<
      string,
      Omit<Writable<KeyRecord>, "interval"> & { interval: Interval; compromises: RetroactiveAct[] }
    >(),
    multikeys: new Map<string, Uint8Array>(),
    authorisations: new Map<string, Interval[]>(),
    delegations: new Map<string, Interval[]>(),
    anchors: new Map<string, Writable<AnchorRecord>>(),
    types: new Map<string, TypeDefinitionRecord>(),
    words: new Map<string, StatusWord>(),
  };
}

function snapshotOf(facts: Facts, head: Head): RegistrySnapshot {
  return {
    head,
    findRegion: async (region) => facts.regions.get(region) ?? null,
    findAgency: async (agency) => facts.agencies.get(agency) ?? null,
    findKey: async (keyDigest) => facts.keys.get(keyDigest) ?? null,
    findKeysById: async (keyId) =>
      [...facts.multikeys].filter(([digest]) => digest.startsWith(keyId)).map(([, multikey]) => multikey),
    findAuthorisations: async (agency, typeCode) => facts.authorisations.get(`${agency}/${typeCode}`) ?? [],
    findSealDelegations: async (agency, sealer) => facts.delegations.get(`${agency}/${sealer}`) ?? [],
    findAnchor: async (region, root, size) => facts.anchors.get(`${region}/${root}/${size}`) ?? null,
    findTypeDefinition: async (typeCode, version) => facts.types.get(`${typeCode}/${version}`) ?? null,
    statusWord: async (region, list, word) =>
      facts.words.get(`${region}/${list}/${word}`) ?? { revoked: 0n, suspended: 0n },
  };
}

/** A registry that cannot be asked at all. */
export function brokenRegistry(reason: RegistryFailure): RegistryAccess {
  return { snapshot: () => Promise.reject(new RegistryError(reason, `the test says ${reason}`)) };
}

/** A registry that answers all but one kind of question. */
export function withoutAnswer(
  registry: RegistryAccess,
  question: Exclude<keyof RegistrySnapshot, "head">,
  error: Error,
): RegistryAccess {
  return { snapshot: async () => ({ ...(await registry.snapshot()), [question]: () => Promise.reject(error) }) };
}

/** The same registry behind a node that keeps state and no logs. */
export function withoutLogs(registry: RegistryAccess): RegistryAccess {
  return { snapshot: async () => ({ ...(await registry.snapshot()), findKeysById: async () => [] }) };
}

/** The same registry behind another head. */
export function withHead(registry: RegistryAccess, head: Partial<Head>): RegistryAccess {
  return {
    snapshot: async () => {
      const snapshot = await registry.snapshot();
      return { ...snapshot, head: { ...snapshot.head, ...head } };
    },
  };
}
