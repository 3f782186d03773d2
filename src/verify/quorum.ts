// SPDX-License-Identifier: Apache-2.0
import { toHex } from "../core/hex.js";
import { RegistryError } from "./registry.js";

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

function plain(_: string, value: unknown): unknown {
  if (typeof value === "bigint") return value.toString();
  return value instanceof Uint8Array ? toHex(value) : value;
}
