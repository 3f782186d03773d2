// SPDX-License-Identifier: Apache-2.0
import type { Certificate } from "../../core/certificate.js";
import type { Evidence } from "../../core/evidence.js";
import type { Label, LegalState, TypeDefinition } from "../../core/type-definition.js";
import type { IssueWarning } from "./issue-request.js";

/** What every answer about a certificate tells. Digests lower-case hex, times RFC 3339. */
export interface CertificateSummary {
  readonly certificateIdentifier: string;
  readonly certificateNumber: string;
  readonly certificateTypeCode: string;
  readonly typeVersion: number;
  readonly issueDeptCode: string;
  readonly issueDate: string;
  /** The legal state. Expiry is derived from `validUntil` by whoever asks. */
  readonly state: LegalState;
  readonly anchoring: "pending" | "staged" | "anchored";
  readonly held: boolean;
  readonly certificateDigest: string;
  readonly statusIndex: number;
  readonly validFrom: string;
  /** Null: long-term. */
  readonly validUntil: string | null;
  readonly predecessor: string | null;
  readonly successor: string | null;
  readonly issuedAt: string;
}

/** Answer of an issue, a renewal, a correction. */
export interface IssuedCertificate extends CertificateSummary {
  readonly warnings: readonly IssueWarning[];
}

export interface CertificateView extends CertificateSummary {
  /** The type's own code and word for the state, when its dictionary has one. */
  readonly stateCode: { readonly code: string; readonly label: Label } | null;
  /** What the state allows now, expiry aside; empty for an actor that changes nothing. */
  readonly acts: readonly AllowedAct[];
  readonly certificate: Certificate;
}

/** An act that the legal state allows, and the state it leads to. */
export interface AllowedAct {
  readonly action: "suspend" | "release" | "revoke" | "renew" | "correct";
  readonly state: LegalState;
}

/** The JSON document, form "json": everything a stranger needs to verify. */
export interface LicenceDocument {
  readonly format: "tigertally-licence";
  readonly formatVersion: 1;
  readonly certificate: Certificate;
  readonly evidence: Evidence;
  readonly type: TypeDefinition;
}
