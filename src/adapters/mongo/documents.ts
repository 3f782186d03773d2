// SPDX-License-Identifier: Apache-2.0
import type { Binary } from "mongodb";
import type { LegalState } from "../../core/type-definition.js";
import type { ApiToken } from "../../domain/agencies/index.js";
import type { AlarmKind, StatusAction } from "../../domain/anchoring/index.js";
import type { AuditEvent } from "../../domain/audit/index.js";
import type { InForceState } from "../../domain/issuance/index.js";
import type { RevocationReason, SealAppearance } from "../../domain/seals/index.js";

/** Bytes as the driver takes them (`Uint8Array`) and gives them back (`Binary`). */
export type Bytes = Uint8Array | Binary;

export interface CertificateDocument {
  /** The identifier without its check character: two that differ there alone are one version of one licence. */
  readonly _id: string;
  readonly identifier: string;
  readonly lineage: string;
  readonly tokenDigest: Bytes;
  readonly leafHash: Bytes;
  readonly region: string;
  /** Shard key of its document in the register. */
  readonly agency: string;
  readonly number: string;
  readonly certificate: Bytes;
  readonly token: Bytes;
  /** Its place in the outbox, which is its place among all certificates of the store. */
  readonly entry: number;
}

export interface RegisterDocument {
  readonly _id: string;
  readonly version: number;
  readonly digest: Bytes;
  readonly agency: string;
  readonly typeCode: string;
  readonly typeVersion: number;
  readonly number: string;
  readonly keyDigest: Bytes;
  readonly statusIndex: number;
  readonly issueDate: string;
  readonly validFrom: number;
  readonly validUntil: number | null;
  readonly predecessor: string | null;
  readonly issuedAt: number;
  readonly entry: number;
  readonly state: LegalState;
  readonly resumeState: InForceState;
  readonly successor: string | null;
  /** Valid or suspended; absent otherwise. */
  readonly isInForce?: true;
  /** In any state but valid; absent otherwise. */
  readonly isExceptional?: true;
  /** Its key was marked compromised before it was staged. */
  readonly held?: true;
  /** Only in some batches that were taken back from the chain (`adoptBatch`); any other batch knows its entries. */
  readonly place?: { readonly batchId: number; readonly index: number };
}

export interface StatusIndexDocument {
  /** `region/index`. */
  readonly _id: string;
  readonly certificate: string;
}

export interface HolderDocument {
  /** In this order, so that one range of `_id` is one holder's certificates by date. */
  readonly _id: { readonly code: string; readonly issueDate: string; readonly entry: number };
  readonly codeType: string;
  readonly certificate: string;
  readonly agency: string;
  readonly number: string;
}

/** Entries of certificates that were stored together, of one key; or one of a seal or of a copy. */
export interface OutboxDocument {
  /** Of the last of them; the first is `_id - count + 1`. */
  readonly _id: number;
  readonly count: number;
  /** Empty for a seal and for a copy, which no agency's signing key holds. */
  readonly keyDigest: Bytes;
  readonly queuedAt: number;
  /** None for a seal or a copy. */
  readonly certificates: readonly string[];
  readonly seal?: SealDocument["_id"];
  readonly copy?: CopyDocument["_id"];
  /** 32 bytes each. */
  readonly leaves: Bytes;
  /** Entries that a batch taken back from the chain has. */
  readonly adopted?: readonly number[];
}

/** Entries that follow one another both in the outbox and in the batch. */
export interface EntryRun {
  readonly entry: number;
  readonly index: number;
  readonly count: number;
}

export interface BatchDocument {
  readonly _id: number;
  readonly region: string;
  readonly root: Bytes;
  readonly size: number;
  /** The root of every tile in order, 32 bytes each. */
  readonly tileRoots: Bytes;
  readonly stagedAt: number;
  /** Absent once it is anchored. */
  readonly open?: true;
  readonly submittedAt: number | null;
  readonly tx: string | null;
  /** Both only while it is anchored. */
  readonly block?: number;
  readonly anchoredAt?: number;
  /** The event of the audit log that its one entry is a head of, and the hash of it; absent for a batch of certificates, seals and copies. */
  readonly auditHead?: { readonly sequence: number; readonly hash: Bytes };
  /** Absent for a batch of a head, and for one that was taken back from the chain, unless what it has of the outbox was the front of it. */
  readonly firstEntry?: number;
  readonly lastEntry?: number;
  readonly runs?: readonly EntryRun[];
  /** How many certificates of each key it has, and of the empty one how many seals and copies. */
  readonly keys?: readonly { readonly key: Bytes; readonly count: number }[];
}

