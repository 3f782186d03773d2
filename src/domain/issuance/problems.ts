// SPDX-License-Identifier: Apache-2.0
import { type ErrorCode, TallyError } from "../../core/errors.js";
import type { FieldProblem } from "../catalogue/index.js";

/** Throws when there are problems: all of them at once, so that a form is corrected in one go. */
export function refuse(code: ErrorCode, what: string, problems: readonly FieldProblem[]): void {
  const [first] = problems;
  if (first === undefined) return;
  const others = problems.length === 1 ? "" : ` (and ${problems.length - 1} more)`;
  throw new TallyError(code, `${what}: ${first.field} ${first.message}${others}`, { field: first.field, problems });
}
