// SPDX-License-Identifier: Apache-2.0
import type { Certificate } from "../../../../core/certificate.js";
import type { Label, LegalState } from "../../../../core/type-definition.js";

/** What the service answers about a certificate; docs/api.md and /openapi.json hold the whole. */
export interface CertificateSummary {
  readonly certificateIdentifier: string;
  readonly certificateNumber: string;
  readonly certificateTypeCode: string;
  readonly typeVersion: number;
  readonly issueDate: string;
  readonly state: LegalState;
  readonly anchoring: "pending" | "staged" | "anchored";
  readonly held: boolean;
  readonly certificateDigest: string;
  readonly validFrom: string;
  readonly validUntil: string | null;
  readonly predecessor: string | null;
  readonly successor: string | null;
  readonly issuedAt: string;
}

export interface IssuedCertificate extends CertificateSummary {
  readonly warnings: readonly { readonly field: string; readonly message: string }[];
  readonly pickUp?: PickUpLink;
}

/** Told once, when it is made. */
export interface PickUpLink {
  readonly link: string;
  readonly url: string;
  readonly code: string;
  readonly expiresAt: string;
}

export interface PickUpLinkSummary {
  readonly link: string;
  readonly state: "open" | "opened" | "revoked" | "superseded" | "locked" | "expired";
  readonly madeAt: string;
  readonly openedAt: string | null;
  readonly wrongCodes: number;
}

export type Action = "suspend" | "release" | "revoke" | "renew" | "correct";

export interface AllowedAct {
  readonly action: Action;
  readonly state: LegalState;
}

export interface CertificateView extends CertificateSummary {
  readonly stateCode: { readonly code: string; readonly label: Label } | null;
  readonly acts: readonly AllowedAct[];
  readonly certificate: Certificate;
}

export interface SearchPage {
  readonly certificates: readonly CertificateSummary[];
  readonly next: string | null;
}

export interface HistoryEvent {
  readonly sequence: number;
  readonly time: string;
  readonly actor: { readonly kind: string; readonly id: string; readonly role: string };
  readonly action: string;
  readonly result: "done" | "refused";
  readonly purpose?: string;
  readonly matter?: string;
  readonly detail?: Readonly<Record<string, string | number | boolean | null>>;
}

export interface History {
  readonly events: readonly HistoryEvent[];
  readonly next: number | null;
}

export interface EvidenceView {
  readonly batch?: { readonly region: string; readonly root: string; readonly size: number };
  readonly index?: number;
  readonly anchors?: readonly {
    readonly chainId: number;
    readonly registry: string;
    readonly block: number;
    readonly time: string;
    readonly tx: string;
  }[];
}

export interface TypeEntry {
  readonly typeCode: string;
  readonly version: number;
  readonly name: Label;
  readonly retiredAt: string | null;
}
