// SPDX-License-Identifier: Apache-2.0

export interface FieldProblem {
  /** JSON pointer (RFC 6901) into the request, e.g. `/face/businessScope`. */
  readonly field: string;
  /** What is wrong, completing "‹field› …". Never holds a person's identity number. */
  readonly message: string;
}
