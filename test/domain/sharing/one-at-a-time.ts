// SPDX-License-Identifier: Apache-2.0

/** What a store in memory promises with `exclusively`, among all that have it in common. */
export function oneAtATime(): <T>(work: () => Promise<T>) => Promise<T> {
  let before: Promise<unknown> = Promise.resolve();
  return (work) => {
    const turn = before.then(work);
    before = turn.catch(() => {});
    return turn;
  };
}
