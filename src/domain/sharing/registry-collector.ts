// SPDX-License-Identifier: Apache-2.0
import type { Crypto } from "../../core/crypto.js";
import { toHex } from "../../core/hex.js";
import type { BundleKey, BundleRegion, BundleState } from "../../verify/bundle/trust-bundle.js";
import type {
  AgencyRecord,
  AnchorRecord,
  Interval,
  RegionRecord,
  RegistrySnapshot,
  TypeDefinitionRecord,
} from "../../verify/registry.js";
import type { Named } from "./registry-history.js";
import { StatusWords } from "./status-words.js";

/** Questions to the registry under way at once. */
const AT_ONCE = 16;

/**
 * Everything the registry has on record, brought up to date by reading anew what events name. The events give the names, the state
 * gives the records: a node that invents an event adds nothing, and no rule of the contract is repeated here.
 */
export class RegistryCollector {
  readonly #crypto: Crypto;
  readonly #regions = new Map<string, RegionRecord>();
  readonly #agencies = new Map<string, AgencyRecord>();
  /** By agency, then type. */
  readonly #authorisations = new Map<string, Map<string, readonly Interval[]>>();
  /** By agency, then sealer. */
  readonly #delegations = new Map<string, Map<string, readonly Interval[]>>();
  readonly #keys = new Map<string, BundleKey>();
  readonly #multikeys = new Map<string, Uint8Array>();
  readonly #anchors = new Map<string, Map<string, AnchorRecord & { readonly root: string; readonly size: number }>>();
  readonly #types = new Map<string, TypeDefinitionRecord & { readonly typeCode: string; readonly version: number }>();
  readonly #words = new StatusWords();

  constructor(crypto: Crypto) {
    this.#crypto = crypto;
  }

  /** Goes on from the state of a bundle of an earlier block. */
  static from(state: BundleState, crypto: Crypto): RegistryCollector {
    const collector = new RegistryCollector(crypto);
    for (const { anchors, statusLists, ...region } of state.regions) {
      collector.#regions.set(region.region, region);
      for (const anchor of anchors) collector.#anchorsOf(region.region).set(`${anchor.root}/${anchor.size}`, anchor);
      for (const list of statusLists) collector.#words.load(region.region, list);
    }
    for (const { authorisations, sealDelegations, ...agency } of state.agencies) {
      collector.#agencies.set(agency.agency, agency);
      for (const { typeCode, intervals } of authorisations)
        collector.#authorisationsOf(agency.agency).set(typeCode, intervals);
      for (const { sealer, intervals } of sealDelegations)
        collector.#delegationsOf(agency.agency).set(sealer, intervals);
    }
    for (const key of state.keys) {
      collector.#keys.set(key.keyDigest, key);
      collector.#multikeys.set(key.keyDigest, key.multikey);
    }
    for (const type of state.types) collector.#types.set(`${type.typeCode}/${type.version}`, type);
    return collector;
  }

