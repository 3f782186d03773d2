// SPDX-License-Identifier: Apache-2.0
import { BoundedCache } from "../../core/bounded-cache.js";
import { equalBytes } from "../../core/bytes.js";
import { hashAt, LEAF_LENGTH, TILE_SIZE } from "../anchoring/index.js";
import { compared, type Discrepancy, fault, REMEDY } from "./discrepancy.js";
import type { Examined } from "./examined.js";
import type { CertificateFile } from "./stored-records.js";

/** Some 8 MB of leaves. */
const CACHED_TILES = 256;

/** Whether the batch has the leaf in the place that is stored for it. */
export async function examineLeaf(
  {
    place,
    leafHash,
  }: {
    readonly place: (field: string) => { readonly collection: string; readonly key: string; readonly field: string };
    readonly leafHash: Uint8Array;
  },
  { batchId, index }: CertificateFile["place"],
  leaves: LeafReader,
): Promise<readonly Discrepancy[]> {
  const words = { why: "its leaf is not there", remedy: REMEDY.restore };
  if (batchId === null || index === null) {
    const half = { why: "batch and index are not both there", remedy: REMEDY.restore };
    return [fault(place(batchId === null ? "batchId" : "batchIndex"), half)];
  }
  const leaf = await leaves.at(batchId, index);
  if (leaf !== null && equalBytes(leaf, leafHash)) return [];
  const where = await leaves.indexOf(batchId, leafHash);
  return where === null
    ? [fault(place("batchId"), { ...words, stored: batchId })]
    : compared(place("batchIndex"), index, where, words);
}

export interface LeafReader {
  /** Null where there is none. */
  at(batchId: number, index: number): Promise<Uint8Array | null>;
  indexOf(batchId: number, leaf: Uint8Array): Promise<number | null>;
}

export function leafReader({ anchoring }: Pick<Examined, "anchoring">): LeafReader {
  const tiles = new BoundedCache<string, Promise<Uint8Array | null>>(CACHED_TILES);
  const tileAt = (batchId: number, tile: number): Promise<Uint8Array | null> => {
    const name = `${batchId}/${tile}`;
    const read = async () => (await anchoring.batchTile(batchId, tile))?.leaves ?? null;
    return tiles.get(name) ?? tiles.set(name, read());
  };
  return {
    async at(batchId, index) {
      const leaves = await tileAt(batchId, Math.floor(index / TILE_SIZE));
      const leaf = leaves && hashAt(leaves, index % TILE_SIZE);
      return leaf?.length === LEAF_LENGTH ? leaf : null;
    },
    async indexOf(batchId, leaf) {
      const leaves = (await anchoring.batchLeaves(batchId)) ?? new Uint8Array();
      for (let i = 0; i * LEAF_LENGTH < leaves.length; i++) if (equalBytes(hashAt(leaves, i), leaf)) return i;
      return null;
    },
  };
}
