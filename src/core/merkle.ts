// SPDX-License-Identifier: Apache-2.0
import type { Crypto } from "./crypto.js";
import { TallyError } from "./errors.js";

/** Largest batch: the registry refuses more, and paths stay at 20 hashes. */
export const MAX_TREE_SIZE = 2 ** 20;
const HASH_LENGTH = 32;

// Distinct prefixes stop an inner node from passing as a leaf (RFC 9162 section 2.1.1).
const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

/** The Merkle tree of RFC 9162 section 2.1 over ordered leaf hashes. */
export interface MerkleTree {
  readonly root: Uint8Array;
  readonly size: number;
  /** Inclusion path of leaf `index`, from the leaf up (section 2.1.3.1). Throws `tree.index-out-of-range`. */
  path(index: number): Uint8Array[];
}

export interface InclusionProof {
  readonly index: number;
  readonly size: number;
  readonly path: readonly Uint8Array[];
}

/** SHA-256(0x00 ‖ entry). */
export function leafHash(crypto: Crypto, entry: Uint8Array): Uint8Array {
  return crypto.sha256(LEAF, entry);
}

/** SHA-256(0x01 ‖ left ‖ right). */
export function nodeHash(crypto: Crypto, left: Uint8Array, right: Uint8Array): Uint8Array {
  return crypto.sha256(NODE, left, right);
}

/**
 * Builds the whole tree: n - 1 hashes, less than 64 n bytes kept. Throws `tree.empty` without leaves and
 * `tree.index-out-of-range` beyond `MAX_TREE_SIZE` leaves.
 */
export function buildTree(crypto: Crypto, leafHashes: readonly Uint8Array[]): MerkleTree {
  const size = leafHashes.length;
  if (size === 0) throw new TallyError("tree.empty", "a batch needs at least one entry");
  if (size > MAX_TREE_SIZE)
    throw new TallyError("tree.index-out-of-range", `a batch of ${size} entries is larger than ${MAX_TREE_SIZE}`);
  const levels = [flatten(leafHashes)];
  for (let width = size; width > 1; width = (width + 1) >> 1) levels.push(levelAbove(crypto, levels.at(-1)!, width));
  return {
    root: levels.at(-1)!.slice(),
    size,
    path(index) {
      requireIndex(index, size);
      return pathOf(levels, index, size);
    },
  };
}

/**
 * Rebuilds the root above `leaf` (RFC 9162 section 2.1.3.2), or returns null when the path does not fit the position: too
 * short, too long, a hash that is not 32 bytes, or an index outside the tree.
 */
export function rootAbove(crypto: Crypto, leaf: Uint8Array, { index, size, path }: InclusionProof): Uint8Array | null {
  if (!isPosition(index, size) || leaf.length !== HASH_LENGTH) return null;
  let position = index;
  let last = size - 1;
  let hash = leaf;
  for (const sibling of path) {
    if (last === 0 || sibling.length !== HASH_LENGTH) return null;
    if (position % 2 === 1 || position === last) {
      hash = nodeHash(crypto, sibling, hash);
      // The last node of a level without a sibling is carried up unchanged.
      while (position % 2 === 0 && position !== 0) {
        position >>= 1;
        last >>= 1;
      }
    } else hash = nodeHash(crypto, hash, sibling);
    position >>= 1;
    last >>= 1;
  }
  return last === 0 ? hash : null;
}

function isPosition(index: number, size: number): boolean {
  return Number.isInteger(index) && Number.isInteger(size) && index >= 0 && index < size && size <= MAX_TREE_SIZE;
}

function requireIndex(index: number, size: number): void {
  if (!isPosition(index, size))
    throw new TallyError("tree.index-out-of-range", `index ${index} is not within a tree of ${size} entries`);
}

function flatten(hashes: readonly Uint8Array[]): Uint8Array {
  const level = new Uint8Array(hashes.length * HASH_LENGTH);
  hashes.forEach((hash, i) => {
    if (hash.length !== HASH_LENGTH)
      throw new TallyError("format.malformed", `leaf hash ${i} has ${hash.length} bytes instead of ${HASH_LENGTH}`);
    level.set(hash, i * HASH_LENGTH);
  });
  return level;
}

function levelAbove(crypto: Crypto, below: Uint8Array, width: number): Uint8Array {
  const level = new Uint8Array(((width + 1) >> 1) * HASH_LENGTH);
  for (let i = 0; i + 1 < width; i += 2)
    level.set(crypto.sha256(NODE, below.subarray(i * HASH_LENGTH, (i + 2) * HASH_LENGTH)), (i >> 1) * HASH_LENGTH);
  if (width % 2 === 1) level.set(hashAt(below, width - 1), ((width - 1) >> 1) * HASH_LENGTH);
  return level;
}

function pathOf(levels: readonly Uint8Array[], index: number, size: number): Uint8Array[] {
  const path: Uint8Array[] = [];
  let position = index;
  let width = size;
  for (const level of levels) {
    const sibling = position ^ 1;
    if (sibling < width) path.push(hashAt(level, sibling).slice());
    position >>= 1;
    width = (width + 1) >> 1;
  }
  return path;
}

function hashAt(level: Uint8Array, position: number): Uint8Array {
  return level.subarray(position * HASH_LENGTH, (position + 1) * HASH_LENGTH);
}
