// SPDX-License-Identifier: Apache-2.0
import type { BatchName } from "../anchoring/index.js";
import type { AuditAction, RecordedEvent } from "../audit/index.js";
import type { CopyRecord } from "../copies/index.js";
import type { PickUpLink } from "../holders/index.js";
import type { CertificateRecord, StatusAction } from "../issuance/index.js";
import type { SealCertificateRecord, SealRecord } from "../seals/index.js";

/** What a certificate's file holds of the log: everything that changed it or its links, and nothing that only read it. */
export const FILE_ACTIONS = [
  "certificate-issued",
  "certificate-renewed",
  "certificate-corrected",
  "certificate-replaced",
  "certificate-suspended",
  "certificate-released",
  "certificate-revoked",
  "certificate-sealed",
  "certificate-copied",
  "pick-up-link-made",
  "pick-up-link-revoked",
  "pick-up-opened",
  "pick-up-code-wrong",
  "pick-up-locked",
] as const satisfies readonly AuditAction[];

/** The first events of a certificate: each has exactly one of them. */
export const FIRST_ACTIONS = [
  "certificate-issued",
  "certificate-renewed",
  "certificate-corrected",
] as const satisfies readonly AuditAction[];

/** A change of state on its way to the chain, or there, as it is stored. */
export interface StatusChangeRecord {
  readonly seq: number;
  readonly certificateId: string;
  readonly statusIndex: number;
  readonly action: StatusAction;
  readonly queuedAt: number;
  readonly submittedAt: number | null;
  readonly tx: string | null;
  readonly confirmedAt: number | null;
}

/** A seal with where its entry stands. */
export interface StoredSeal {
  readonly seal: SealRecord;
  /** As it is stored: batch and index both null while it waits in the outbox; null as a whole when nothing is stored of it. */
  readonly place: CertificateFile["place"] | null;
}

/** A reader's copy with where its entry stands. */
export interface FiledCopy {
  /** As it is stored: sequence of the event that tells of it. */
  readonly event: number;
  readonly copy: CopyRecord;
  /** As it is stored: both null while it waits in the outbox. */
  readonly place: CertificateFile["place"];
}

/** A certificate with all that is stored about it but its outbox entry, and those of its seals and copies. */
export interface CertificateFile {
  readonly certificate: Omit<CertificateRecord, "anchoring">;
  /** As it is stored: both null while it is in no batch. */
  readonly place: { readonly batchId: number | null; readonly index: number | null };
  readonly holders: readonly { readonly code: string; readonly codeType: string }[];
  /** Those stored under its status index, in order of `seq`. */
  readonly statusChanges: readonly StatusChangeRecord[];
  /** Oldest first. */
  readonly links: readonly PickUpLink[];
  /** By ordinal. */
  readonly seals: readonly StoredSeal[];
  /** In order of making. */
  readonly copies: readonly FiledCopy[];
  /** Its events of `FILE_ACTIONS`, in order. */
  readonly history: readonly RecordedEvent[];
}

/** Something that the store finds wrong with itself. */
export interface StoreFault {
  /** Table or collection, or the name of what is missing. */
  readonly collection: string;
  readonly key: string;
  readonly field: string;
  /** No personal data. */
  readonly why: string;
}

export interface FilePage {
  readonly files: readonly CertificateFile[];
  /** What the store finds wrong with how it keeps these, beyond what the files say; also of what makes no whole file. */
  readonly faults: readonly StoreFault[];
  /** Null when there is nothing after these. */
  readonly next: string | null;
}

export interface OutboxRecord {
  readonly seq: number;
  readonly leafHash: Uint8Array;
  readonly certificateId: string;
  /** Which of the seals on files of the certificate it is of; null where it is of none. */
  readonly seal: number | null;
  /** The number of the reader's copy that it is of; null where it is of none. What is of neither is the certificate's own. */
  readonly copy: string | null;
  /** Empty for a seal and for a copy. */
  readonly keyDigest: Uint8Array;
  readonly queuedAt: number;
}

/** A batch as it is stored; which fields are null depends on its state. */
export interface BatchRecord extends BatchName {
  readonly id: number;
  readonly tileRoots: Uint8Array;
  readonly state: string;
  readonly stagedAt: number;
  readonly submittedAt: number | null;
  readonly tx: string | null;
  readonly block: number | null;
  readonly anchoredAt: number | null;
  /** Certificates, seals and copies that are stored as being in it. */
  readonly entries: number;
  /** The event of the audit log that its one entry is a head of; null for a batch of certificates, seals and copies. */
  readonly auditHead: number | null;
}

