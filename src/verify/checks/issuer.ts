// SPDX-License-Identifier: Apache-2.0
import { keyOfProof } from "../../core/data-integrity.js";
import { absent } from "../absence.js";
import type { CheckContext } from "../context.js";
import { type Finding, findingsOf } from "../finding.js";
import { judgeKey } from "../issuer-key.js";
import type { AgencyRecord, Interval, KeyRecord, RegionRecord } from "../registry.js";
import type { Remark } from "../report.js";
import { covers, toRfc3339 } from "../time.js";
import { unlistedKey } from "./unlisted-key.js";

const findings = findingsOf("issuer");
const { pass, fail, unknown, unanswered } = findings;

/**
 * Passes when the key belonged to the stated agency, both stood in one region of the registry, and the agency was authorised
 * for the type, all at the time of the anchor. What happened to key, agency or region later is a remark.
 */
export async function checkIssuer(context: CheckContext): Promise<Finding> {
  const { registry, claims, issuer } = context;
  const disagreement = methodDisagreement(context);
  if (disagreement) return disagreement;

  const { key, agency } = issuer;
  if (!key.known) return unanswered(key);
  if (!key.value)
    return context.document.form === "token"
      ? unlistedKey(context.document, context, findings)
      : absent(context, findings, "issuer.key-not-registered");
  const owner = ownerDisagreement(key.value, context);
  if (owner) return owner;
  if (!agency.known) return unanswered(agency);
  if (!agency.value) return absent(context, findings, "issuer.agency-not-registered");
  const [authorisations, region] = await Promise.all([
    registry.findAuthorisations(claims.agencyCode, claims.typeCode),
    registry.findRegion(key.value.region),
  ]);
  if (!authorisations.known) return unanswered(authorisations);
  if (!region.known) return unanswered(region);
  if (!region.value) return unknown("registry.garbage", `no region ${key.value.region}, though a key belongs to it`);
  // Whoever registers a struck code again is another agency; the registry tells only of the newest registration.
  if (isOfEarlierRegistration(key.value, agency.value)) return unknown("issuer.agency-struck");
  const agreement = agencyDisagreement(key.value, agency.value, context);
  if (agreement) return agreement;
  if (authorisations.value.length === 0) return absent(context, findings, "issuer.type-not-authorised");
  return judgeAtAnchor(context, {
    key: key.value,
    agency: agency.value,
    region: region.value,
    authorisations: authorisations.value,
  });
}

function methodDisagreement({ document }: CheckContext): Finding | null {
  if (document.form === "token") return null;
  const { issuer, proof } = document.certificate;
  return keyOfProof(proof).controller === issuer ? null : fail("issuer.method-mismatch");
}

function ownerDisagreement(key: KeyRecord, { claims }: CheckContext): Finding | null {
  if (key.purpose !== "certificate") return fail("issuer.key-purpose");
  return key.agency === claims.agencyCode ? null : fail("issuer.agency-mismatch");
}

function isOfEarlierRegistration(key: KeyRecord, agency: AgencyRecord): boolean {
  return (
    key.interval.until !== null && key.interval.until <= agency.activeFrom && key.interval.from < agency.activeFrom
  );
}

function agencyDisagreement(key: KeyRecord, agency: AgencyRecord, { document, trust }: CheckContext): Finding | null {
  if (document.form !== "token" && agency.did !== document.certificate.issuer) return fail("issuer.agency-mismatch");
  if (agency.region !== key.region) return fail("issuer.region-mismatch");
  if (trust.regions && !trust.regions.includes(agency.region)) return unknown("issuer.region-not-recognised");
  return null;
}

interface Records {
  readonly key: KeyRecord;
  readonly agency: AgencyRecord;
  readonly region: RegionRecord;
  readonly authorisations: readonly Interval[];
}

async function judgeAtAnchor(
  context: CheckContext,
  { key, agency, region, authorisations }: Records,
): Promise<Finding> {
  const { head } = context.registry;
  if (!head.known) return unanswered(head);
  const { anchoredAt } = await context.finding("anchor");
  if (anchoredAt === undefined) return unknown("issuer.anchor-time-unknown");

  const keyFinding = judgeKey(key, anchoredAt, head.value.time);
  if (keyFinding.result.outcome !== "pass") return keyFinding;
  if (anchoredAt < agency.activeFrom) return fail("issuer.agency-not-active");
  if (agency.removedAt !== null)
    return anchoredAt >= agency.removedAt ? fail("issuer.agency-struck") : unknown("issuer.agency-struck");
  if (isSuspended(agency.suspensions, anchoredAt)) return fail("issuer.agency-suspended");
  if (isSuspended(region.suspensions, anchoredAt)) return fail("issuer.region-suspended");
  if (!authorisations.some((interval) => covers(interval, anchoredAt))) return fail("issuer.type-not-authorised");
  return pass([
    ...(keyFinding.remarks ?? []),
    ...suspendedSince("issuer.agency-suspended-since", agency.suspensions, head.value.time),
    ...suspendedSince("issuer.region-suspended-since", region.suspensions, head.value.time),
  ]);
}

function isSuspended(suspensions: readonly Interval[], time: number): boolean {
  return suspensions.some((interval) => covers(interval, time));
}

function suspendedSince(remark: Remark["remark"], suspensions: readonly Interval[], time: number): readonly Remark[] {
  const current = suspensions.find((interval) => covers(interval, time));
  return current ? [{ remark, time: toRfc3339(current.from) }] : [];
}
