// SPDX-License-Identifier: Apache-2.0
import type { Crypto } from "../../core/crypto.js";
import { toHex } from "../../core/hex.js";
import { type BatchName, digestTiles, LEAF_LENGTH, type OnEvent, type TiledLeaves } from "../anchoring/index.js";
import { askPeers } from "./peers.js";
import type { Peer } from "./ports.js";

/** Leaves that this deployment has anyway, because it anchored them. */
export interface OwnLeaves {
  leavesOf(batch: BatchName): Promise<Uint8Array | null>;
}

export interface LeafFetcherDeps {
  readonly own: OwnLeaves;
  readonly crypto: Crypto;
  readonly onEvent: OnEvent;
}

export interface Fetched extends TiledLeaves {
  /** Name of the peer, or "own". */
  readonly from: string;
}

/**
 * The ordered leaves of a batch, checked against its root and size; null when nobody has them. The root on chain decides:
 * a peer can withhold leaves, not change them.
 */
export async function fetchLeaves(
  { own, crypto, onEvent }: LeafFetcherDeps,
  batch: BatchName,
  peers: readonly Peer[],
): Promise<Fetched | null> {
  const ours = await own.leavesOf(batch);
  if (ours) return { leaves: ours, tileRoots: (await digestTiles(crypto, ours)).tileRoots, from: "own" };
  const found = await askPeers(peers, onEvent, `batch ${batch.root} of ${batch.size} entries`, {
    fetch: (peer) => peer.fetchLeaves(batch),
    read: (leaves) => read(crypto, leaves, batch),
  });
  return found && { ...found.answer, from: found.from };
}

/** Null when they do not make up the batch. */
async function read(crypto: Crypto, leaves: Uint8Array, { root, size }: BatchName): Promise<TiledLeaves | null> {
  if (leaves.length !== size * LEAF_LENGTH) return null;
  const { root: found, tileRoots } = await digestTiles(crypto, leaves);
  return toHex(found) === root ? { leaves, tileRoots } : null;
}
