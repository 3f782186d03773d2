// SPDX-License-Identifier: Apache-2.0
import { equalBytes } from "../../core/bytes.js";
import { hashAt, splitLeaves, TILE_SIZE } from "../anchoring/index.js";
import { type Discrepancy, fault, guardedEach, REMEDY } from "./discrepancy.js";
import type { Examined } from "./examined.js";
import { examineTiles, keyOf, MIRRORED, tilesOf } from "./tiles.js";

const PAGE = 100;

/** What the mirror keeps of every batch: leaves, tile roots and root, and that each leaf is found at its position. */
export async function* examineMirror(
  { records, mirror, crypto }: Pick<Examined, "records" | "mirror" | "crypto">,
  count: (batches: number) => void,
): AsyncGenerator<Discrepancy> {
  const before = await records.counts();
  const reached = { tiles: 0, leaves: 0 };
  for (let after = 0, more = true; more; ) {
    const page = await records.mirroredBatches(after, PAGE);
    for (const batch of page) {
      const { id, tileRoots } = batch;
      if (tileRoots === null) continue;
      const tileAt = (tile: number) => mirror.mirroredTile(id, tile);
      const each = (tile: number, leaves: Uint8Array) => examinePositions(id, tile, leaves);
      yield* guardedEach(
        { collection: MIRRORED.batches, key: keyOf(batch) },
        examineTiles(MIRRORED, { ...batch, tileRoots }, { crypto, tileAt, each }),
      );
      reached.tiles += tilesOf(batch.size);
    }
    count(page.length);
    after = page.at(-1)?.id ?? after;
    more = page.length === PAGE;
  }
  // What a running service has kept since is beyond the first figures.
  if (before.mirroredLeaves > reached.leaves) {
    const why = `${before.mirroredLeaves - reached.leaves} of ${before.mirroredLeaves} lead to no leaf`;
    yield fault({ collection: "mirrored_leaves", key: "all", field: "leafHash" }, { why, remedy: REMEDY.restore });
  }

  async function* examinePositions(id: number, tile: number, leaves: Uint8Array): AsyncGenerator<Discrepancy> {
    const positions = await records.mirroredPositions(id, splitLeaves(leaves));
    for (const [i, position] of positions.entries()) {
      const expected = tile * TILE_SIZE + i;
      if (position === expected) reached.leaves += 1;
      else if (!(await isEarlierCopy(id, position, expected, hashAt(leaves, i)))) {
        const place = { collection: "mirrored_leaves", key: `${id}, ${expected}`, field: "position" };
        const why = position === null ? "the leaf is not found" : "the leaf is found at another position";
        yield fault(place, { why, remedy: REMEDY.restore, stored: position, expected });
      }
    }
  }

  /** A hostile region may anchor one leaf twice in a batch; its first position proves it as well. */
  async function isEarlierCopy(
    id: number,
    position: number | null,
    expected: number,
    leaf: Uint8Array,
  ): Promise<boolean> {
    if (position === null || position >= expected || position < 0) return false;
    const tile = await mirror.mirroredTile(id, Math.floor(position / TILE_SIZE));
    return tile !== null && equalBytes(hashAt(tile.leaves, position % TILE_SIZE), leaf);
  }
}
