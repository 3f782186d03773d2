// SPDX-License-Identifier: Apache-2.0
import { type RegistryAccess, RegistryError } from "../../verify/registry.js";
import type { BlockFloor } from "./block-floor.js";

/**
 * The same registry, never at an older block than one that was seen before the question: a node that lags, or pretends to, would have
 * us sign today that a certificate revoked yesterday is not. After a reorganisation it waits until the new branch is as long.
 * Rejects with `registry.unreachable`. The floor is raised before anything can be made of a block.
 */
export function forwardOnly(access: RegistryAccess, floor: BlockFloor): RegistryAccess {
  return {
    async snapshot() {
      // As it was at the question: of two looks under way at once the one that began earlier may end later.
      const seen = await floor.block();
      const snapshot = await access.snapshot();
      const { block } = snapshot.head;
      if (block < seen)
        throw new RegistryError(
          "registry.unreachable",
          `the nodes are at block ${block}, behind block ${seen} of which documents were published; ` +
            "should no node have that block, tally trust floor says what to do",
        );
      if (block > seen) await floor.raise(block);
      return snapshot;
    },
  };
}
