// SPDX-License-Identifier: Apache-2.0

import type { NumberFault } from "../../../../core/number-rule.js";
import type { Label } from "../../../../core/type-definition.js";

/** What is wrong with a field, as data; words.ts says it. */
export type Fault =
  | {
      readonly code:
        | "required"
        | "not-a-date"
        | "not-a-number"
        | "not-whole"
        | "not-json"
        | "no-photo"
        | "pattern"
        | "unsafe";
    }
  | { readonly code: "too-short" | "too-long" | "too-few" | "too-many" | "wrong-step"; readonly bound: number }
  | { readonly code: "too-small" | "too-large"; readonly bound: number; readonly exclusive: boolean }
  | { readonly code: "repeated" }
  | { readonly code: "holder-shape" | "holder-check"; readonly codeType: string }
  | { readonly code: "holder-birth-date" }
  | { readonly code: "number"; readonly fault: NumberFault; readonly rule: Label }
  | { readonly code: "in-future"; readonly today: string }
  | { readonly code: "end-required" | "end-not-allowed" | "end-before-start" }
  | { readonly code: "end-too-late"; readonly latest: string }
  | { readonly code: "area" }
  /** The service found it; `detail` is its own sentence. */
  | { readonly code: "service"; readonly detail: string };

/** JSON pointer (RFC 6901) into the request, and the fault there. */
export interface FieldFault {
  readonly pointer: string;
  readonly fault: Fault;
}
