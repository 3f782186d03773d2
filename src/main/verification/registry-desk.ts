// SPDX-License-Identifier: Apache-2.0
import { BoundedCache } from "../../core/bounded-cache.js";
import { type RegistryAccess, RegistryError, type RegistrySnapshot } from "../../verify/registry.js";
import { sharedSnapshots } from "../../verify/shared-snapshots.js";
import type { Look, RegistryQuestion } from "./messages.js";

/** Blocks at which questions may still come: a verification ends long before so many have passed. */
const MOST_SNAPSHOTS = 64;
/** Answers remembered for one block, as `pinnedRegistry` does. */
const REMEMBERED = 4_096;

/** Answers what other threads ask about the registry, so that all of them share one connection to each node and one look at the head. */
export interface RegistryDesk {
  look(): Promise<Look>;
  /** Rejects with `RegistryError` also when so many blocks have come since that the snapshot is forgotten. */
  ask(snapshot: number, question: RegistryQuestion, about: readonly unknown[]): Promise<unknown>;
}

export function registryDesk(access: RegistryAccess): RegistryDesk {
  const numbers = new WeakMap<RegistrySnapshot, number>();
  const snapshots = new BoundedCache<number, RegistrySnapshot>(MOST_SNAPSHOTS);
  let looks = 0;
  return {
    async look() {
      const snapshot = await access.snapshot();
      const number = numbers.get(snapshot) ?? ++looks;
      numbers.set(snapshot, number);
      snapshots.set(number, snapshot);
      return { snapshot: number, head: snapshot.head };
    },
    async ask(number, question, about) {
      const snapshot = snapshots.get(number);
      if (snapshot === undefined) throw new RegistryError("registry.unreachable", "the block was left behind");
      return (snapshot[question] as (...about: readonly unknown[]) => Promise<unknown>)(...about);
    },
  };
}

/** The registry as another thread sees it: through the desk. */
export function registryFrom(desk: RegistryDesk): RegistryAccess {
  let newest: { readonly number: number; readonly snapshot: RegistrySnapshot } | null = null;
  return sharedSnapshots({
    async snapshot() {
      const look = await desk.look();
      if (newest?.number !== look.snapshot) newest = { number: look.snapshot, snapshot: snapshotFrom(desk, look) };
      return newest.snapshot;
    },
  });
}

function snapshotFrom(desk: RegistryDesk, { snapshot, head }: Look): RegistrySnapshot {
  const remembered = new BoundedCache<string, Promise<unknown>>(REMEMBERED);
  const asked = <Question extends RegistryQuestion>(question: Question): RegistrySnapshot[Question] => {
    const ask = (...about: readonly unknown[]): Promise<unknown> => {
      const key = JSON.stringify([question, ...about]);
      const known = remembered.get(key);
      if (known !== undefined) return known;
      const answer = remembered.set(key, desk.ask(snapshot, question, about));
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
    findAnchor: asked("findAnchor"),
    findTypeDefinition: asked("findTypeDefinition"),
    statusWord: asked("statusWord"),
    findKeysById: asked("findKeysById"),
  };
}
