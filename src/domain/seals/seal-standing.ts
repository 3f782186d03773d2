// SPDX-License-Identifier: Apache-2.0
import type { Certificate } from "../../core/certificate.js";
import { certificateDigest } from "../../core/certificate-reader.js";
import type { Crypto } from "../../core/crypto.js";
import { sealEntry } from "../../core/entry.js";
import { leafHash } from "../../core/merkle.js";
import { readSeal } from "../../core/seal/read-seal.js";
import {
  type AgencyRecord,
  type Interval,
  type KeyRecord,
  type RegionRecord,
  RegistryError,
  type RegistrySnapshot,
} from "../../verify/registry.js";
import type { ProofSource } from "../../verify/sources.js";
import { covers } from "../../verify/time.js";
import type { SealCertificateRecord, SealRecord } from "./seal-store.js";

/**
 * How verifiers take a seal that is on a file: as good; with doubts that another seal would end; or as one that was set when nobody might, which makes the
 * file worse than no seal.
 */
export type SealStanding = "good" | "doubtful" | "wrong";

export interface SealOnFile {
  readonly seal: SealRecord;
  readonly of: SealCertificateRecord;
  readonly licence: Certificate;
}

export interface SealStandingDependencies {
  readonly region: string;
  readonly crypto: Crypto;
  /** Where the region's own batches are found. */
  readonly proofs: ProofSource;
  /** Seconds since 1970. */
  readonly now: () => number;
}

/** Judges as `checkSeal` does, for what is in the store. Without an answer of the registry by the store alone. */
export function createSealStanding({ region, crypto, proofs, now }: SealStandingDependencies) {
  /** When the seal was there at the latest; null when nothing proves it. */
  const provenTime = async ({ seal, licence }: SealOnFile, snapshot: RegistrySnapshot | null) => {
    const { timestamp } = readSeal(seal.cms);
    if (timestamp !== null) return timestamp.time;
    if (snapshot === null) return null;
    const leaf = leafHash(crypto, sealEntry(certificateDigest(crypto, licence), crypto.sha256(seal.cms)));
    const proof = await proofs.findProof(leaf, region);
    const anchor = proof && (await snapshot.findAnchor(region, proof.root, proof.size));
    return anchor && anchor.disowned === null ? anchor.anchoredAt : null;
  };

  const judged = async (on: SealOnFile, snapshot: RegistrySnapshot | null): Promise<SealStanding> => {
    const known = snapshot && (await recordsOf(on, snapshot));
    const isInForce = on.of.revocation === null && on.of.validity.until >= now();
    const isUntouched = known === null || !isTouched(known, on.seal.sealedAt);
    if (isInForce && isUntouched) return "good";
    const proven = await provenTime(on, snapshot);
    const byRegistry = known === null ? "good" : judgeByRegistry(known, on.seal.sealedAt, proven);
    return byRegistry !== "good" || isInForce ? byRegistry : judgeByCertificate(on.of, proven);
  };

  const recordsOf = async ({ of, licence }: SealOnFile, snapshot: RegistrySnapshot): Promise<Records> => {
    const { ca, holder } = of;
    const { issueDeptCode: issuer } = licence.credentialSubject;
    const [key, agency, own, delegations] = await Promise.all([
      snapshot.findKey(ca),
      snapshot.findAgency(holder),
      snapshot.findRegion(region),
      holder === issuer ? null : snapshot.findSealDelegations(issuer, holder),
    ]);
    return { key, agency, region: own, delegations, head: snapshot.head.time };
  };

  return async (on: SealOnFile, snapshot: () => Promise<RegistrySnapshot>): Promise<SealStanding> => {
    try {
      return await judged(on, await snapshot());
    } catch (error) {
      // A file that is sealed is handed out while the chain cannot be reached, too.
      if (!(error instanceof RegistryError)) throw error;
      return judged(on, null);
    }
  };
}

interface Records {
  readonly key: KeyRecord | null;
  /** Whose seal it is. */
  readonly agency: AgencyRecord | null;
  readonly region: RegionRecord | null;
  /** From the issuer to another that seals for it; null where it seals itself. */
  readonly delegations: readonly Interval[] | null;
  readonly head: number;
}

const suspensionsOf = ({ agency, region }: Records) => [...(agency?.suspensions ?? []), ...(region?.suspensions ?? [])];

/** When another agency that sealed for the issuer could no more. */
function endsOf({ agency, delegations }: Records): readonly number[] {
  if (delegations === null) return [];
  return [agency?.removedAt ?? null, ...delegations.map(({ until }) => until)].filter((end) => end !== null);
}

/** Whether anything in the registry could speak against a seal that states this time. */
function isTouched(records: Records, sealedAt: number): boolean {
  const { key } = records;
  if (key !== null && (key.interval.until !== null || key.compromises.length > 0)) return true;
  if (endsOf(records).length > 0) return true;
  return suspensionsOf(records).some(({ until }) => until === null || until > sealedAt);
}

function judgeByRegistry(records: Records, sealedAt: number, proven: number | null): SealStanding {
  const at = proven ?? sealedAt;
  const suspensions = suspensionsOf(records);
  if (suspensions.some((interval) => covers(interval, sealedAt))) return "wrong";
  const { interval, compromises } = records.key ?? { interval: { until: null }, compromises: [] };
  if (interval.until !== null && at >= interval.until) return "wrong";
  const touching = compromises.filter(({ since }) => since <= at);
  if (touching.some(({ effectiveAt }) => effectiveAt <= records.head)) return "wrong";
  const isOutside = isOutsideDelegation(records, at);
  if (isOutside && isOutsideDelegation(records, sealedAt)) return "wrong";
  const isDoubted = isOutside || touching.length > 0 || (proven === null && couldBeBackdated(records, sealedAt));
  return isDoubted || suspensions.some((each) => covers(each, at)) ? "doubtful" : "good";
}

function isOutsideDelegation({ agency, delegations }: Records, at: number): boolean {
  if (delegations === null) return false;
  const removedAt = agency?.removedAt ?? null;
  if (removedAt !== null && at >= removedAt) return true;
  // None at all: a node that lags may not know it yet.
  return delegations.length > 0 && !delegations.some((each) => covers(each, at));
}

/** Whoever may seal no more, or could not for a while, may have written a time of before. */
function couldBeBackdated(records: Records, sealedAt: number): boolean {
  const { key, head } = records;
  if (key !== null && (key.compromises.length > 0 || (key.interval.until !== null && key.interval.until <= head)))
    return true;
  return endsOf(records).some((end) => end > sealedAt) || suspensionsOf(records).some(({ from }) => from > sealedAt);
}

function judgeByCertificate({ validity, revocation }: SealCertificateRecord, proven: number | null): SealStanding {
  if (proven === null || proven > validity.until) return "doubtful";
  return revocation === null || revocation.at > proven ? "good" : "doubtful";
}
