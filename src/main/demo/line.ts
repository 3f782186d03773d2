// SPDX-License-Identifier: Apache-2.0
import type { CheckName, Report } from "../../verify/report.js";

/** What a line compares: the three words and the reason that decided. */
export interface Answer {
  readonly authenticity: Report["authenticity"];
  readonly standing: Report["standing"];
  readonly verdict: Report["verdict"];
  readonly reason: Report["reason"];
}

export interface Line {
  readonly step: string;
  readonly expected: Answer;
  /** A remark that must be among those of the report. */
  readonly remark?: string;
  /** A check that must pass. */
  readonly passes?: CheckName;
  readonly verify: () => Promise<Report>;
}

export interface LineResult {
  readonly step: string;
  readonly expected: string;
  readonly got: string;
  readonly ok: boolean;
}

export const valid: Answer = { authenticity: "genuine", standing: "in-force", verdict: "valid", reason: null };

export const notInForce = (standing: Answer["standing"], reason: Answer["reason"]): Answer => {
  return { authenticity: "genuine", standing, verdict: "not-in-force", reason };
};

export const notGenuine = (reason: Answer["reason"]): Answer => {
  return { authenticity: "not-genuine", standing: "undecided", verdict: "not-genuine", reason };
};

export const undecided = (reason: Answer["reason"]): Answer => {
  return { authenticity: "undecided", standing: "undecided", verdict: "undecided", reason };
};

/** Genuine as of a block that is too old to say how it stands now. */
export const standingUndecided = (reason: Answer["reason"]): Answer => ({
  ...undecided(reason),
  authenticity: "genuine",
});

export async function runLine({ step, expected, remark, passes, verify }: Line): Promise<LineResult> {
  const wanted = words(expected, remark, passes);
  try {
    const report = await verify();
    const seen = report.remarks.some((one) => one.remark === remark) ? remark : undefined;
    const passed = report.checks.find(({ check, outcome }) => check === passes && outcome === "pass")?.check;
    const got = words(report, seen, passed);
    return { step, expected: wanted, got, ok: got === wanted };
  } catch (error) {
    return { step, expected: wanted, got: error instanceof Error ? error.message : String(error), ok: false };
  }
}

function words({ authenticity, standing, verdict, reason }: Answer, remark?: string, passed?: CheckName): string {
  const more = [
    ...(remark === undefined ? [] : [`(${remark})`]),
    ...(passed === undefined ? [] : [`(${passed} passes)`]),
  ];
  return [authenticity, standing, verdict, reason ?? "-", ...more].join(" · ");
}
