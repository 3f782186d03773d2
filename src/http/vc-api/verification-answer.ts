// SPDX-License-Identifier: Apache-2.0
import type { CheckResult, Report } from "../../verify/report.js";

/** An entry of `problemDetails` and `warnings` (RFC 9457; VC-API and VC Data Model 2.0 section 7.2). */
export interface VcProblem {
  readonly type: string;
  readonly title: string;
  readonly detail: string;
}

export interface VcVerification {
  readonly verified: boolean;
  readonly problemDetails: readonly VcProblem[];
  readonly warnings: readonly VcProblem[];
}

const DATA_MODEL = "https://www.w3.org/TR/vc-data-model#";
const SECURITY = "https://w3id.org/security#";
const REASONS = "https://tigertally.example/reasons/";

const MALFORMED = {
  type: `${DATA_MODEL}MALFORMED_VALUE_ERROR`,
  title: "The credential does not follow the data model",
};
const WRONG_PROOF = { type: `${SECURITY}PROOF_VERIFICATION_ERROR`, title: "The proof does not hold" };

/** What a W3C verifier cannot see either: that it is unknown does not speak against the proof, and is said. */
const ONLY_WARNED: readonly string[] = [
  "anchor.evidence-missing",
  "issuer.anchor-time-unknown",
  "issuer.not-registered-here",
  "status.not-consulted",
  "recognition.no-list",
  "recognition.issuer-unproven",
];

/** Answers of one kind of check. */
type Undecided = Extract<CheckResult, { outcome: "fail" | "unknown" }>;

/**
 * The W3C question, 'does the credential follow the model, hold its proof, and stand', answered from our report: no check but
 * recognition may fail, and what may stay unknown is listed.
 */
export function vcVerification({ checks }: Report): VcVerification {
  const undecided = checks.filter((check): check is Undecided => "reason" in check && isUndecided(check));
  const stopping = undecided.filter(
    ({ check, outcome, reason }) => check !== "recognition" && !isWarned(outcome, reason),
  );
  const warned = undecided.filter((check) => !stopping.includes(check));
  return {
    verified: stopping.length === 0,
    problemDetails: stopping.map(problemOf),
    warnings: warned.map((check) => ({ ...problemOf(check), type: `${REASONS}${check.reason}` })),
  };
}

function isUndecided({ outcome }: CheckResult): boolean {
  return outcome === "fail" || outcome === "unknown";
}

function isWarned(outcome: CheckResult["outcome"], reason: string): boolean {
  return outcome === "unknown" && ONLY_WARNED.includes(reason);
}

/** Whether the document is at fault before anybody looked at its proof. */
export function isMalformed({ checks }: Report): boolean {
  return checks.some((check) => check.outcome === "fail" && check.reason.startsWith("format."));
}

/** Whether the answer waits for a registry that could not be asked: no word about the credential then. */
export function registryFailure({ checks }: Report): string | null {
  const found = checks.find((check) => check.outcome === "unknown" && check.reason.startsWith("registry."));
  return found?.outcome === "unknown" ? found.reason : null;
}

export function stolenKey(detail: string): VcProblem {
  return { ...WRONG_PROOF, detail };
}

function problemOf({ check, outcome, reason, detail }: Undecided): VcProblem {
  const known = { detail: detail === undefined ? reason : `${reason}: ${detail}` };
  if (reason.startsWith("format.")) return { ...MALFORMED, ...known };
  if (reason.startsWith("integrity.") || reason === "issuer.method-mismatch") return { ...WRONG_PROOF, ...known };
  const title = outcome === "fail" ? `The ${check} check failed` : `The ${check} check could not be decided`;
  return { type: `${REASONS}${reason}`, title, ...known };
}
