// SPDX-License-Identifier: Apache-2.0
import { isCalendarDate } from "../core/calendar.js";
import { TallyError } from "../core/errors.js";

/** A whole number from 0 to `most`; `request.invalid` names the option. */
export function readCount(name: string, text: string, most: number): number {
  const value = Number(text);
  if (/^\d{1,15}$/.test(text) && value <= most) return value;
  throw new TallyError("request.invalid", `${name}: "${text}" is not a whole number from 0 to ${most}`, {
    field: name,
  });
}

const RFC_3339 = /^(\d{4}-\d{2}-\d{2})T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})$/;

/** The instant of an RFC 3339 time whose date exists; null for anything else. `Date` alone takes 30 February for 2 March. */
export function parseTime(text: string): Date | null {
  const time = new Date(text);
  return isCalendarDate(RFC_3339.exec(text)?.[1]) && !Number.isNaN(time.getTime()) ? time : null;
}

/** Seconds since 1970 of an RFC 3339 time with an offset. */
export function readInstant(name: string, text: string): number {
  const time = parseTime(text);
  if (time !== null) return Math.floor(time.getTime() / 1000);
  throw new TallyError("request.invalid", `${name}: "${text}" is not an RFC 3339 time like 2026-11-22T08:00:00+08:00`, {
    field: name,
  });
}
