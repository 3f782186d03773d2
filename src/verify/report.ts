// SPDX-License-Identifier: Apache-2.0
import type { ReasonCode, RemarkCode } from "./reasons.js";
import type { Head } from "./registry.js";

export type Authenticity = "genuine" | "not-genuine" | "undecided";
export type Standing = "in-force" | "not-yet-valid" | "suspended" | "revoked" | "expired" | "undecided";
export type Recognition = "accepted" | "not-listed" | "undecided";
export type Verdict = "valid" | "not-in-force" | "not-genuine" | "undecided";

export type CheckName =
  | "integrity"
  | "type"
  | "anchor"
  | "issuer"
  | "seal"
  | "content"
  | "copy"
  | "status"
  | "validity"
  | "recognition";

/** `reason` is there exactly when the outcome is `fail` or `unknown`; a `pass` and a `not-applicable` may carry none. */
export type CheckResult =
  | { readonly check: CheckName; readonly outcome: "pass" }
  | { readonly check: CheckName; readonly outcome: "not-applicable"; readonly reason?: ReasonCode }
  | {
      readonly check: CheckName;
      readonly outcome: "fail" | "unknown";
      readonly reason: ReasonCode;
      readonly detail?: string;
    };

export interface Remark {
  readonly remark: RemarkCode;
  /** RFC 3339, where the remark is about a time. */
  readonly time?: string;
  /** The earlier time or date that the document states, where the remark sets it against `time`. */
  readonly stated?: string;
}

export interface Report {
  readonly reportVersion: 1;
  readonly verdict: Verdict;
  readonly authenticity: Authenticity;
  readonly standing: Standing;
  readonly recognition: Recognition;
  /** The reason that decided the verdict: of the first failing check, else of the first unknown one; null when valid. */
  readonly reason: ReasonCode | null;
  readonly checks: readonly CheckResult[];
  readonly remarks: readonly Remark[];
  readonly document: DocumentSummary;
  readonly times: {
    readonly now: string;
    readonly at: string;
    readonly anchoredAt: string | null;
    readonly head: Head | null;
  };
}

/** What the document says of itself. Meaningless without the verdict beside it. */
export interface DocumentSummary {
  /** `credential`: a W3C credential of somebody who is not registered here; nothing of it is shown. */
  readonly form: "pdf" | "json" | "certificate" | "token" | "credential" | "unknown";
  readonly certificateDigest: string | null;
  readonly tokenDigest: string | null;
  readonly certificateIdentifier: string | null;
  readonly certificateTypeCode: string | null;
  readonly certificateNumber: string | null;
  readonly certificateName: string | null;
  readonly holders: readonly string[];
  readonly issueDept: string | null;
  readonly issueDeptCode: string | null;
  readonly region: string | null;
  readonly validFrom: string | null;
  readonly validUntil: string | null;
  /** Of a sealed file: who sealed it, and when, in the words of the seal. */
  readonly seal: { readonly name: string; readonly time: string } | null;
  /**
   * Of a reader's copy 加注件: for whom and what it is, and when it was made and ends, in the words of its statement. A code has no number, cause and
   * creator, and of a long user or matter the beginning, which ends in an ellipsis.
   */
  readonly copy: {
    readonly number: string | null;
    readonly user: string;
    readonly matter: string;
    readonly cause: string | null;
    readonly creator: string | null;
    readonly made: string;
    readonly until: string;
  } | null;
  /** Face fields in the order of the type's labels (document) or of its code (token). */
  readonly face: readonly {
    readonly field: string;
    readonly label: { readonly zh: string; readonly en: string } | null;
    readonly value: unknown;
  }[];
}
