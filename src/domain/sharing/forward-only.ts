// SPDX-License-Identifier: Apache-2.0
import { type RegistryAccess, RegistryError } from "../../verify/registry.js";

/**
 * The same registry, never at an older block than one that was seen before the question: a node that lags, or pretends to, would have
 * us sign today that a certificate revoked yesterday is not. After a reorganisation it waits until the new branch is as long.
 * Rejects with `registry.unreachable`.
 */
export function forwardOnly(access: RegistryAccess): RegistryAccess {
  let newest = 0;
  return {
    async snapshot() {
      // As it was at the question: of two looks under way at once the one that began earlier may end later.
      const seen = newest;
      const snapshot = await access.snapshot();
      const { block } = snapshot.head;
      if (block < seen)
        throw new RegistryError(
          "registry.unreachable",
          `the nodes are at block ${block}, behind block ${seen} at which they were before`,
        );
      newest = Math.max(newest, block);
      return snapshot;
    },
  };
}
