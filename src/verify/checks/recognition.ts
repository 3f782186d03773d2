// SPDX-License-Identifier: Apache-2.0
import type { CheckContext } from "../context.js";
import { type Finding, findingsOf } from "../finding.js";

const { pass, fail, unknown, unanswered } = findingsOf("recognition");

const ANY = "*";

/** Passes when the verifying region's list 互认清单 accepts this type from the issuing region for the matter. */
export async function checkRecognition(context: CheckContext): Promise<Finding> {
  const { trust, purpose, claims, issuer } = context;
  if (!trust.recognition || !purpose) return unknown("recognition.no-list");
  // The issuing region is the registry's word about a proven issuer, not the document's.
  if ((await context.finding("issuer")).result.outcome !== "pass") return unknown("recognition.issuer-unproven");
  const { region } = issuer;
  if (!region.known) return unanswered(region);
  const issuingRegion = region.value;
  const accepted = trust.recognition.some(
    (rule) =>
      matches(rule.typeCode, claims.typeCode) &&
      matches(rule.issuingRegion, issuingRegion) &&
      matches(rule.acceptingRegion, purpose.region) &&
      matches(rule.matter, purpose.matter ?? null),
  );
  return accepted ? pass() : fail("recognition.not-listed");
}

/** Literally equal, or the rule says "anything". */
function matches(rule: string, value: string | null): boolean {
  return rule === ANY || rule === value;
}