/** In this order. Without its batch it is what an attempt has left that was cut off. */
export interface TileDocument {
  readonly _id: { readonly batch: number; readonly tile: number };
  readonly leaves: Bytes;
}

export interface LeaseDocument {
  readonly _id: string;
  readonly holder: string;
  readonly fence: number;
  readonly expires: number;
  /** Counts the writes under it, so that each is in conflict with a claim that comes at the same time. */
  readonly uses?: number;
}

/** The counters of the store; which fields one has depends on its `_id` (see `counters.ts`). */
export interface CounterDocument {
  readonly _id: string;
  readonly value?: number;
  readonly turn?: number;
  readonly event?: number;
  readonly entry?: number;
  readonly change?: number;
  /** The last event that has a hash, and the hash. Less than `event` only after an instance of a version before wrote. */
  readonly hashed?: number;
  readonly hash?: Bytes;
}

export interface StatusIndexKeyDocument {
  readonly _id: string;
  readonly key: Bytes;
}

export interface StatusChangeDocument {
  readonly _id: number;
  readonly certificate: string;
  readonly statusIndex: number;
  /** The status index without its last eight bits. */
  readonly word: number;
  readonly action: StatusAction;
  readonly queuedAt: number;
  readonly submittedAt: number | null;
  readonly tx: string | null;
  readonly confirmedAt: number | null;
  /** Absent once it is confirmed. */
  readonly open?: true;
}

export interface TypeDefinitionDocument {
  /** `typeCode/version`. */
  readonly _id: string;
  readonly typeCode: string;
  readonly version: number;
  readonly digest: Bytes;
  readonly definition: Bytes;
  readonly retiredAt: number | null;
}

export interface AgencyDocument {
  readonly _id: string;
  readonly name: string;
  readonly region: string;
  readonly areaCode: string;
  readonly did: string;
  readonly keyDigest: string | null;
  readonly suspended: boolean;
  /** Types that it may issue here; verifiers ask the registry. */
  readonly types: readonly string[];
}

export interface ApiTokenDocument extends Omit<ApiToken, "id" | "secretHash"> {
  readonly _id: string;
  readonly secretHash: Bytes;
}

export interface PickUpLinkDocument {
  readonly _id: string;
  readonly certificate: string;
  readonly ordinal: number;
  readonly agency: string;
  readonly keyId: string;
  readonly secretHash: Bytes;
  readonly codeHash: Bytes;
  readonly madeAt: number;
  readonly expiresAt: number;
  readonly wrongCodes: number;
  readonly lockedAt: number | null;
  readonly openedAt: number | null;
  readonly revokedAt: number | null;
  readonly supersededAt: number | null;
  readonly session: { readonly hash: Bytes; readonly expiresAt: number } | null;
}

export interface PickUpOrderDocument {
  /** Identifier of the certificate. */
  readonly _id: string;
  /** Ids of its links, the oldest first. */
  readonly links: readonly string[];
}

export interface SealCertificateDocument {
  /** Serial number. */
  readonly _id: string;
  /** Sequence of the event that tells of it: order of issue. */
  readonly event: number;
  readonly holder: string;
  readonly keyDigest: string;
  readonly ca: string;
  /** DER. */
  readonly certificate: Bytes;
  readonly validFrom: number;
  readonly validUntil: number;
  /** Null for a CA's own. */
  readonly appearance: SealAppearance | null;
  readonly revocation: { readonly at: number; readonly reason: RevocationReason } | null;
  /** Of a seal and not revoked; absent otherwise. */
  readonly isGood?: true;
}

/** The newest of a seal CA. */
export interface RevocationListDocument {
  /** Digest of the CA's key. */
  readonly _id: string;
  readonly number: number;
  readonly thisUpdate: number;
  readonly nextUpdate: number;
  /** DER. */
  readonly list: Bytes;
}

export interface SealDocument {
  /** In this order, so that one range of `_id` is the seals on files of one licence. */
  readonly _id: { readonly certificate: string; readonly ordinal: number };
  readonly fileDigest: Bytes;
  readonly serial: string;
  readonly sealedAt: number;
  readonly reason: string;
  readonly room: number;
  readonly cms: Bytes;
}

/** Where a seal stands on its way to the chain. */
export interface SealEntryDocument {
  readonly _id: SealDocument["_id"];
  /** As that of a certificate: its place in the outbox, and so in the batch that took it. */
  readonly entry: number;
  /** As in the register. */
  readonly place?: { readonly batchId: number; readonly index: number };
}

