// SPDX-License-Identifier: Apache-2.0
import type { Crypto } from "../../core/crypto.js";
import { toHex } from "../../core/hex.js";
import { digestTiles, joinLeaves, type TiledLeaves } from "./leaf-tiles.js";
import type { AnchorChain, AnchoringStore, BatchAnchoredEvent, BatchName, CursorStore } from "./ports.js";

export interface RecoveryDeps {
  readonly region: string;
  readonly store: AnchoringStore & CursorStore;
  readonly chain: AnchorChain;
  readonly crypto: Crypto;
  /** Ordered leaves of a batch from whoever keeps them, already checked against its root; null when nobody does. */
  readonly leavesOf: (batch: BatchName) => Promise<TiledLeaves | null>;
  readonly confirmations: number;
  readonly blockRange?: number;
}

export interface Recovered {
  /** Batches that this store had lost and has again. */
  readonly batches: number;
  /** Entries of certificates and seals that were waiting here and are in them. */
  readonly entries: number;
  /** Batches of this region whose entries nobody has. */
  readonly unknown: readonly BatchName[];
}

/**
 * Finds again, after an older store was restored, what was anchored from its outbox meanwhile, so that it is not staged a second
 * time and the watch raises no alarm for it. To be run before worker and watcher. A batch's leaves are either the oldest that
 * wait here, in the order in which the worker took them, or they come from a peer's mirror; the root on chain decides.
 */
export function createRecovery(deps: RecoveryDeps): { recover(): Promise<Recovered> } {
  const { region, store, chain, confirmations, blockRange = 2_000 } = deps;
  return {
    async recover() {
      const found = { batches: 0, entries: 0, unknown: [] as BatchName[] };
      const last = (await chain.head()).block - confirmations;
      // The watch had explained every event up to its cursor when the backup was made. The cursor stays: what is left unknown is its to report.
      let from = ((await store.cursor(`watch:${region}`)) ?? (await chain.firstBlock()) - 1) + 1;
      for (; from <= last; from += blockRange) {
        for (const event of await chain.events({ fromBlock: from, toBlock: Math.min(last, from + blockRange - 1) })) {
          if (event.kind !== "batch-anchored" || event.region !== region) continue;
          const { root, size, block, time, tx } = event;
          if (await store.findBatchByName({ region, root, size })) continue;
          const leaves = (await waitingLeaves(deps, event)) ?? (await deps.leavesOf({ region, root, size }));
          if (leaves === null) found.unknown.push({ region, root, size });
          else {
            found.entries += await store.adoptBatch({ region, root, size, ...leaves }, { block, time, tx });
            found.batches += 1;
          }
        }
      }
      return found;
    },
  };
}

/** The oldest entries that wait, when they make up the batch. */
async function waitingLeaves(
  { store, crypto }: RecoveryDeps,
  { root, size }: BatchAnchoredEvent,
): Promise<TiledLeaves | null> {
  const { entries } = await store.pendingWork(size);
  if (entries.length !== size) return null;
  const leaves = joinLeaves(entries.map(({ leafHash }) => leafHash));
  const { root: found, tileRoots } = await digestTiles(crypto, leaves);
  return toHex(found) === root ? { leaves, tileRoots } : null;
}
