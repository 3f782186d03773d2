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

/** How many copies of one licence there are. */
export interface CopyCounts {
  readonly all: number;
  /** Those that holders made: an event of a link tells of each. */
  readonly byHolders: number;
}

/** Copies of one licence that are kept: an examination holds them all at once. Holders get a share, so that a link in wrong hands leaves the agency room. */
export const MOST_COPIES: CopyCounts = { all: 1_000, byHolders: 200 };

/** Whether a licence that has so many takes no other copy by whom this event is. */
export function limitReached(
  { actor }: Pick<AuditEvent, "actor">,
  { all, byHolders }: CopyCounts,
  most: CopyCounts = MOST_COPIES,
): Extract<AddCopyConflict, "full" | "holders-full"> | null {
  if (all >= most.all) return "full";
  return actor.kind === "link" && byHolders >= most.byHolders ? "holders-full" : null;
}

/**
 * `licence`: not valid, held, or not here by the time it was to be stored. `agency`: suspended by then, or no longer authorised for the type. `key`: no longer the agency's current one.
 * `number`: taken. `full`: the licence has as many as are allowed. `holders-full`: as many by holders, of whom one asks.
 */
export type AddCopyConflict = "licence" | "agency" | "key" | "number" | "full" | "holders-full";
export type AddCopyOutcome = { readonly stored: true } | { readonly stored: false; readonly conflict: AddCopyConflict };

/** Keeps readers' copies. Passes test/adapters/copy-store.suite.ts. */
export interface CopyStore {
  /**
   * Stores the copy, its outbox entry and its event together, or none of them. Licence, agency and key are looked at in the same transaction: a
   * revocation comes before the copy or after it, and so does a change of the key. The licence has no more than `most` with it.
   */
  addCopy(copy: CopyRecord, event: AuditEvent, most?: CopyCounts): Promise<AddCopyOutcome>;

  countCopies(certificate: string): Promise<CopyCounts>;

  findCopy(certificate: string, number: string): Promise<StoredCopy | null>;

  /** Those of one licence after the one with this event, in order of making. */
  copiesOf(
    certificate: string,
    page: { readonly after: number; readonly limit: number },
  ): Promise<readonly StoredCopy[]>;
}
