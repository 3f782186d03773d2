// SPDX-License-Identifier: Apache-2.0

/** Milliseconds since 1970. Injected everywhere: nothing in `domain/anchoring` asks the machine for the time. */
export interface Clock {
  now(): number;
}
