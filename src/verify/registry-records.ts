// SPDX-License-Identifier: Apache-2.0
import type {
  AgencyRecord,
  AnchorRecord,
  Interval,
  KeyPurpose,
  KeyRecord,
  RegionRecord,
  RetroactiveAct,
  TypeDefinitionRecord,
} from "./registry.js";

/** Order of `KeyPurpose` in the contract. */
export const KEY_PURPOSES: readonly KeyPurpose[] = ["certificate", "status-list", "audit", "bundle", "seal-ca"];

/** An interval as the contract returns it: `until` is 0 while it is open. */
export interface ChainInterval {
  readonly from: number;
  readonly until: number;
}

/**
 * The contract's records, whose times are all zero when nothing is recorded, as the verifier wants them: null then. Codes are
 * text already, empty where the contract has zero bytes.
 */
export function intervalsOf(intervals: readonly ChainInterval[]): readonly Interval[] {
  return intervals.map(({ from, until }) => ({ from, until: orNull(until) }));
}

export function regionRecord(
  region: string,
  { addedAt, suspensions }: { readonly addedAt: number; readonly suspensions: readonly ChainInterval[] },
): RegionRecord | null {
  return addedAt === 0 ? null : { region, addedAt, suspensions: intervalsOf(suspensions) };
}

export function agencyRecord(
  agency: string,
  record: {
    readonly region: string;
    readonly did: string;
    readonly activeFrom: number;
    readonly removedAt: number;
    readonly suspensions: readonly ChainInterval[];
  },
): AgencyRecord | null {
  const { region, did, activeFrom, removedAt, suspensions } = record;
  if (activeFrom === 0) return null;
  return { agency, region, did, activeFrom, removedAt: orNull(removedAt), suspensions: intervalsOf(suspensions) };
}

export function keyRecord(
  keyDigest: string,
  record: {
    readonly agency: string;
    readonly region: string;
    readonly purpose: KeyPurpose;
    readonly activeFrom: number;
    readonly retiredAt: number;
    readonly compromises: readonly RetroactiveAct[];
  },
): KeyRecord | null {
  const { agency, region, purpose, activeFrom, retiredAt, compromises } = record;
  if (activeFrom === 0) return null;
  const interval = { from: activeFrom, until: orNull(retiredAt) };
  return { keyDigest, agency: agency === "" ? null : agency, region, purpose, interval, compromises };
}

export function anchorRecord(record: {
  readonly anchoredAt: number;
  readonly disownedEffectiveAt: number;
}): AnchorRecord | null {
  const { anchoredAt, disownedEffectiveAt } = record;
  if (anchoredAt === 0) return null;
  return { anchoredAt, disowned: disownedEffectiveAt === 0 ? null : { effectiveAt: disownedEffectiveAt } };
}

export function typeDefinitionRecord(record: {
  readonly digest: string;
  readonly publishedAt: number;
}): TypeDefinitionRecord | null {
  return record.publishedAt === 0 ? null : { digest: record.digest, publishedAt: record.publishedAt };
}

function orNull(time: number): number | null {
  return time === 0 ? null : time;
}
