// SPDX-License-Identifier: Apache-2.0
import type { CheckName, CheckResult, Report } from "../../src/verify/index.js";

/** What a person acts on. */
export function answers({ authenticity, standing, verdict, reason }: Report) {
  return { authenticity, standing, verdict, reason };
}

export function notGenuine(reason: string) {
  return { authenticity: "not-genuine", standing: "undecided", verdict: "not-genuine", reason };
}

export function undecided(reason: string) {
  return { authenticity: "undecided", standing: "undecided", verdict: "undecided", reason };
}

export function notInForce(standing: string, reason: string) {
  return { authenticity: "genuine", standing, verdict: "not-in-force", reason };
}

export function remarksOf({ remarks }: Report): readonly string[] {
  return remarks.map(({ remark }) => remark);
}

export function checkOf({ checks }: Report, name: CheckName): CheckResult {
  return checks.find(({ check }) => check === name)!;
}
