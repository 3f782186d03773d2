// SPDX-License-Identifier: Apache-2.0
import type { Crypto } from "../../core/crypto.js";
import { toHex } from "../../core/hex.js";
import { buildTree } from "../../core/merkle.js";
import { type BatchName, LEAF_LENGTH, type OnEvent, splitLeaves } from "../anchoring/index.js";
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

export interface Fetched {
  readonly leaves: Uint8Array;
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
  if (ours) return { leaves: ours, from: "own" };
  const found = await askPeers(peers, onEvent, `batch ${batch.root} of ${batch.size} entries`, {
    fetch: (peer) => peer.fetchLeaves(batch),
    isTrue: (leaves) => makeUp(crypto, leaves, batch),
  });
  return found && { leaves: found.bytes, from: found.from };
}

function makeUp(crypto: Crypto, leaves: Uint8Array, { root, size }: BatchName): boolean {
  return leaves.length === size * LEAF_LENGTH && toHex(buildTree(crypto, splitLeaves(leaves)).root) === root;
}
