// SPDX-License-Identifier: Apache-2.0
import { parseShanghaiInstant, parseUtcInstant } from "./calendar.js";
import type { JsonValue } from "./json.js";
import { shape } from "./shape.js";

const must = shape("format.malformed");

/** A time that a document states in the offset of Asia/Shanghai, in milliseconds since 1970. */
export function readShanghaiTime(value: JsonValue | undefined, at: string): number {
  const instant = parseShanghaiInstant(value);
  if (instant === null) throw must.fail(at, "must be a date and time that exist, written YYYY-MM-DDThh:mm:ss+08:00");
  return sinceEpoch(instant, at);
}

/** A time that a document states in UTC, in milliseconds since 1970. */
export function readUtcTime(value: JsonValue | undefined, at: string): number {
  const instant = parseUtcInstant(value);
  if (instant === null) throw must.fail(at, "must be a date and time that exist, written YYYY-MM-DDThh:mm:ssZ");
  return sinceEpoch(instant, at);
}

/** Tokens count seconds from 1970 and have no way to say an earlier time. */
function sinceEpoch(instant: number, at: string): number {
  if (instant < 0) throw must.fail(at, "must not be before 1970");
  return instant;
}
