// SPDX-License-Identifier: Apache-2.0
import { TallyError } from "./errors.js";

/** Validity is decided in Asia/Shanghai, which has had one offset and no summer time since 1991. */
const SHANGHAI_OFFSET_MS = 8 * 3_600_000;

/** A YYYY-MM-DD that exists, years 1000–9999: 2026-02-30 does not. */
export function isCalendarDate(text: unknown): text is string {
  if (typeof text !== "string" || !/^[1-9][0-9]{3}-[0-9]{2}-[0-9]{2}$/.test(text)) return false;
  const year = Number(text.slice(0, 4));
  const month = Number(text.slice(5, 7));
  const day = Number(text.slice(8, 10));
  return month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month);
}

/** Throws `request.invalid` for a date that does not exist; returns it unchanged. */
export function requireCalendarDate(text: string, field: string): string {
  if (isCalendarDate(text)) return text;
  throw new TallyError(
    "request.invalid",
    `${field} ${JSON.stringify(String(text).slice(0, 40))} is not a date that exists, written YYYY-MM-DD`,
    { field },
  );
}

function daysIn(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** `2026-03-01` → `2026-03-01T00:00:00+08:00`. */
export function startOfDayShanghai(date: string): string {
  return `${requireCalendarDate(date, "date")}T00:00:00+08:00`;
}

/** The printed end date is inclusive: `2026-03-01` → `2026-03-01T23:59:59+08:00`. */
export function endOfDayShanghai(date: string): string {
  return `${requireCalendarDate(date, "date")}T23:59:59+08:00`;
}

/** The calendar date in Asia/Shanghai at an instant in milliseconds. */
export function dateInShanghai(instantMs: number): string {
  return new Date(Math.min(instantMs, MAX_INSTANT) + SHANGHAI_OFFSET_MS).toISOString().slice(0, 10);
}

const MAX_INSTANT = Date.UTC(9999, 11, 31);

const SHANGHAI_INSTANT = /^[0-9]{4}-[0-9]{2}-[0-9]{2}T([0-9]{2}):([0-9]{2}):([0-9]{2})\+08:00$/;
const UTC_INSTANT = /^[0-9]{4}-[0-9]{2}-[0-9]{2}T([0-9]{2}):([0-9]{2}):([0-9]{2})Z$/;

/** Milliseconds of `YYYY-MM-DDThh:mm:ss+08:00` with a date and time that exist; null for anything else. No leap seconds. */
export function parseShanghaiInstant(text: unknown): number | null {
  const local = parseLocal(text, SHANGHAI_INSTANT);
  return local === null ? null : local - SHANGHAI_OFFSET_MS;
}

/** Milliseconds of `YYYY-MM-DDThh:mm:ssZ`, whole seconds; null for anything else. */
export function parseUtcInstant(text: unknown): number | null {
  return parseLocal(text, UTC_INSTANT);
}

/** `YYYY-MM-DDThh:mm:ssZ`, whole seconds (rounded down). */
export function formatUtcInstant(instantMs: number): string {
  return `${new Date(instantMs).toISOString().slice(0, 19)}Z`;
}

function parseLocal(text: unknown, shape: RegExp): number | null {
  if (typeof text !== "string") return null;
  const match = shape.exec(text);
  if (!match || !isCalendarDate(text.slice(0, 10))) return null;
  const [hour, minute, second] = [Number(match[1]), Number(match[2]), Number(match[3])];
  if (hour > 23 || minute > 59 || second > 59) return null;
  return Date.UTC(
    Number(text.slice(0, 4)),
    Number(text.slice(5, 7)) - 1,
    Number(text.slice(8, 10)),
    hour,
    minute,
    second,
  );
}
