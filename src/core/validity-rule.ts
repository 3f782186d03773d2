// SPDX-License-Identifier: Apache-2.0
import type { TypeDefinition } from "./type-definition.js";

/** What keeps an end date from fitting the type; `latest` is the last inclusive day that would. */
export type EndDateFault =
  | { readonly fault: "required" | "not-allowed" | "before-start" }
  | { readonly fault: "too-late"; readonly latest: string };

/** The first fault of a printed, inclusive end date, or null. Both dates exist (YYYY-MM-DD); a null end is long-term 长期. */
export function endDateFault(
  validFrom: string,
  validUntil: string | null,
  { endDate, maxYears }: TypeDefinition["validity"],
): EndDateFault | null {
  if (validUntil === null) return endDate === "required" ? { fault: "required" } : null;
  if (endDate === "none") return { fault: "not-allowed" };
  if (validUntil < validFrom) return { fault: "before-start" };
  // Written dates compare like dates, and the day of the same name ends the years; the exact last day is for the message.
  if (maxYears === undefined || validUntil < sameDayLater(validFrom, maxYears)) return null;
  const latest = lastDayAfterYears(validFrom, maxYears);
  return validUntil > latest ? { fault: "too-late", latest } : null;
}

function sameDayLater(start: string, years: number): string {
  return String(Number(start.slice(0, 4)) + years).padStart(4, "0") + start.slice(4);
}

/** The last inclusive day of `years` years from `start`: 2026-03-01 and 5 give 2031-02-28. */
export function lastDayAfterYears(start: string, years: number): string {
  const [year, month, day] = start.split("-").map(Number) as [number, number, number];
  return new Date(Date.UTC(year + years, month - 1, day - 1)).toISOString().slice(0, 10);
}
