// SPDX-License-Identifier: Apache-2.0
import type { Crypto } from "../core/crypto.js";
import type { Claims } from "./claims.js";
import type { LicenceDocument } from "./document.js";
import type { Finding } from "./finding.js";
import type { IssuerFacts } from "./issuer-facts.js";
import type { RegistryQuestions } from "./registry-questions.js";
import type { CheckName } from "./report.js";
import type { ProofSource, Rerender, RevocationListSource } from "./sources.js";
import type { Purpose, Trust } from "./trust.js";

/** All that a check may look at. */
export interface CheckContext {
  readonly document: LicenceDocument;
  readonly claims: Claims;
  readonly trust: Trust;
  readonly registry: RegistryQuestions;
  readonly issuer: IssuerFacts;
  readonly crypto: Crypto;
  /** The clock, seconds since 1970. */
  readonly now: number;
  /** The instant for which the validity period is judged. */
  readonly at: number;
  readonly purpose: Purpose | null;
  readonly mirror: ProofSource | null;
  readonly rerender: Rerender | null;
  readonly revocationLists: RevocationListSource | null;
  /** What an earlier check of the list found. */
  finding(check: CheckName): Finding | Promise<Finding>;
}

/**
 * One question with one answer, a promise only when more must be asked. Has one for every document and every registry; throws or
 * rejects only for errors in this library.
 */
export type Check = (context: CheckContext) => Finding | Promise<Finding>;
