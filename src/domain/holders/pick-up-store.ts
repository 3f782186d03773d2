// SPDX-License-Identifier: Apache-2.0
import type { AuditEvent } from "../audit/index.js";
import type { NewPickUpLink, PickUpLink, PickUpSession } from "./pick-up-link.js";

export interface LinkWithEvent {
  readonly link: NewPickUpLink;
  readonly event: AuditEvent;
}

export interface RevokedLink {
  readonly id: string;
  /** Identifier of the certificate. */
  readonly certificate: string;
  /** USCC of the agency that issued it. */
  readonly agency: string;
}

/** A part of the links by id: at most `limit` of those behind `after`. */
export interface LinkPage {
  /** Absent: from the first one. */
  readonly after?: string;
  readonly limit: number;
}

/**
 * Every adapter must pass test/adapters/pick-up-store.suite.ts. What a method wrote is durable when its promise resolves, and an
 * event is stored with the change that it tells of or not at all.
 */
export interface PickUpStore {
  /**
   * The first link of each certificate, in the order of the input: the given one where the certificate has none yet, else the one
   * that is there already, and then no event. Of any number of callers with links for one certificate, all get the same. One
   * write for all. Throws `certificate.not-found`, with nothing stored, when a certificate is not here.
   */
  addFirst(items: readonly LinkWithEvent[]): Promise<readonly PickUpLink[]>;

  /**
   * One more link of a certificate. With `supersede` every older link of it that is neither revoked nor superseded becomes
   * superseded at `madeAt`, in the same transaction. Idempotent by id: a link that is there is answered as it is. Throws
   * `certificate.not-found`.
   */
  add(item: LinkWithEvent, options: { readonly supersede: boolean }): Promise<PickUpLink>;

  find(id: string): Promise<PickUpLink | null>;

  /** Oldest first. */
  list(certificate: string): Promise<readonly PickUpLink[]>;

  /**
   * Counts one wrong code, and locks the link when that makes `limit`; answers the link afterwards. Counts nothing on a link that is
   * not open at `at`. No count is lost between any number of callers.
   */
  countWrongCode(
    id: string,
    rule: { readonly limit: number; readonly at: number },
    events: { readonly wrong: AuditEvent; readonly locked: AuditEvent },
  ): Promise<PickUpLink | null>;

  /** Uses the link up and keeps its session, if it is open at `at`. Of any number of callers one gets true. */
  open(id: string, at: number, session: PickUpSession, event: AuditEvent): Promise<boolean>;

  /** Ends the session of an opened link, if it is the one with this hash. */
  closeSession(id: string, hash: Uint8Array): Promise<void>;

  /** True the first time; later the first time stands and nothing is logged. */
  revoke(id: string, at: number, event: AuditEvent): Promise<boolean>;

  /**
   * Revokes a page of the links that can still be opened, or whose session is still alive, at `at`, each together with its event, and
   * answers them by id; empty: there are none behind `after`. A crash between pages leaves those that were not reached. `eventOf` may be
   * asked more than once.
   */
  revokeLive(at: number, page: LinkPage, eventOf: (link: RevokedLink) => AuditEvent): Promise<readonly RevokedLink[]>;

  /** A page of the links that were revoked at exactly that moment, by id. */
  revokedAt(at: number, page: LinkPage): Promise<readonly RevokedLink[]>;

  /** Deletes at most `limit` links that expired before the time, and whose sessions are over by then; returns how many. */
  purge(expiredBefore: number, limit: number): Promise<number>;
}
