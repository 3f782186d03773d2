// SPDX-License-Identifier: Apache-2.0
import { setTimeout as pause } from "node:timers/promises";
import { BoundedCache } from "../../core/bounded-cache.js";
import { type Head, type RegistryAccess, RegistryError, type RegistrySnapshot } from "../../verify/registry.js";
import { errorOf, failureOf, type Look, type RegistryQuestion } from "./messages.js";

/** Blocks at which questions may still come: a verification ends long before so many have passed. */
const MOST_SNAPSHOTS = 64;
/** Answers remembered for one block, as `pinnedRegistry` does. */
const REMEMBERED = 4_096;

/**
 * Between the beginnings of two looks, so that a crowd costs the nodes 250 looks a second and no more; one that takes longer to answer is
 * not asked so often. Nearly everyone in a crowd waits for the next look, so a longer time is one in which nothing is done.
 */
const LOOK_EVERY_MS = 4;

/** Answers what other threads ask about the registry, so that all of them share one connection to each node and one look at the head. */
export interface RegistryDesk {
  /** A look at the head that begins after the call; how it failed, if it did. */
  look(): Promise<Look>;
  /** Rejects with `RegistryError` also when so many blocks have come since that the snapshot is forgotten. */
  ask(snapshot: number, question: RegistryQuestion, about: readonly unknown[]): Promise<unknown>;
}

export function registryDesk(access: RegistryAccess): RegistryDesk {
  const numbers = new WeakMap<RegistrySnapshot, number>();
  const snapshots = new BoundedCache<number, RegistrySnapshot>(MOST_SNAPSHOTS);
  let looks = 0;
  let begun = Number.NEGATIVE_INFINITY;
  let next: Promise<Look> | null = null;

  async function begin(): Promise<Look> {
    begun = performance.now();
    try {
      const snapshot = await access.snapshot();
      const number = numbers.get(snapshot) ?? ++looks;
      numbers.set(snapshot, number);
      snapshots.set(number, snapshot);
      return { snapshot: number, head: snapshot.head };
    } catch (error) {
      return { failure: failureOf(error) };
    }
  }

  return {
    look() {
      if (next !== null) return next;
      const rest = begun + LOOK_EVERY_MS - performance.now();
      if (rest <= 0) return begin();
      next = pause(rest).then(() => {
        next = null;
        return begin();
      });
      return next;
    },
    async ask(number, question, about) {
      const snapshot = snapshots.get(number);
      if (snapshot === undefined) throw new RegistryError("registry.unreachable", "the block was left behind");
      return (snapshot[question] as (...about: readonly unknown[]) => Promise<unknown>)(...about);
    },
  };
}

/** What looks at the registry show to another thread; what it asks goes through the desk. */
export function looksThrough(ask: RegistryDesk["ask"]): (look: Look) => RegistryAccess {
  let newest: { readonly number: number; readonly snapshot: RegistrySnapshot } | null = null;
  return (look) => ({
    async snapshot() {
      if ("failure" in look) throw errorOf(look.failure);
      if (newest?.number !== look.snapshot) {
        newest = { number: look.snapshot, snapshot: snapshotFrom(ask, look.snapshot, look.head) };
      }
      return newest.snapshot;
    },
  });
}

function snapshotFrom(askDesk: RegistryDesk["ask"], number: number, head: Head): RegistrySnapshot {
  const remembered = new BoundedCache<string, Promise<unknown>>(REMEMBERED);
  const asked = <Question extends RegistryQuestion>(question: Question): RegistrySnapshot[Question] => {
    const ask = (...about: readonly unknown[]): Promise<unknown> => {
      const key = JSON.stringify([question, ...about]);
      const known = remembered.get(key);
      if (known !== undefined) return known;
      const answer = remembered.set(key, askDesk(number, question, about));
      // Not knowing is not an answer to remember.
      void answer.catch(() => remembered.delete(key));
      return answer;
    };
    return ask as RegistrySnapshot[Question];
  };
  return {
    head,
    findKey: asked("findKey"),
    findRegion: asked("findRegion"),
    findAgency: asked("findAgency"),
    findAuthorisations: asked("findAuthorisations"),
    findSealDelegations: asked("findSealDelegations"),
    findAnchor: asked("findAnchor"),
    findTypeDefinition: asked("findTypeDefinition"),
    statusWord: asked("statusWord"),
    findKeysById: asked("findKeysById"),
  };
}
