// SPDX-License-Identifier: Apache-2.0
import { dateInShanghai, endOfDayShanghai, isCalendarDate, startOfDayShanghai } from "../../core/calendar.js";
import type { TypeDefinition } from "../../core/type-definition.js";
import { type EndDateFault, endDateFault } from "../../core/validity-rule.js";
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
export function checkPeriod(period: Period, rule: TypeDefinition["validity"], now: number): readonly FieldProblem[] {
  const { issueDate, validFrom, validUntil } = period;
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
  return [...problems, ...checkEnd(period, rule)];
}

const EARLIEST = "1970-01-02";

function checkEnd({ validFrom, validUntil }: Period, rule: TypeDefinition["validity"]): readonly FieldProblem[] {
  const found = endDateFault(validFrom, validUntil, rule);
  return found === null ? [] : [{ field: "/validUntil", message: endWords(found, validFrom, validUntil, rule) }];
}

function endWords(
  found: EndDateFault,
  validFrom: string,
  validUntil: string | null,
  { maxYears }: TypeDefinition["validity"],
): string {
  switch (found.fault) {
    case "required":
      return "is required: this type is not issued long-term";
    case "not-allowed":
      return "must be absent: this type has no end date";
    case "before-start":
      return `${validUntil} is before the start ${validFrom}`;
    case "too-late":
      return `${validUntil} is more than ${maxYears} years after ${validFrom}; ${found.latest} at the latest`;
  }
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
