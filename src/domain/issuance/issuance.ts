// SPDX-License-Identifier: Apache-2.0
import type { TallyError } from "../../core/errors.js";
import type { Evidence } from "../../core/evidence.js";
import type { Actor } from "../audit/index.js";
import type { CertificateQuery } from "./certificate-store.js";
import type { CertificateSummary, CertificateView, IssuedCertificate, LicenceDocument } from "./certificate-view.js";
import type { ChangeRequest } from "./change-request.js";
import type { IssueRequest, SuccessorRequest } from "./issue-request.js";
import type { Workplace } from "./workplace.js";

/** Result of one item of many; `position` counts from 0 in the order of the input. */
export type ItemResult =
  | { readonly position: number; readonly ok: true; readonly issued: IssuedCertificate }
  | { readonly position: number; readonly ok: false; readonly error: TallyError };

/** One row of an import, as an NDJSON line tells it. `line` is the first line of the row in the file, from 1. */
export type ImportResult =
  | {
      readonly line: number;
      readonly ok: true;
      readonly certificateIdentifier: string;
      readonly warnings?: readonly string[];
    }
  | {
      readonly line: number;
      readonly ok: false;
      readonly error: {
        readonly code: string;
        readonly message: string;
        readonly problems?: readonly { readonly field: string; readonly message: string }[];
      };
    };

export interface SearchRequest extends CertificateQuery {
  /** 1…200, default 50. */
  readonly limit?: number;
  /** `next` of the page before; only with the same filters. */
  readonly cursor?: string;
}

export interface SearchPage {
  readonly certificates: readonly CertificateSummary[];
  /** Null on the last page. */
  readonly next: string | null;
}

/**
 * The use cases of issuing. Errors are `TallyError`s: `request.invalid` (shape, with every problem and its field),
 * `certificate.claims-invalid` (content against the type), `type.unknown`, `type.retired`, `agency.unknown`,
 * `agency.not-authorised`, `certificate.exists`, `certificate.not-found`, `certificate.state-conflict`,
 * `certificate.not-renderable`, `request.forbidden` (role).
 */
export interface Issuance {
  /** Durable when it resolves: signed, stored, queued for anchoring, logged. */
  issueCertificate(actor: Actor, request: unknown): Promise<IssuedCertificate>;

  /**
   * One result an item, in order. Items are stored in durable groups of up to 500, and a group's results are yielded after it is
   * durable; memory is bounded by the group. An item in error does not stop the others.
   */
  issueCertificates(
    actor: Actor,
    requests: AsyncIterable<IssueRequest> | Iterable<IssueRequest>,
  ): AsyncIterableIterator<ItemResult>;

  /** Rows of a CSV file (UTF-8, with or without BOM) of one type; see csv-rows.ts for the columns. */
  importCsv(
    actor: Actor,
    options: { readonly typeCode: string; readonly typeVersion?: number },
    bytes: AsyncIterable<Uint8Array>,
  ): AsyncIterableIterator<ImportResult>;

  /** A new version for a further period 延续; `validUntil` or `validFrom` must change. The old version becomes `replaced`. */
  renewCertificate(actor: Actor, identifier: string, request: unknown): Promise<IssuedCertificate>;

  /** A new version with other content 变更. The old version becomes `replaced`. */
  correctCertificate(actor: Actor, identifier: string, request: unknown): Promise<IssuedCertificate>;

  /** Repeating a change that already stands (same state, basis and document) changes nothing: `changed` is false. */
  changeState(
    actor: Actor,
    identifier: string,
    request: unknown,
  ): Promise<CertificateSummary & { readonly changed: boolean }>;

  getCertificate(actor: Actor, identifier: string): Promise<CertificateView>;

  searchCertificates(actor: Actor, request: SearchRequest): Promise<SearchPage>;

  evidenceOf(actor: Actor, identifier: string): Promise<Evidence>;

  documentOf(actor: Actor, identifier: string): Promise<LicenceDocument>;

  /** The actor's agency and what it may issue there now; any role may ask. */
  workplaceOf(actor: Actor): Promise<Workplace>;
}

export type { ChangeRequest, IssueRequest, SuccessorRequest };
