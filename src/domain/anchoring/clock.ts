// SPDX-License-Identifier: Apache-2.0

/** Milliseconds since 1970. Injected everywhere: nothing in `domain/anchoring` asks the machine for the time. */
export interface Clock {
  now(): number;
}

/**
 * Whether `ms` have passed since `time`, which may come from another machine's clock: also when it is as far ahead or further. A clock
 * that was wrong then costs a wait of twice `ms` at most, and not for as long as it was ahead.
 */
export function hasPassed(ms: number, time: number, clock: Clock): boolean {
  return Math.abs(clock.now() - time) >= ms;
}
