// SPDX-License-Identifier: Apache-2.0
import { dateInShanghai, isCalendarDate } from "../../core/calendar.js";
import { TallyError } from "../../core/errors.js";
import { unsafeTextProblem } from "../../core/text.js";
import type { FieldProblem } from "../catalogue/index.js";

/** What a reader's copy is to say. */
export interface CopyRequest {
  /** Whom it is for 使用方. */
  readonly user: string;
  /** 事项 */
  readonly matter: string;
  /** Its last day in Asia/Shanghai, `YYYY-MM-DD`: today to a year from now. */
  readonly until: string;
  /** Why it is made 制作事由; the matter when absent. */
  readonly cause?: string;
}

const MEMBERS = ["user", "matter", "until", "cause"];
const MAX_TEXT = 200;
/** A copy is for one matter: what takes longer needs another. */
const MAX_DAYS = 366;
const DAY_MS = 86_400_000;

/** Throws `request.invalid` with every problem. `now`: milliseconds since 1970. */
export function readCopyRequest(input: unknown, now: number): CopyRequest {
  if (typeof input !== "object" || input === null || Array.isArray(input))
    throw invalid([{ field: "", message: "must be an object" }]);
  const request = input as Readonly<Record<string, unknown>>;
  const problems = [
    ...Object.keys(request)
      .filter((name) => !MEMBERS.includes(name))
      .map((name) => ({ field: `/${name.slice(0, 60)}`, message: "is not a member of this request" })),
    ...textProblems("/user", request.user, "name whom the copy is for 使用方"),
    ...textProblems("/matter", request.matter, "name the matter 事项"),
    ...untilProblems(request.until, now),
    ...(request.cause === undefined ? [] : textProblems("/cause", request.cause, "leave it out, or say why")),
  ];
  if (problems.length > 0) throw invalid(problems);
  return request as unknown as CopyRequest;
}

function textProblems(field: string, value: unknown, wayOut: string): readonly FieldProblem[] {
  if (typeof value !== "string" || value === "")
    return [{ field, message: `must be text that is not empty: ${wayOut}` }];
  const message = unsafeTextProblem(value, { maxLength: MAX_TEXT });
  return message === null ? [] : [{ field, message }];
}

function untilProblems(value: unknown, now: number): readonly FieldProblem[] {
  const field = "/until";
  if (!isCalendarDate(value)) return [{ field, message: "must be a date that exists, written YYYY-MM-DD" }];
  const [first, last] = [dateInShanghai(now), dateInShanghai(now + MAX_DAYS * DAY_MS)];
  if (value >= first && value <= last) return [];
  return [
    { field, message: `must be from ${first} to ${last}: a copy is for one matter, and not for longer than a year` },
  ];
}

function invalid(problems: readonly FieldProblem[]): TallyError {
  const [{ field, message }] = problems as readonly [FieldProblem];
  const others = problems.length === 1 ? "" : ` (and ${problems.length - 1} more)`;
  return new TallyError("request.invalid", `the request: ${field} ${message}${others}`, { field, problems });
}
