// SPDX-License-Identifier: Apache-2.0
import type { CopyStatement } from "../../core/copy/copy-statement.js";
import type { Evidence } from "../../core/evidence.js";
import type { LicenceDocument } from "../issuance/index.js";

/** What every answer about a reader's copy tells. */
export interface CopySummary {
  /** Of the licence. */
  readonly certificateIdentifier: string;
  readonly copyNumber: string;
  readonly user: string;
  readonly matter: string;
  readonly cause: string;
  /** RFC 3339 in Shanghai time, as the next: from then on it may be used. */
  readonly madeAt: string;
  /** The last second at which it may be used. */
  readonly until: string;
  /** Digest of the signed statement, lower-case hex. */
  readonly copyDigest: string;
  readonly anchoring: "pending" | "staged" | "anchored";
}

export interface CopyPage {
  readonly copies: readonly CopySummary[];
  /** Null on the last page. */
  readonly next: number | null;
}

/** A copy with its licence: all that its file is made of. */
export interface CopyDocument {
  readonly licence: LicenceDocument;
  readonly statement: CopyStatement;
  /** With the copy's token; pending or anchored. */
  readonly evidence: Evidence;
}