/** A reader's copy 加注件. */
export interface CopyDocument {
  /** In this order, so that one range of `_id` is the copies of one licence. */
  readonly _id: { readonly certificate: string; readonly number: string };
  /** Sequence of the event that tells of it: order of making. */
  readonly event: number;
  /** As that of a certificate: its place in the outbox, and so in the batch that took it. */
  readonly entry: number;
  readonly keyDigest: Bytes;
  readonly leafHash: Bytes;
  readonly statement: Bytes;
  readonly token: Bytes;
  readonly madeAt: number;
}

/** As in the register: only of copies in some batches that were taken back from the chain. */
export interface CopyPlaceDocument {
  readonly _id: CopyDocument["_id"];
  readonly batchId: number;
  readonly index: number;
}

export interface IdempotencyDocument {
  readonly _id: { readonly scope: string; readonly key: string };
  readonly requestHash: Bytes;
  /** Absent once it is answered. */
  readonly plan?: string;
  readonly createdAt: number;
  /** These three absent while the first request is under way. */
  readonly isAnswered?: true;
  readonly status?: number;
  readonly body?: Bytes;
}

export interface AuditEventDocument extends Omit<AuditEvent, "digestBefore" | "digestAfter"> {
  readonly _id: number;
  readonly digestBefore?: Bytes;
  readonly digestAfter?: Bytes;
  /** Absent from what was written by a version before schema version 2: then it is in `auditHashes`. */
  readonly hash?: Bytes;
}

/** The hash of an event that was written without one. */
export interface AuditHashDocument {
  readonly _id: number;
  readonly hash: Bytes;
}

export interface MirroredBatchDocument {
  readonly _id: number;
  readonly region: string;
  readonly root: Bytes;
  readonly size: number;
  readonly block: number;
  readonly anchoredAt: number;
  readonly attempts: number;
  readonly nextTry: number;
  /** Absent once its leaves are here. */
  readonly isMissing?: true;
  /** Absent before that. */
  readonly tileRoots?: Bytes;
}

export interface MirroredLeafDocument {
  /** The leaf's 32 bytes, then the batch's number in 8: one range of `_id` is one leaf. */
  readonly _id: Bytes;
  readonly position: number;
}

export interface MirroredTypeDocument {
  /** `typeCode/version`. */
  readonly _id: string;
  readonly typeCode: string;
  readonly version: number;
  readonly digest: string;
  readonly attempts: number;
  readonly nextTry: number;
  readonly isMissing?: true;
}

export interface CursorDocument {
  readonly _id: string;
  readonly block: number;
}

export interface AlarmDocument {
  readonly _id: { readonly kind: AlarmKind; readonly object: string };
  readonly seq: number;
  readonly time: number;
  readonly detail: string;
  readonly clearedAt: number | null;
  readonly isOpen?: true;
}

export interface DeploymentDocument {
  readonly _id: "tigertally";
  readonly schemaVersion: number;
  /** Absent until a service of a region has opened it. */
  readonly region?: string;
  /** Only between a restoration and its comparison with the chain. */
  readonly restoration?: {
    readonly at: number;
    readonly backupOf: string;
    /** UUID of the collection in which it was begun. */
    readonly collection: string;
    /** JSON; absent once they are carried out. */
    readonly orders?: string;
  };
}

/** What each collection holds. */
export interface Documents {
  readonly certificates: CertificateDocument;
  readonly register: RegisterDocument;
  readonly statusIndices: StatusIndexDocument;
  readonly holders: HolderDocument;
  readonly outbox: OutboxDocument;
  readonly batches: BatchDocument;
  readonly batchTiles: TileDocument;
  readonly leases: LeaseDocument;
  readonly counters: CounterDocument;
  readonly statusIndexKeys: StatusIndexKeyDocument;
  readonly statusChanges: StatusChangeDocument;
  readonly typeDefinitions: TypeDefinitionDocument;
  readonly agencies: AgencyDocument;
  readonly apiTokens: ApiTokenDocument;
  readonly pickUpLinks: PickUpLinkDocument;
  readonly pickUpOrders: PickUpOrderDocument;
  readonly sealCertificates: SealCertificateDocument;
  readonly revocationLists: RevocationListDocument;
  readonly seals: SealDocument;
  readonly sealEntries: SealEntryDocument;
  readonly copies: CopyDocument;
  readonly copyPlaces: CopyPlaceDocument;
  readonly idempotency: IdempotencyDocument;
  readonly auditEvents: AuditEventDocument;
  readonly auditHashes: AuditHashDocument;
  readonly mirroredBatches: MirroredBatchDocument;
  readonly mirroredTiles: TileDocument;
  readonly mirroredLeaves: MirroredLeafDocument;
  readonly mirroredTypes: MirroredTypeDocument;
  readonly cursors: CursorDocument;
  readonly alarms: AlarmDocument;
  readonly deployment: DeploymentDocument;
}
