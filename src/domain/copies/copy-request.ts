// SPDX-License-Identifier: Apache-2.0
import {
  dateInShanghai,
  endOfDayShanghai,
  formatShanghaiInstant,
  isCalendarDate,
  parseShanghaiInstant,
} from "../../core/calendar.js";
import { copyTextProblem, HOLDERS_CAUSE, MAX_COPY_TEXT, MAX_HOLDERS_COPY_TEXT } from "../../core/copy/copy-texts.js";
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
  /** Why it is made 制作事由. */
  readonly cause: string;
}

/** Who asks: the agency, or the holder, whose words are shorter and whose cause is always the same. */
export type Asking = "agency" | "holder";

const MEMBERS = { agency: ["user", "matter", "until", "cause"], holder: ["user", "matter", "until"] } as const;
/** A copy is for one matter: what takes longer needs another. */
const MAX_DAYS = 366;
const DAY_MS = 86_400_000;

/** Throws `copy.terms-invalid` with every problem. `now`: milliseconds since 1970. */
export function readCopyRequest(input: unknown, now: number, asking: Asking): CopyRequest {
  if (typeof input !== "object" || input === null || Array.isArray(input))
    throw invalid([{ field: "", message: "must be an object" }]);
  const request = input as Readonly<Record<string, unknown>>;
  const members: readonly string[] = MEMBERS[asking];
  const maxLength = asking === "holder" ? MAX_HOLDERS_COPY_TEXT : MAX_COPY_TEXT;
  const markProblem = (text: string) => copyTextProblem(text, maxLength);
  const problems = [
    ...Object.keys(request)
      .filter((name) => !members.includes(name))
      .map((name) => ({ field: `/${name.slice(0, 60)}`, message: "is not a member of this request" })),
    ...textProblems("/user", request.user, "name whom the copy is for 使用方", markProblem),
    ...textProblems("/matter", request.matter, "name the matter 事项", markProblem),
    ...untilProblems(request.until, now),
    ...(asking === "holder" ? [] : causeProblems(request)),
  ];
  if (problems.length > 0) throw invalid(problems);
  const { user, matter, until, cause = matter } = request as Omit<CopyRequest, "cause"> & Partial<CopyRequest>;
  return { user, matter, until, cause: asking === "holder" ? HOLDERS_CAUSE : cause };
}

/** The holder's cause says on the mark that the words are his: an agency vouches for its own. */
function causeProblems({ cause, matter }: Readonly<Record<string, unknown>>): readonly FieldProblem[] {
  const problems =
    cause === undefined
      ? []
      : textProblems("/cause", cause, "leave it out, or say why", (text) =>
          unsafeTextProblem(text, { maxLength: MAX_COPY_TEXT }),
        );
  if ((cause ?? matter) !== HOLDERS_CAUSE) return problems;
  const field = cause === undefined ? "/matter" : "/cause";
  const message = `is ${HOLDERS_CAUSE} and no more, which stands for copies that holders make themselves; say what was applied for`;
  return [...problems, { field, message }];
}

function textProblems(
  field: string,
  value: unknown,
  wayOut: string,
  problemOf: (text: string) => string | null,
): readonly FieldProblem[] {
  if (typeof value !== "string" || value === "")
    return [{ field, message: `must be text that is not empty: ${wayOut}` }];
  const message = problemOf(value);
  return message === null ? [] : [{ field, message }];
}

function untilProblems(value: unknown, now: number): readonly FieldProblem[] {
  const field = "/until";
  if (!isCalendarDate(value)) return [{ field, message: "must be a date that exists, written YYYY-MM-DD" }];
  const [first, last] = [dateInShanghai(now), dateInShanghai(now + MAX_DAYS * DAY_MS)];
  // What is signed has whole seconds: in the last one of a day no period is left.
  const made = parseShanghaiInstant(formatShanghaiInstant(now)) as number;
  if (value === first && (parseShanghaiInstant(endOfDayShanghai(first)) as number) <= made)
    return [{ field, message: "ends this very second; choose a later day" }];
  if (value >= first && value <= last) return [];
  return [
    { field, message: `must be from ${first} to ${last}: a copy is for one matter, and not for longer than a year` },
  ];
}

function invalid(problems: readonly FieldProblem[]): TallyError {
  const [{ field, message }] = problems as readonly [FieldProblem];
  const others = problems.length === 1 ? "" : ` (and ${problems.length - 1} more)`;
  return new TallyError("copy.terms-invalid", `the request: ${field} ${message}${others}`, { field, problems });
}
