// SPDX-License-Identifier: Apache-2.0
import { TallyError } from "./errors.js";

/** Validity is decided in Asia/Shanghai, which has had one offset and no summer time since 1991. */
const SHANGHAI_OFFSET_MS = 8 * 3_600_000;

/** A YYYY-MM-DD that exists, years 1000–9999: 2026-02-30 does not. */
export function isCalendarDate(text: unknown): text is string {
  return typeof text === "string" && text.length === "YYYY-MM-DD".length && parseDate(text) !== null;
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

/** Milliseconds of `YYYY-MM-DDThh:mm:ss+08:00` with a date and time that exist; null for anything else. No leap seconds. */
export function parseShanghaiInstant(text: unknown): number | null {
  const local = parseLocal(text, "+08:00");
  return local === null ? null : local - SHANGHAI_OFFSET_MS;
}

/** `YYYY-MM-DDThh:mm:ss+08:00`, whole seconds (rounded down). */
export function formatShanghaiInstant(instantMs: number): string {
  return `${formatUtcInstant(instantMs + SHANGHAI_OFFSET_MS).slice(0, 19)}+08:00`;
}

/** Milliseconds of `YYYY-MM-DDThh:mm:ssZ`, whole seconds; null for anything else. */
export function parseUtcInstant(text: unknown): number | null {
  return parseLocal(text, "Z");
}

/** `YYYY-MM-DDThh:mm:ssZ`, whole seconds (rounded down). */
export function formatUtcInstant(instantMs: number): string {
  return `${new Date(instantMs).toISOString().slice(0, 19)}Z`;
}

/** Every certificate states three times that several readers need, so this reads digits instead of matching patterns. */
function parseLocal(text: unknown, offset: string): number | null {
  if (typeof text !== "string" || text.length !== LOCAL_LENGTH + offset.length || !text.endsWith(offset)) return null;
  if (text[10] !== "T" || text[13] !== ":" || text[16] !== ":") return null;
  const date = parseDate(text);
  const [hour, minute, second] = [twoDigits(text, 11), twoDigits(text, 14), twoDigits(text, 17)];
  // What are no digits is NaN, which is not <= anything.
  if (date === null || !(hour <= 23 && minute <= 59 && second <= 59)) return null;
  return Date.UTC(date.year, date.month - 1, date.day, hour, minute, second);
}

const LOCAL_LENGTH = "YYYY-MM-DDThh:mm:ss".length;

/** The date that the first ten characters write, when it exists. */
function parseDate(text: string): { readonly year: number; readonly month: number; readonly day: number } | null {
  if (text[4] !== "-" || text[7] !== "-") return null;
  const year = twoDigits(text, 0) * 100 + twoDigits(text, 2);
  const month = twoDigits(text, 5);
  const day = twoDigits(text, 8);
  if (!(year >= 1000 && month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month))) return null;
  return { year, month, day };
}

/** NaN unless both characters are digits. */
function twoDigits(text: string, at: number): number {
  const tens = text.charCodeAt(at) - ZERO;
  const ones = text.charCodeAt(at + 1) - ZERO;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN;
}

const ZERO = "0".charCodeAt(0);
