// SPDX-License-Identifier: Apache-2.0
import type { AuditEvent } from "../audit/index.js";

/** A reader's copy 加注件 of a licence, as it was made. */
export interface CopyRecord {
  /** Identifier of the licence. */
  readonly certificate: string;
  /** The copy's number, as its statement writes it: names it among the copies of the licence. */
  readonly number: string;
  /** Canonical JSON of the signed statement, UTF-8. */
  readonly statement: Uint8Array;
  readonly token: Uint8Array;
  readonly leafHash: Uint8Array;
  /** Digest of the key that signed both, 32 bytes. */
  readonly keyDigest: Uint8Array;
  /** Milliseconds since 1970. */
  readonly madeAt: number;
}

/** A copy with where its entry stands on its way to the chain. */
export interface StoredCopy extends CopyRecord {
  /** Sequence of the event that tells of it: order of making. */
  readonly event: number;
  readonly anchoring: "pending" | "staged" | "anchored";
  /** Null while it is in no batch. */
  readonly place: { readonly batchId: number; readonly index: number } | null;
}

/** Copies of one licence that are kept: an examination holds them all at once. */
export const MOST_COPIES = 1_000;

/**
 * `licence`: not valid, held, or not here by the time it was to be stored. `agency`: suspended by then, or no longer authorised for the type. `key`: no longer the agency's current one.
 * `number`: taken. `full`: the licence has as many as are allowed.
 */
export type AddCopyOutcome =
  | { readonly stored: true }
  | { readonly stored: false; readonly conflict: "licence" | "agency" | "key" | "number" | "full" };

/** Keeps readers' copies. Passes test/adapters/copy-store.suite.ts. */
export interface CopyStore {
  /**
   * Stores the copy, its outbox entry and its event together, or none of them. Licence, agency and key are looked at in the same transaction: a
   * revocation comes before the copy or after it, and so does a change of the key. `most`: what the licence may have with it, `MOST_COPIES` at most.
   */
  addCopy(copy: CopyRecord, event: AuditEvent, most?: number): Promise<AddCopyOutcome>;

  findCopy(certificate: string, number: string): Promise<StoredCopy | null>;

  /** Those of one licence after the one with this event, in order of making. */
  copiesOf(
    certificate: string,
    page: { readonly after: number; readonly limit: number },
  ): Promise<readonly StoredCopy[]>;
}
