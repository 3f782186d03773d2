// SPDX-License-Identifier: Apache-2.0
import type { ReasonCode } from "./reasons.js";

/** What asking gave. Not getting an answer is no "no": it carries the reason that a check then reports as `unknown`. */
export type Answer<T> =
  | { readonly known: true; readonly value: T }
  | { readonly known: false; readonly reason: ReasonCode; readonly detail?: string };

export function known<T>(value: T): Answer<T> {
  return { known: true, value };
}

export function notKnown(reason: ReasonCode, detail?: string): Answer<never> {
  return detail === undefined ? { known: false, reason } : { known: false, reason, detail };
}
