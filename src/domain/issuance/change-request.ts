// SPDX-License-Identifier: Apache-2.0
import type { LegalState } from "../../core/type-definition.js";

/** A legal act on a certificate. Basis and document number are required: no change of state without its paper. */
export interface ChangeRequest {
  readonly action: "suspend" | "release" | "revoke";
  /** The end state of a revocation (default `cancelled`), or `transferred-out` for a suspension that is a transfer 转出. */
  readonly state?: LegalState;
  /** Legal basis 法律依据, at most 500 characters. */
  readonly legalBasis: string;
  /** Number of the decision document 文书号, at most 100 characters. */
  readonly documentNumber: string;
}
