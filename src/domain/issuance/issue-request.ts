// SPDX-License-Identifier: Apache-2.0
import type { CertificateHolder, FaceValue } from "../../core/certificate.js";

/** What an agency asks to be issued. Dates are YYYY-MM-DD in the calendar of Asia/Shanghai. Unknown members are errors. */
export interface IssueRequest {
  readonly typeCode: string;
  /** Absent: the newest version that is not retired. */
  readonly typeVersion?: number;
  /** The printed number 证照编号, by the rule of the type. */
  readonly certificateNumber: string;
  readonly holders: readonly CertificateHolder[];
  /** Absent: today. */
  readonly issueDate?: string;
  /** Absent: the issue date. */
  readonly validFrom?: string;
  /** The printed, inclusive end date; null or absent: long-term 长期. */
  readonly validUntil?: string | null;
  /** GB/T 2260, six digits; absent: the agency's own area. */
  readonly areaCode?: string;
  /** The type's own fields, by its schema. */
  readonly face: Readonly<Record<string, FaceValue>>;
  /** Identifier that an earlier system gave this certificate; kept as it is. Absent: a new one with a random serial. */
  readonly identifier?: string;
}

/**
 * What a new version may change. What is absent is taken from the predecessor, except that the new version is issued today and
 * that a renewal starts on its issue date.
 */
export type SuccessorRequest = Partial<
  Pick<
    IssueRequest,
    "typeVersion" | "holders" | "issueDate" | "validFrom" | "validUntil" | "areaCode" | "face" | "certificateNumber"
  > & {
    /** Legal basis 法律依据 of the decision, and its document number 文书号: for the log, not printed and not signed. */
    readonly legalBasis: string;
    readonly documentNumber: string;
  }
>;

/** Something worth telling the agency that did not stop the issue. */
export interface IssueWarning {
  readonly code: "identifier.check-variant" | "identifier.foreign-agency";
  readonly field: string;
  readonly message: string;
}
