// SPDX-License-Identifier: Apache-2.0
import { TallyError } from "../core/errors.js";

/** A whole number from 0 to `most`; `request.invalid` names the option. */
export function readCount(name: string, text: string, most: number): number {
  const value = Number(text);
  if (/^\d{1,15}$/.test(text) && value <= most) return value;
  throw new TallyError("request.invalid", `${name}: "${text}" is not a whole number from 0 to ${most}`, {
    field: name,
  });
}

/** Seconds since 1970 of an RFC 3339 time with an offset. */
export function readInstant(name: string, text: string): number {
  const time = Date.parse(text);
  if (/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(Z|[+-]\d{2}:\d{2})$/.test(text) && !Number.isNaN(time)) return time / 1000;
  throw new TallyError("request.invalid", `${name}: "${text}" is not an RFC 3339 time like 2026-11-22T08:00:00+08:00`, {
    field: name,
  });
}
