// SPDX-License-Identifier: Apache-2.0

import { TallyError } from "../../core/errors.js";
import type { AnchorHint, BatchReference, Evidence } from "../../core/evidence.js";
import { evidenceFor } from "../../core/evidence-reader.js";
import { toHex } from "../../core/hex.js";
import type { BatchPaths } from "./batch-paths.js";
import type { AnchoringState, AnchoringStore, AnchorOnChain, BatchName, LeafPosition, StoredBatch } from "./ports.js";

export interface EvidenceSourceDeps {
  readonly store: AnchoringStore;
  readonly paths: BatchPaths;
  /** Written into the hints. */
  readonly chainId: number;
  /** EIP-55 address of the registry. */
  readonly registry: string;
}

export interface StoredProof {
  readonly batch: BatchReference;
  readonly index: number;
  /** Inclusion path from the leaf up, lower-case hex. */
  readonly path: readonly string[];
  readonly anchors: readonly AnchorHint[];
}

export interface EvidenceSource {
  /** Pending until the batch is anchored, then with proof and hints. `certificate.not-found` for an unknown identifier. */
  evidenceFor(certificateId: string): Promise<Evidence>;
  /** The anchored half of the evidence; null while there is none, and for an unknown certificate. */
  proofOf(certificateId: string): Promise<StoredProof | null>;
  /** The same for whatever has this place in a batch. */
  proofAt(place: NonNullable<LeafPosition["place"]>): Promise<StoredProof | null>;
  /** `certificate.not-found` for an unknown identifier. */
  stateOf(certificateId: string): Promise<AnchoringState>;
  /** Ordered leaf hashes of an anchored batch of this region, 32 bytes each; null when there is no such batch. */
  leavesOf(batch: BatchName): Promise<Uint8Array | null>;
}

/** Derives evidence from the stored leaves of a batch; nothing is stored for a single proof. */
export function createEvidenceSource(deps: EvidenceSourceDeps): EvidenceSource {
  const { store } = deps;

  async function positionOf(certificateId: string): Promise<LeafPosition> {
    const position = await store.leafPosition(certificateId);
    if (position) return position;
    throw new TallyError("certificate.not-found", `there is no certificate ${certificateId} in this store`);
  }

  const proofAt: EvidenceSource["proofAt"] = async (place) => {
    const proven = await provenPlace(deps, place);
    return proven && { ...proven, path: proven.path.map(toHex) };
  };

  return {
    async evidenceFor(certificateId) {
      const { token, place } = await positionOf(certificateId);
      const proven = place && (await provenPlace(deps, place));
      return proven ? evidenceFor(token, proven) : evidenceFor(token);
    },

    async proofOf(certificateId) {
      const place = (await store.leafPosition(certificateId))?.place;
      return place ? proofAt(place) : null;
    },

    proofAt,

    async stateOf(certificateId) {
      return (await positionOf(certificateId)).state;
    },

    async leavesOf(name) {
      const batch = await store.findBatchByName(name);
      // Before the anchor stands nobody gets the leaves: a stranger could anchor a copy of them in a batch of its own first.
      return batch?.anchor ? store.batchLeaves(batch.id) : null;
    },
  };
}

async function provenPlace(
  { store, paths, chainId, registry }: EvidenceSourceDeps,
  { batchId, index }: { readonly batchId: number; readonly index: number },
) {
  const batch = await store.findBatch(batchId);
  if (!batch?.anchor) return null;
  const path = await paths.pathOf(batch, index, (tile) => store.batchTile(batchId, tile));
  if (!path) throw new TallyError("store.failed", `the store has no leaf ${index} of batch ${batchId}`);
  return { batch: nameOf(batch), index, path, anchors: [hintOf(batch.anchor, chainId, registry)] };
}

function nameOf({ region, root, size }: StoredBatch): BatchReference {
  return { region, root, size };
}

function hintOf({ block, time, tx }: AnchorOnChain, chainId: number, registry: string): AnchorHint {
  return { chainId, registry, block, time: new Date(time * 1000).toISOString().replace(".000Z", "Z"), tx };
}
