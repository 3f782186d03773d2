// SPDX-License-Identifier: Apache-2.0
import { BoundedCache } from "../../core/bounded-cache.js";
import type { RegistrySnapshot } from "../../verify/registry.js";
import { covers } from "../../verify/time.js";
import type { SealCertificateRecord, SealStore } from "./seal-store.js";

export interface SealersDependencies {
  readonly region: string;
  readonly store: Pick<SealStore, "sealCertificatesOf" | "sealCertificatesInForce">;
}

/** Seals of other agencies that are asked for in the registry: more than a region's approval bureaus have. */
const MOST_SEALERS = 500;
/** Of them so many at once. */
const ASKED_AT_ONCE = 50;
/** Agencies of which it is remembered who seals for them: more than a region has. */
const MOST_AGENCIES = 10_000;

/**
 * Who seals for an agency now: itself, or else whom the registry lets seal for it, the newest seal first. Nobody who is suspended, in person or with the region, or removed, nor
 * under a CA whose key does not count. Null when there is none.
 */
export function createSealers({ region, store }: SealersDependencies) {
  const lastSealer = new BoundedCache<string, string>(MOST_AGENCIES);
  const nobodyAt = new BoundedCache<string, string>(MOST_AGENCIES);

  /** Its key is in the registry, in effect, not retired, not claimed stolen. */
  const isTrusted = async ({ ca }: SealCertificateRecord, snapshot: RegistrySnapshot): Promise<boolean> => {
    const key = await snapshot.findKey(ca);
    if (key === null || key.purpose !== "seal-ca" || key.agency !== null || key.region !== region) return false;
    return key.interval.from <= snapshot.head.time && key.interval.until === null && key.compromises.length === 0;
  };

  const isActive = async ({ holder }: SealCertificateRecord, snapshot: RegistrySnapshot): Promise<boolean> => {
    const agency = await snapshot.findAgency(holder);
    if (agency === null) return true;
    return agency.removedAt === null && !agency.suspensions.some((each) => covers(each, snapshot.head.time));
  };

  const isRegionSuspended = async (snapshot: RegistrySnapshot): Promise<boolean> => {
    const record = await snapshot.findRegion(region);
    return record?.suspensions.some((interval) => covers(interval, snapshot.head.time)) ?? false;
  };

  const delegatedTo = async (agency: string, seals: readonly SealCertificateRecord[], snapshot: RegistrySnapshot) => {
    const newest = new Map<string, SealCertificateRecord>();
    for (const seal of seals)
      if (!newest.has(seal.holder) && (await isTrusted(seal, snapshot))) newest.set(seal.holder, seal);
    // In one block nothing changes, and a file without a seal may be asked for again and again.
    const asked = [snapshot.head.hash, ...[...newest.values()].map(({ serial }) => serial)].join(" ");
    if (nobodyAt.get(agency) === asked) return null;
    const maySeal = async (seal: SealCertificateRecord): Promise<boolean> => {
      const delegations = await snapshot.findSealDelegations(agency, seal.holder);
      const isOpen = delegations.some(({ from, until }) => from <= snapshot.head.time && until === null);
      return isOpen && (await isActive(seal, snapshot));
    };
    // Mostly it is who it was before, and then nobody else is asked.
    const before = newest.get(lastSealer.get(agency) ?? "");
    if (before !== undefined && (await maySeal(before))) return before;
    const candidates = [...newest.values()];
    for (let first = 0; first < candidates.length; first += ASKED_AT_ONCE) {
      const group = candidates.slice(first, first + ASKED_AT_ONCE);
      const found = group[(await Promise.all(group.map(maySeal))).indexOf(true)];
      if (found === undefined) continue;
      lastSealer.set(agency, found.holder);
      return found;
    }
    nobodyAt.set(agency, asked);
    return null;
  };

  /** `at` in seconds since 1970; the snapshot is opened only where anybody has a seal. */
  return async (
    agency: string,
    at: number,
    open: () => Promise<RegistrySnapshot>,
  ): Promise<SealCertificateRecord | null> => {
    const own = (await store.sealCertificatesOf(agency)).filter((seal) => isInForce(seal, at)).reverse();
    const others = own.length > 0 ? [] : await store.sealCertificatesInForce(at, MOST_SEALERS);
    if (own.length + others.length === 0) return null;
    const snapshot = await open();
    if (await isRegionSuspended(snapshot)) return null;
    for (const seal of own) if ((await isTrusted(seal, snapshot)) && (await isActive(seal, snapshot))) return seal;
    return delegatedTo(agency, others, snapshot);
  };
}

function isInForce({ validity, revocation }: SealCertificateRecord, at: number): boolean {
  return revocation === null && validity.from <= at && at <= validity.until;
}
