// SPDX-License-Identifier: Apache-2.0
import { hashAt, LEAF_LENGTH } from "../anchoring/index.js";

/**
 * The positions of leaves in pieces of at most `length`, in the order of their hashes, so that a store which finds leaves in a
 * B-tree writes neighbours one after another: sorted by the first two bytes, and wholly within each piece. Of a leaf that is there
 * more than once the first position comes first.
 */
export function* piecesInOrder(leaves: Uint8Array, length: number): Generator<readonly number[]> {
  const size = leaves.length / LEAF_LENGTH;
  const prefix = (position: number) => (leaves[position * LEAF_LENGTH]! << 8) | leaves[position * LEAF_LENGTH + 1]!;
  const next = new Uint32Array(65_537);
  for (let position = 0; position < size; position++) next[prefix(position) + 1]! += 1;
  for (let each = 1; each < next.length; each++) next[each]! += next[each - 1]!;
  const sorted = new Uint32Array(size);
  for (let position = 0; position < size; position++) sorted[next[prefix(position)]!++] = position;
  for (let from = 0; from < size; from += length) {
    const piece = [...sorted.subarray(from, from + length)];
    yield piece.sort((a, b) => Buffer.compare(hashAt(leaves, a), hashAt(leaves, b)) || a - b);
  }
}
