// SPDX-License-Identifier: Apache-2.0
import type { ProofSource } from "../../verify/sources.js";
import type { BatchPaths } from "../anchoring/index.js";
import type { MirrorStore } from "./ports.js";

export interface ProofSourceDeps {
  readonly store: MirrorStore;
  /** Of its own: the numbers of mirrored batches are not those of the batches that this region anchored. */
  readonly paths: BatchPaths;
}

/** Proves leaves from the region's own mirror. The verifier rebuilds the root and asks its own chain for it. */
export function mirrorProofs({ store, paths }: ProofSourceDeps): ProofSource {
  return {
    async findProof(leafHash, region) {
      const sightings = await store.findLeaf(leafHash);
      // A stranger may anchor copies of others' leaves; the issuer's region, else the earliest, is the one that counts.
      const sighting = sightings.find((each) => each.region === region) ?? sightings[0];
      if (!sighting) return null;
      const { batchId, index, root, size } = sighting;
      const name = { region: sighting.region, root, size };
      const path = await paths.pathOf({ id: batchId, root }, index, (tile) => store.mirroredTile(batchId, tile));
      return path && { ...name, index, path };
    },
  };
}
