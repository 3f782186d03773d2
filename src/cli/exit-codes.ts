// SPDX-License-Identifier: Apache-2.0
import type { Verdict } from "../verify/report.js";

/** Exit codes of every command; the four verdicts, and sysexits.h for the rest. */
export const EXIT = {
  ok: 0,
  notGenuine: 1,
  undecided: 2,
  notInForce: 3,
  usage: 64,
  /** The input, or part of it, was refused: what stdout or stderr says of it is why. */
  refused: 65,
  failed: 70,
  /** Done and recorded; the chain could not be told yet. */
  waiting: 75,
} as const;

const CODE_OF_VERDICT = {
  valid: EXIT.ok,
  "not-genuine": EXIT.notGenuine,
  undecided: EXIT.undecided,
  "not-in-force": EXIT.notInForce,
} satisfies Record<Verdict, number>;

/** Worst first: a forgery among a hundred good files must not be lost. */
const WORST_FIRST: readonly Verdict[] = ["not-genuine", "undecided", "not-in-force", "valid"];

/** The exit code for several verdicts: that of the worst one. */
export function exitCodeOf(verdicts: readonly Verdict[]): number {
  const worst = WORST_FIRST.find((verdict) => verdicts.includes(verdict)) ?? "undecided";
  return CODE_OF_VERDICT[worst];
}