  /** Reads anew whatever is named. When it rejects, what was collected is of no block and must be thrown away. */
  async update(named: readonly Named[], snapshot: RegistrySnapshot): Promise<void> {
    for (const each of named) if (each.of === "key" && each.multikey) this.#learn(each.multikey);
    const all = named.flatMap((each) => (each.of === "agency" ? this.#withBelongings(each) : [each]));
    const once = [...new Map(all.map((each) => [nameOf(each), each])).values()];
    for (let i = 0; i < once.length; i += AT_ONCE)
      await Promise.all(once.slice(i, i + AT_ONCE).map((each) => this.#read(each, snapshot)));
  }

  state(): BundleState {
    return {
      regions: [...this.#regions.values()].map((region): BundleRegion => {
        const anchors = [...this.#anchorsOf(region.region).values()];
        return { ...region, anchors, statusLists: this.#words.packed(region.region) };
      }),
      agencies: [...this.#agencies.values()].map((agency) => ({
        ...agency,
        authorisations: [...this.#authorisationsOf(agency.agency)].map(([typeCode, intervals]) => ({
          typeCode,
          intervals,
        })),
        sealDelegations: [...this.#delegationsOf(agency.agency)].map(([sealer, intervals]) => ({ sealer, intervals })),
      })),
      keys: [...this.#keys.values()],
      types: [...this.#types.values()],
    };
  }

  /** A strike ends keys, authorisations and seal delegations, given and received; a new registration begins without any. */
  #withBelongings(named: Named & { of: "agency" }): readonly Named[] {
    const { agency } = named;
    const keys = [...this.#keys.values()].filter((key) => key.agency === agency);
    const delegations = [...this.#delegations].flatMap(([by, sealers]) =>
      [...sealers.keys()].filter((sealer) => by === agency || sealer === agency).map((sealer) => ({ by, sealer })),
    );
    return [
      named,
      ...delegations.map(({ by, sealer }): Named => ({ of: "seal-delegation", agency: by, sealer })),
      ...[...this.#authorisationsOf(agency).keys()].map(
        (typeCode): Named => ({ of: "authorisation", agency, typeCode }),
      ),
      ...keys.map(({ keyDigest }): Named => ({ of: "key", keyDigest, multikey: null })),
    ];
  }

  async #read(named: Named, snapshot: RegistrySnapshot): Promise<void> {
    switch (named.of) {
      case "region":
        put(this.#regions, named.region, await snapshot.findRegion(named.region));
        break;
      case "agency":
        put(this.#agencies, named.agency, await snapshot.findAgency(named.agency));
        break;
      case "authorisation": {
        const { agency, typeCode } = named;
        const intervals = await snapshot.findAuthorisations(agency, typeCode);
        put(this.#authorisationsOf(agency), typeCode, intervals.length === 0 ? null : intervals);
        break;
      }
      case "seal-delegation": {
        const { agency, sealer } = named;
        const intervals = await snapshot.findSealDelegations(agency, sealer);
        put(this.#delegationsOf(agency), sealer, intervals.length === 0 ? null : intervals);
        break;
      }
      case "key": {
        const { keyDigest } = named;
        const multikey = this.#multikeys.get(keyDigest);
        const record = multikey ? await snapshot.findKey(keyDigest) : null;
        put(this.#keys, keyDigest, multikey && record ? { ...record, multikey } : null);
        break;
      }
      case "anchor": {
        const { region, root, size } = named;
        const record = await snapshot.findAnchor(region, root, size);
        put(this.#anchorsOf(region), `${root}/${size}`, record && { root, size, ...record });
        break;
      }
      case "type": {
        const { typeCode, version } = named;
        const record = await snapshot.findTypeDefinition(typeCode, version);
        put(this.#types, `${typeCode}/${version}`, record && { typeCode, version, ...record });
        break;
      }
      case "status": {
        const { region, list, word } = named;
        this.#words.set(region, list, word, await snapshot.statusWord(region, list, word));
      }
    }
  }

  #learn(multikey: Uint8Array): void {
    this.#multikeys.set(toHex(this.#crypto.sha256(multikey)), multikey);
  }

  #anchorsOf(region: string) {
    return inner(this.#anchors, region);
  }

  #delegationsOf(agency: string) {
    return inner(this.#delegations, agency);
  }

  #authorisationsOf(agency: string) {
    return inner(this.#authorisations, agency);
  }
}

function put<T>(records: Map<string, T>, name: string, record: T | null): void {
  if (record === null) records.delete(name);
  else records.set(name, record);
}

function inner<T>(outer: Map<string, Map<string, T>>, name: string): Map<string, T> {
  const found = outer.get(name) ?? new Map<string, T>();
  outer.set(name, found);
  return found;
}

/** The same for events that name the same thing. */
function nameOf(named: Named): string {
  return JSON.stringify(named.of === "key" ? [named.of, named.keyDigest] : named);
}
