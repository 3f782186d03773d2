// SPDX-License-Identifier: Apache-2.0
import { formatUtcInstant } from "../core/calendar.js";

const LAST = Date.UTC(9999, 11, 31, 23, 59, 59) / 1000;

/** RFC 3339 in UTC, of seconds since 1970 that a document or a node may have chosen freely. */
export function toRfc3339(seconds: number): string {
  return formatUtcInstant(Math.min(Math.max(seconds, 0), LAST) * 1000);
}

/** Half-open, `until` null while open. */
export function covers(interval: { readonly from: number; readonly until: number | null }, time: number): boolean {
  return interval.from <= time && (interval.until === null || time < interval.until);
}
