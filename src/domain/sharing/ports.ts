// SPDX-License-Identifier: Apache-2.0
import type { LeafTile, TiledLeaves } from "../anchoring/index.js";
import type { BatchName, CursorStore } from "../anchoring/ports.js";

/** A batch that the chain knows and this mirror should keep. */
export interface SeenBatch extends BatchName {
  readonly block: number;
  /** Block time, seconds. */
  readonly anchoredAt: number;
}

export interface MissingBatch extends SeenBatch {
  readonly id: number;
  readonly attempts: number;
}

export interface SeenType {
  readonly typeCode: string;
  readonly version: number;
  /** On chain: SHA-256 of the canonical JSON, lower-case hex. */
  readonly digest: string;
}

export interface MissingType extends SeenType {
  readonly attempts: number;
}

export interface LeafSighting extends BatchName {
  readonly batchId: number;
  readonly index: number;
  /** Block time, seconds. */
  readonly anchoredAt: number;
}

/**
 * The leaves and type definitions of every region, kept by this one. Passes test/adapters/mirror-store.suite.ts.
 * Writes are durable, atomic and idempotent.
 */
export interface MirrorStore extends CursorStore {
  /** Remembers that a batch exists; a batch already seen is left as it is. */
  seeBatch(batch: SeenBatch): Promise<void>;

  /** Batches without leaves whose next try is due: those tried least first, so that what nobody has does not hold up the rest. */
  missingBatches(now: number, limit: number): Promise<readonly MissingBatch[]>;

  /**
   * Stores the ordered, already checked leaves and makes each findable, together or not at all. Other work goes on meanwhile: it
   * may be many writes, and what a crash leaves of them shows nowhere until they are repeated.
   */
  keepLeaves(batchId: number, batch: TiledLeaves): Promise<void>;

  postponeBatch(batchId: number, attempts: number, nextTry: number): Promise<void>;

  /** Every batch that holds the leaf, earliest anchor first. More than one when a stranger copied a leaf into a batch of its own. */
  findLeaf(leafHash: Uint8Array): Promise<readonly LeafSighting[]>;

  /** Null when the batch is unknown or its leaves are not here yet. */
  mirroredLeaves(batch: BatchName): Promise<Uint8Array | null>;

  /**
   * Tile number `tile` of a batch whose leaves are here and the tile roots, without reading the other leaves; null when the
   * batch is unknown or has no such tile.
   */
  mirroredTile(batchId: number, tile: number): Promise<LeafTile | null>;

  /** Remembers that a type definition was published; one already seen is left as it is. */
  seeType(type: SeenType): Promise<void>;

  /** In the same order. */
  missingTypes(now: number, limit: number): Promise<readonly MissingType[]>;

  /** The definition is in the catalogue now. */
  typeArrived(typeCode: string, version: number): Promise<void>;

  postponeType(typeCode: string, version: number, attempts: number, nextTry: number): Promise<void>;

  mirrorCounts(): Promise<{ readonly batches: number; readonly missingBatches: number; readonly missingTypes: number }>;
}

/** Where mirrored type definitions go and where known ones are found; the catalogue's store fits. */
export interface TypeShelf {
  hasType(typeCode: string, version: number): Promise<boolean>;
  /** `bytes` is canonical JSON whose SHA-256 is `digest`. Idempotent. */
  keepType(type: SeenType & { readonly bytes: Uint8Array }): Promise<void>;
}

/**
 * Another keeper of public data. Peers come from configuration alone, never from a document, an event or another peer.
 * The methods resolve to null when the peer does not have it. They reject with `peer.unreachable` for every failure of
 * the network or of the peer's server, redirects included, and with `peer.lied` for an answer of an impossible length.
 * What they resolve to is unchecked: the caller recomputes root or digest.
 */
export interface Peer {
  /** For logs. */
  readonly name: string;
  /** `GET /v1/batches/{region}/{root}/{size}`: exactly 32 · size bytes. */
  fetchLeaves(batch: BatchName): Promise<Uint8Array | null>;
  /** `GET /v1/types/{typeCode}/{version}`: canonical JSON, bounded. */
  fetchType(typeCode: string, version: number): Promise<Uint8Array | null>;
  /** `GET /v1/seal-authorities`: digests of the keys of its seal CAs, 64 hex digits each, at most 32. */
  fetchSealAuthorities(): Promise<readonly string[] | null>;
  /** `GET /v1/seal-authorities/{keyDigest}/certificate` and `…/revocation-list`: DER, bounded. */
  fetchSealAuthority(keyDigest: string, part: "certificate" | "revocation-list"): Promise<Uint8Array | null>;
}
