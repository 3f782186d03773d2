// SPDX-License-Identifier: Apache-2.0
import { CHECK_NAMES, CHECKS } from "./checks/index.js";
import type { ReasonCode } from "./reasons.js";
import type { Authenticity, CheckName, CheckResult, Recognition, Standing, Verdict } from "./report.js";

export type Results = Readonly<Record<CheckName, CheckResult>>;

export interface Answers {
  readonly verdict: Verdict;
  readonly authenticity: Authenticity;
  readonly standing: Standing;
  readonly recognition: Recognition;
  readonly reason: ReasonCode | null;
}

/** Turns results into the three answers and the verdict; the only place that does. Recognition never changes the verdict. */
export function answersOf(results: Results): Answers {
  const authenticity = authenticityOf(results);
  const standing = authenticity === "genuine" ? standingOf(results) : "undecided";
  const verdict = verdictOf(authenticity, standing);
  return {
    verdict,
    authenticity,
    standing,
    recognition: recognitionOf(results.recognition),
    reason: reasonOf(verdict, authenticity, standing, results),
  };
}

function authenticityOf(results: Results): Authenticity {
  const outcomes = authenticityResults(results).map(({ outcome }) => outcome);
  if (outcomes.includes("fail")) return "not-genuine";
  if (outcomes.includes("unknown")) return "undecided";
  // No single check makes a document genuine, and none that did not run does.
  return outcomes.includes("pass") ? "genuine" : "undecided";
}

function authenticityResults(results: Results): readonly CheckResult[] {
  return AUTHENTICITY_CHECKS.map((name) => results[name]);
}

const AUTHENTICITY_CHECKS = CHECK_NAMES.filter((name) => CHECKS[name].question === "authenticity");

/** The first that holds: what was taken away for good comes before what time or a release may change. */
function standingOf({ status, validity }: Results): Standing {
  if (status.outcome === "fail" && status.reason === "status.revoked") return "revoked";
  if (validity.outcome === "fail" && EXPIRED.has(validity.reason)) return "expired";
  if (status.outcome === "fail") return "suspended";
  if (validity.outcome === "fail") return "not-yet-valid";
  return status.outcome === "pass" && validity.outcome === "pass" ? "in-force" : "undecided";
}

/** A reader's copy that may no longer be used is an expired document, though the licence may be in force. */
const EXPIRED: ReadonlySet<ReasonCode> = new Set<ReasonCode>(["validity.expired", "copy.expired"]);

function recognitionOf({ outcome }: CheckResult): Recognition {
  if (outcome === "pass") return "accepted";
  return outcome === "fail" ? "not-listed" : "undecided";
}

function verdictOf(authenticity: Authenticity, standing: Standing): Verdict {
  if (authenticity === "not-genuine") return "not-genuine";
  if (authenticity === "undecided" || standing === "undecided") return "undecided";
  return standing === "in-force" ? "valid" : "not-in-force";
}

/** Of the checks of the question that decided, the first that failed, else the first that did not know. */
function reasonOf(
  verdict: Verdict,
  authenticity: Authenticity,
  standing: Standing,
  results: Results,
): ReasonCode | null {
  if (verdict === "valid") return null;
  const deciding = authenticity === "genuine" ? deciders(standing, results) : authenticityResults(results);
  const decided =
    deciding.find(({ outcome }) => outcome === "fail") ?? deciding.find(({ outcome }) => outcome === "unknown");
  return decided?.outcome === "fail" || decided?.outcome === "unknown" ? decided.reason : null;
}

function deciders(standing: Standing, { status, validity }: Results): readonly CheckResult[] {
  return standing === "expired" || standing === "not-yet-valid" ? [validity] : [status, validity];
}
