// SPDX-License-Identifier: Apache-2.0
import { dateInShanghai, endOfDayShanghai, isCalendarDate, startOfDayShanghai } from "../../core/calendar.js";
import type { TypeDefinition } from "../../core/type-definition.js";
import type { FieldProblem } from "../catalogue/index.js";
import type { IssueRequest } from "./issue-request.js";

/** Dates of a certificate, YYYY-MM-DD in Asia/Shanghai; `validUntil` is inclusive, null is long-term 长期. */
export interface Period {
  readonly issueDate: string;
  readonly validFrom: string;
  readonly validUntil: string | null;
}

/** The dates of a request with what is absent filled in: issued today, valid from the issue date, long-term. */
export function periodOf(request: Pick<IssueRequest, "issueDate" | "validFrom" | "validUntil">, now: number): Period {
  const issueDate = request.issueDate ?? dateInShanghai(now);
  return { issueDate, validFrom: request.validFrom ?? issueDate, validUntil: request.validUntil ?? null };
}

/** Problems of the dates: that exist, in order, and within what the type allows. */
export function checkPeriod(
  { issueDate, validFrom, validUntil }: Period,
  rule: TypeDefinition["validity"],
  now: number,
): readonly FieldProblem[] {
  const dates = { issueDate, validFrom, ...(validUntil === null ? {} : { validUntil }) };
  const unreal = Object.entries(dates)
    .filter(([, date]) => !isCalendarDate(date))
    .map(([name, date]) => ({ field: `/${name}`, message: `${shown(date)} is not a date that exists (YYYY-MM-DD)` }));
  if (unreal.length > 0) return unreal;

  const problems: FieldProblem[] = [];
  const today = dateInShanghai(now);
  if (issueDate > today)
    problems.push({ field: "/issueDate", message: `${issueDate} is in the future (today is ${today})` });
  // Tokens count seconds since 1970, as CWT does.
  if (validFrom < EARLIEST) problems.push({ field: "/validFrom", message: `${validFrom} is before ${EARLIEST}` });
  return [...problems, ...checkEnd(validFrom, validUntil, rule)];
}

const EARLIEST = "1970-01-02";

function checkEnd(
  validFrom: string,
  validUntil: string | null,
  rule: TypeDefinition["validity"],
): readonly FieldProblem[] {
  const field = "/validUntil";
  if (validUntil === null)
    return rule.endDate === "required" ? [{ field, message: "is required: this type is not issued long-term" }] : [];
  if (rule.endDate === "none") return [{ field, message: "must be absent: this type has no end date" }];
  if (validUntil < validFrom) return [{ field, message: `${validUntil} is before the start ${validFrom}` }];
  // Written dates compare like dates, and the day of the same name ends the years; the exact last day is for the message.
  if (rule.maxYears === undefined || validUntil < sameDayLater(validFrom, rule.maxYears)) return [];
  const last = lastDayAfterYears(validFrom, rule.maxYears);
  return validUntil > last
    ? [
        {
          field,
          message: `${validUntil} is more than ${rule.maxYears} years after ${validFrom}; ${last} at the latest`,
        },
      ]
    : [];
}

function sameDayLater(start: string, years: number): string {
  return String(Number(start.slice(0, 4)) + years).padStart(4, "0") + start.slice(4);
}

/** The last inclusive day of `years` years from `start`: 2026-03-01 and 5 give 2031-02-28. */
function lastDayAfterYears(start: string, years: number): string {
  const [year, month, day] = start.split("-").map(Number) as [number, number, number];
  return new Date(Date.UTC(year + years, month - 1, day - 1)).toISOString().slice(0, 10);
}

/** The period as a certificate says it, with offset. Only for dates that were checked. */
export function validityOf({ validFrom, validUntil }: Period): {
  readonly validFrom: string;
  readonly validUntil?: string;
} {
  return {
    validFrom: startOfDayShanghai(validFrom),
    ...(validUntil === null ? {} : { validUntil: endOfDayShanghai(validUntil) }),
  };
}

function shown(text: string): string {
  return JSON.stringify(text.slice(0, 20));
}
