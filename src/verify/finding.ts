// SPDX-License-Identifier: Apache-2.0
import type { Answer } from "./answer.js";
import type { ReasonCode } from "./reasons.js";
import type { CheckName, CheckResult, Remark } from "./report.js";

/** What a check found: its result, what else is worth telling, and, of the anchor check, when the licence was anchored. */
export interface Finding {
  readonly result: CheckResult;
  readonly remarks?: readonly Remark[];
  /** Block time, seconds. */
  readonly anchoredAt?: number;
}

/** The words in which one check speaks. */
export function findingsOf(check: CheckName) {
  return {
    pass: (remarks: readonly Remark[] = []): Finding => ({ result: { check, outcome: "pass" }, remarks }),
    fail: (reason: ReasonCode, detail?: string): Finding => ({ result: decided(check, "fail", reason, detail) }),
    unknown: (reason: ReasonCode, detail?: string): Finding => ({ result: decided(check, "unknown", reason, detail) }),
    /** A question that got no answer. */
    unanswered: ({ reason, detail }: Extract<Answer<unknown>, { known: false }>): Finding => ({
      result: decided(check, "unknown", reason, detail),
    }),
    notApplicable: (reason?: ReasonCode, remarks: readonly Remark[] = []): Finding => ({
      result: reason ? { check, outcome: "not-applicable", reason } : { check, outcome: "not-applicable" },
      remarks,
    }),
  };
}

function decided(check: CheckName, outcome: "fail" | "unknown", reason: ReasonCode, detail?: string): CheckResult {
  return detail === undefined ? { check, outcome, reason } : { check, outcome, reason, detail };
}
