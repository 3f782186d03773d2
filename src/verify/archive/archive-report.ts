// SPDX-License-Identifier: Apache-2.0
import type { ReasonCode } from "../reasons.js";
import type { Remark, Report, Verdict } from "../report.js";
import type { ArchiveHead } from "./archive-format.js";

export type ArchiveCheckName = "package" | "signer" | "members" | "registry" | "log";

/** As `CheckResult`. */
export type ArchiveCheckResult =
  | { readonly check: ArchiveCheckName; readonly outcome: "pass" | "not-applicable" }
  | {
      readonly check: ArchiveCheckName;
      readonly outcome: "fail" | "unknown";
      readonly reason: ReasonCode;
      readonly detail?: string;
    };

/** What a package proves. Everything in it is as of `asOf`; what happened later no package can say. */
export interface ArchiveReport {
  readonly reportVersion: 1;
  readonly form: "archive";
  /** That of the licence as of `asOf`, unless something is wrong with the package or cannot be checked. */
  readonly verdict: Verdict;
  /** The reason that decided the verdict; null when valid. */
  readonly reason: ReasonCode | null;
  /** RFC 3339: when the packaged block was the newest that the region saw. Null when no packaged registry is trusted. */
  readonly asOf: string | null;
  readonly checks: readonly ArchiveCheckResult[];
  readonly remarks: readonly Remark[];
  /** What the manifest says; meaningless without the verdict beside it. */
  readonly manifest: (ArchiveHead & { readonly signer: string }) | null;
  /** The report about the licence's file, as of `asOf`. */
  readonly licence: Report | null;
  /** Of the log extract; null when it was not read. */
  readonly log: {
    readonly events: number;
    /** Events that stand in the log up to an anchored head. */
    readonly anchored: number;
    /** The newest of those heads. */
    readonly head: { readonly sequence: number; readonly anchoredAt: string } | null;
  } | null;
  readonly times: { readonly now: string };
}
