// SPDX-License-Identifier: Apache-2.0

/** Runs `work` when everything that was given before has ended, however it ended. */
export type InTurn = <T>(work: () => Promise<T>) => Promise<T>;

/**
 * For those in one process that must not work at once, as who needs the same lease: they do it one after another, in the order in which they
 * asked. Who comes back without a pause for as long as there is work would otherwise claim the lease again before another has seen it free, for ever.
 */
export function createTurns(): InTurn {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const turn = last.then(work);
    last = turn.catch(() => {});
    return turn;
  };
}
