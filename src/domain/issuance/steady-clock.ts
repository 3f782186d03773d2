// SPDX-License-Identifier: Apache-2.0
import { formatUtcInstant } from "../../core/calendar.js";
import { TallyError } from "../../core/errors.js";

export interface SteadyClockDeps {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Time of the newest entry of the log; 0 when there is none. */
  readonly newest: () => number;
  /** How far it may be behind, since the clocks of several machines differ. */
  readonly toleranceMs: number;
}

/**
 * The clock of what is signed and of legal states. Set back behind what was recorded before, it throws `clock.behind` instead of
 * giving a licence or a revocation a date in the past; reading, verifying and anchoring need no such clock.
 */
export function createSteadyClock({ now, newest, toleranceMs }: SteadyClockDeps): () => number {
  return () => {
    const [time, recorded] = [now(), newest()];
    if (time < recorded - toleranceMs) throw behind(time, recorded);
    return time;
  };
}

function behind(time: number, recorded: number): TallyError {
  const seconds = Math.ceil((recorded - time) / 1000);
  return new TallyError(
    "clock.behind",
    `the clock of this machine says ${formatUtcInstant(time)}, ${seconds} seconds before something that was recorded already ` +
      `(${formatUtcInstant(recorded)}): nothing is issued and no state is changed with a date in the past. Set the clock right; ` +
      "if it was ahead when that was recorded, let TALLY_CLOCK_TOLERANCE allow so many seconds",
  );
}
