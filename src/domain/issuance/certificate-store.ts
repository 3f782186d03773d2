// SPDX-License-Identifier: Apache-2.0
import type { LegalState } from "../../core/type-definition.js";
import type { AuditEvent } from "../audit/index.js";

/** A certificate and its token as signed, with what the store indexes. Digests are 32 bytes, times milliseconds. */
export interface SignedCertificate {
  readonly identifier: string;
  /** The identifier without version and check character: one licence through all its versions. */
  readonly lineage: string;
  readonly version: number;
  readonly digest: Uint8Array;
  readonly tokenDigest: Uint8Array;
  /** Of the batch entry that commits to both halves. */
  readonly leafHash: Uint8Array;
  readonly region: string;
  readonly agency: string;
  readonly typeCode: string;
  readonly typeVersion: number;
  readonly number: string;
  readonly keyDigest: Uint8Array;
  /** list × 131072 + position. */
  readonly statusIndex: number;
  /** YYYY-MM-DD. */
  readonly issueDate: string;
  readonly validFrom: number;
  readonly validUntil: number | null;
  readonly predecessor: string | null;
  /** Canonical JSON of the signed certificate, UTF-8. */
  readonly certificate: Uint8Array;
  readonly token: Uint8Array;
  readonly issuedAt: number;
}

export type InForceState = "valid" | "suspended";

export interface NewCertificate extends SignedCertificate {
  readonly holders: readonly { readonly code: string; readonly codeType: string }[];
  /** `suspended` only for the successor of a suspended certificate: a new version does not lift a suspension. */
  readonly state: InForceState;
}

export interface CertificateRecord extends SignedCertificate {
  readonly state: LegalState;
  /** The state that a release returns to. */
  readonly resumeState: InForceState;
  readonly successor: string | null;
  readonly anchoring: "pending" | "staged" | "anchored";
  /** Its key was marked compromised before it was anchored: it will not be anchored and has to be issued again. */
  readonly held: boolean;
}

/** A row of a search: what a list shows, without the certificate itself. */
export type CertificateEntry = Omit<
  CertificateRecord,
  "certificate" | "token" | "leafHash" | "tokenDigest" | "keyDigest" | "region" | "lineage" | "resumeState"
>;

/**
 * Why one item was not stored.
 * `identifier`: identifier or lineage and version are taken; `number`: the agency has a certificate of that type and number in
 * force; `status-index`: the position is taken (two instances with different permutation keys: a fault of the deployment);
 * `key`: the agency's current key is another one by now, so nothing signed with a retired key slips in after its outbox was
 * drained; `agency`: it is suspended by now, or no longer authorised for the type; `predecessor`: it is no longer in the expected state.
 */
export type AddOutcome =
  | { readonly stored: true }
  | {
      readonly stored: false;
      readonly conflict: "identifier" | "number" | "status-index" | "key" | "agency" | "predecessor";
      /** Identifier of the certificate in the way, where there is one. */
      readonly existing: string | null;
    };

export interface Replacement {
  readonly predecessor: string;
  /** The state in which the use case saw it. */
  readonly expected: InForceState;
  readonly event: AuditEvent;
}

/** What a state change does to the status words on chain; null where the bit already says it. */
export type StatusAction = "revoke" | "suspend" | "release";

export interface StateChange {
  readonly identifier: string;
  readonly from: LegalState;
  readonly to: LegalState;
  readonly resumeState: InForceState;
  readonly statusAction: StatusAction | null;
  readonly at: number;
  readonly event: AuditEvent;
}

/** Filters are joined by "and". Without an agency one of identifier and holder code must be given. */
export interface CertificateQuery {
  readonly agency?: string;
  readonly identifier?: string;
  readonly number?: string;
  readonly holderCode?: string;
  readonly typeCode?: string;
  readonly state?: LegalState;
  /** Issue dates, inclusive. */
  readonly issuedFrom?: string;
  readonly issuedTo?: string;
  /** Only those that wait to be issued again: held, and still in force because no new version has replaced them. */
  readonly held?: true;
}

/** Where a page ended, in words of the store that answered it; printable ASCII, at most 200 characters. */
export type SearchPlace = string;

export interface SearchRows {
  readonly rows: readonly CertificateEntry[];
  /** Null when there is nothing after these rows. */
  readonly next: SearchPlace | null;
}

/** Every adapter must pass test/adapters/certificate-store.suite.ts. */
export interface CertificateStore {
  /**
   * Stores each item whole (certificate, holders, its outbox entry, its audit event) or not at all; what is stored is durable
   * when the promise resolves, and the outbox keeps the order of the items. An item in conflict is told in its place of the
   * answer and does not touch the others. When the promise rejects, none is stored.
   */
  addIssued(items: readonly { certificate: NewCertificate; event: AuditEvent }[]): Promise<readonly AddOutcome[]>;

  /**
   * Stores the new version like `addIssued`, and in the same transaction makes its predecessor `replaced`, links it to its
   * successor, queues the revocation of its status bit and appends both events. All or nothing.
   */
  addSuccessor(item: { certificate: NewCertificate; event: AuditEvent }, replacement: Replacement): Promise<AddOutcome>;

  /**
   * Writes the new state, queues the status bit (when there is an action) and appends the event, all or nothing. Nothing is
   * written when the certificate is not in the state `from` (`stale`), or when it would be back in force beside another one
   * of the same agency, type and number (`number`).
   */
  changeState(change: StateChange): Promise<"changed" | "stale" | "number">;

  findCertificate(identifier: string): Promise<CertificateRecord | null>;

  /**
   * At most `limit` rows, the newest issue date first and those of one date in a fixed order, starting after the place where
   * another page of the same query ended. Each shape of query is answered from an index. Throws `request.invalid` for a place that
   * this store did not answer, and for a query without agency, identifier and holder code.
   */
  search(query: CertificateQuery, page: { after?: SearchPlace; limit: number }): Promise<SearchRows>;
}