/** A head of the audit log as it is stored. */
export interface AuditHeadRecord {
  readonly sequence: number;
  readonly hash: Uint8Array;
  readonly batchId: number;
  /** Null when no such batch is here. */
  readonly batch: BatchName | null;
}

export interface StoredSealCertificate {
  /** Sequence of the event that tells of it. */
  readonly event: number;
  readonly record: SealCertificateRecord;
}

export interface ChainedEvent {
  readonly event: RecordedEvent;
  /** As it is stored; what it should be is `eventHash`. */
  readonly hash: Uint8Array;
}

export interface MirroredBatchRecord extends BatchName {
  readonly id: number;
  /** Null until all leaves are kept. */
  readonly tileRoots: Uint8Array | null;
  readonly block: number;
  readonly anchoredAt: number;
}

export interface MirroredTypeRecord {
  readonly typeCode: string;
  readonly version: number;
  readonly digest: Uint8Array;
  readonly arrived: boolean;
}

export interface RequestRecord {
  readonly scope: string;
  readonly key: string;
  readonly requestHash: Uint8Array;
  readonly status: number | null;
  readonly response: Uint8Array | null;
  readonly createdAt: number;
}

/** How many records there are, whether something leads to them or not. */
export interface RecordCounts {
  readonly certificates: number;
  readonly holders: number;
  readonly outbox: number;
  readonly statusChanges: number;
  readonly pickUpLinks: number;
  readonly seals: number;
  readonly sealEntries: number;
  readonly copies: number;
  readonly batchTiles: number;
  /** Tiles of all mirrored batches, and positions of those that are whole. */
  readonly mirroredTiles: number;
  readonly mirroredLeaves: number;
}

/**
 * Everything that the store holds, as it is stored and in pages, for whoever examines it. Nothing is written. Pages are of different
 * instants when others write meanwhile. Every adapter must pass test/adapters/stored-records.suite.ts.
 */
export interface StoredRecords {
  /**
   * Files of certificates after the place where a page ended, in an order of the store's own, near to that in which they were stored, so
   * that neighbours are mostly of one batch. Each certificate that was there at the first page is in just one of them.
   */
  certificateFiles(after: string | null, limit: number): Promise<FilePage>;
  /** Null for an unknown identifier. */
  certificateFile(identifier: string): Promise<CertificateFile | null>;
  /** By `seq`, like each of the following: with a greater one, in order. */
  outbox(after: number, limit: number): Promise<readonly OutboxRecord[]>;
  /** By id. */
  batches(after: number, limit: number): Promise<readonly BatchRecord[]>;
  /** By sequence. */
  auditEvents(after: number, limit: number): Promise<readonly ChainedEvent[]>;
  /** By sequence, whatever it was edited to. */
  auditHeads(after: number, limit: number): Promise<readonly AuditHeadRecord[]>;
  /** The highest sequence ever given, also when its event is there no more; 0 before the first. */
  lastAuditSequence(): Promise<number>;
  /** Of seals and of their CAs, by event. */
  sealCertificates(after: number, limit: number): Promise<readonly StoredSealCertificate[]>;
  /** By id. */
  mirroredBatches(after: number, limit: number): Promise<readonly MirroredBatchRecord[]>;
  /** Under which positions of the batch these leaves can be found, in their order; null for one that cannot. */
  mirroredPositions(batchId: number, leaves: readonly Uint8Array[]): Promise<readonly (number | null)[]>;
  mirroredTypes(): Promise<readonly MirroredTypeRecord[]>;
  /** By scope and key. */
  requests(after: Pick<RequestRecord, "scope" | "key"> | null, limit: number): Promise<readonly RequestRecord[]>;
  cursors(): Promise<readonly { readonly name: string; readonly block: number }[]>;
  /** Of the region's status index permutation; null when there is none yet. */
  statusIndexKey(region: string): Promise<Uint8Array | null>;
  counts(): Promise<RecordCounts>;
  /** What the store calls a table that findings name as the embedded store does. */
  nameOf(table: string): string;
  /** What the store can say itself: damaged pages or indexes, references that lead nowhere, rules that are missing. */
  faults(): Promise<readonly StoreFault[]>;
}
