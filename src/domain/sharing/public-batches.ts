// SPDX-License-Identifier: Apache-2.0
import type { AnchoredBatch, AnchoringStore, BatchName } from "../anchoring/index.js";
import type { OwnLeaves } from "./leaf-fetcher.js";
import type { MirrorStore } from "./ports.js";

export interface PublicBatchesDeps {
  readonly own: OwnLeaves;
  readonly anchoring: Pick<AnchoringStore, "anchoredSince">;
  readonly mirror: Pick<MirrorStore, "mirroredLeaves">;
}

/** What a keeper gives to other mirrors. */
export interface PublicBatches {
  /** Ordered leaf hashes, 32 bytes each, of an anchored batch of any region; null when we do not have them. */
  leaves(batch: BatchName): Promise<Uint8Array | null>;
  /** Our own anchored batches at or above a block, newest first. */
  anchoredSince(block: number, limit: number): Promise<readonly AnchoredBatch[]>;
}

export function createPublicBatches({ own, anchoring, mirror }: PublicBatchesDeps): PublicBatches {
  return {
    leaves: async (batch) => (await own.leavesOf(batch)) ?? (await mirror.mirroredLeaves(batch)),
    anchoredSince: (block, limit) => anchoring.anchoredSince(block, limit),
  };
}
