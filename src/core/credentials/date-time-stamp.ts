// SPDX-License-Identifier: Apache-2.0
import { isCalendarDate } from "../calendar.js";

/** As W3C XML Schema 1.1 part 2 section 3.4.28 writes it; years of four digits only, and always with an offset. */
const STAMP =
  /^(\d{4}-\d{2}-\d{2})T(?:([01]\d|2[0-3]):([0-5]\d):([0-5]\d)(?:\.(\d+))?|24:00:00(?:\.0+)?)(?:Z|([+-])(?:(0\d|1[0-3]):([0-5]\d)|14:00))$/;

/** Milliseconds since 1970 of an XML Schema `dateTimeStamp` whose date exists; null for anything else. */
export function parseDateTimeStamp(text: unknown): number | null {
  const found = typeof text === "string" ? STAMP.exec(text) : null;
  if (!found || !isCalendarDate(found[1])) return null;
  const [, date, hour = "24", minute = "0", second = "0", fraction = "", sign, offsetHour = "14", offsetMinute = "0"] =
    found;
  const [year, month, day] = date!.split("-").map(Number) as [number, number, number];
  const milliseconds = Number(fraction.padEnd(3, "0").slice(0, 3));
  const local = Date.UTC(year, month - 1, day, Number(hour), Number(minute), Number(second), milliseconds);
  if (sign === undefined) return local;
  const offset = (Number(offsetHour) * 60 + Number(offsetMinute)) * 60_000;
  return sign === "+" ? local - offset : local + offset;
}
