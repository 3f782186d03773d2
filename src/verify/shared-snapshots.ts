// SPDX-License-Identifier: Apache-2.0
import type { RegistryAccess, RegistrySnapshot } from "./registry.js";

/**
 * The same registry for a crowd: who asks while a look at the head is under way waits for the next one, and all who wait share it. So
 * every answer is of a head that was read after the question, as it is without sharing, and a thousand questions a second cost
 * the nodes no more than one after another.
 */
export function sharedSnapshots(access: RegistryAccess): RegistryAccess {
  let current: Promise<RegistrySnapshot> | null = null;
  let next: Promise<RegistrySnapshot> | null = null;
  const look = (): Promise<RegistrySnapshot> => {
    const begun = access.snapshot();
    current = begun;
    const end = (): void => {
      if (current === begun) current = null;
    };
    begun.then(end, end);
    return begun;
  };
  const lookAgain = (): Promise<RegistrySnapshot> => {
    next = null;
    return look();
  };
  return {
    snapshot() {
      if (current === null) return look();
      // How the look under way ends says nothing about the next one.
      next ??= current.then(lookAgain, lookAgain);
      return next;
    },
  };
}
