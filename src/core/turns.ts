// SPDX-License-Identifier: Apache-2.0
import { TallyError } from "./errors.js";

/** Runs `work` when everything that was given before has ended, however it ended. */
export type InTurn = <T>(work: () => Promise<T>) => Promise<T>;

export interface TurnsBounds {
  /** How many may wait beside the one that works; who comes then is refused at once with `request.overloaded`. Absent: any number. */
  readonly waiting?: number;
}

/**
 * For those in one process that must not work at once, as who needs the same lease: they do it one after another, in the order in which they
 * asked. Who comes back without a pause for as long as there is work would otherwise claim the lease again before another has seen it free, for ever.
 */
export function createTurns({ waiting = Number.POSITIVE_INFINITY }: TurnsBounds = {}): InTurn {
  let last: Promise<unknown> = Promise.resolve();
  let present = 0;
  return async (work) => {
    if (present > waiting)
      throw new TallyError("request.overloaded", `${waiting} others wait for this already; try again shortly`);
    present += 1;
    const turn = last.then(work);
    last = turn.catch(() => {});
    try {
      return await turn;
    } finally {
      present -= 1;
    }
  };
}
