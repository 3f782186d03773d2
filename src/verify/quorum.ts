// SPDX-License-Identifier: Apache-2.0
import { toHex } from "../core/hex.js";
import { RegistryError } from "./registry.js";

/** More than half: two groups of half the nodes or fewer could each say something else. */
export function majorityOf(nodes: number): number {
  return Math.floor(nodes / 2) + 1;
}

/**
 * The answer that `quorum` of the nodes give, as soon as they do. Rejects with `registry.disagrees` when they contradict one
 * another so that none can reach it, and with a node's own failure when too few answered at all.
 */
export function agree<T>(answers: readonly Promise<T>[], quorum: number): Promise<T> {
  if (answers.length === 1 && quorum === 1) return answers[0]!;
  return new Promise((resolve, reject) => {
    const votes = new Map<string, number>();
    let failure: unknown;
    let open = answers.length;
    const settle = (): void => {
      open--;
      if (open > 0) return;
      reject(votes.size > 1 ? new RegistryError("registry.disagrees", "the nodes answer differently") : failure);
    };
    for (const answer of answers) {
      answer.then(
        (value) => {
          const key = JSON.stringify(value, plain);
          const count = (votes.get(key) ?? 0) + 1;
          votes.set(key, count);
          if (count === quorum) resolve(value);
          settle();
        },
        (error) => {
          failure = error;
          settle();
        },
      );
    }
  });
}

export type Outcome<T> = { readonly value: T } | { readonly error: unknown };

/** How long the slower nodes are waited for when enough have answered: one that hangs must not slow everything down. */
const GRACE_MS = 300;

/** The outcome of a node that was not waited for any longer. */
export const LATE: { readonly error: unknown } = {
  error: new RegistryError("registry.unreachable", "a node did not answer in time"),
};

/**
 * What became of each question: all of them, or, from a moment after `quorum` good answers on, those that are there; the
 * others are `LATE`. Those for which `isSlow` holds are not given that moment. Never rejects.
 */
export function enough<T>(
  answers: readonly Promise<T>[],
  quorum: number,
  isSlow: (index: number) => boolean = () => false,
): Promise<readonly Outcome<T>[]> {
  const outcomes: Outcome<T>[] = answers.map(() => LATE);
  const awaited = new Set(answers.keys());
  return new Promise((resolve) => {
    let good = 0;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const finish = (): void => {
      clearTimeout(timer);
      resolve([...outcomes]);
    };
    const settle = (i: number, outcome: Outcome<T>): void => {
      outcomes[i] = outcome;
      awaited.delete(i);
      if ("value" in outcome) good++;
      if (awaited.size === 0 || (good >= quorum && [...awaited].every(isSlow))) finish();
      else if (good >= quorum) timer ??= setTimeout(finish, GRACE_MS);
    };
    if (answers.length === 0) finish();
    answers.forEach((answer, i) => {
      answer.then(
        (value) => settle(i, { value }),
        (error) => settle(i, { error }),
      );
    });
  });
}

function plain(_: string, value: unknown): unknown {
  if (typeof value === "bigint") return value.toString();
  return value instanceof Uint8Array ? toHex(value) : value;
}
