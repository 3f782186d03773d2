// SPDX-License-Identifier: Apache-2.0
import { LANGUAGE_TAGS, type Language } from "./language.js";

/** Legal dates are dates in Shanghai, wherever the reader is. */
const timeZone = "Asia/Shanghai";

/** Date and time of an RFC 3339 instant, in Shanghai; the text itself when it is no instant. */
export function timeText(instant: string | number, language: Language): string {
  const time = new Date(instant);
  if (Number.isNaN(time.getTime())) return String(instant);
  const text = new Intl.DateTimeFormat(LANGUAGE_TAGS[language], {
    timeZone,
    year: "numeric",
    month: language === "zh" ? "numeric" : "short",
    day: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
  }).format(time);
  return language === "zh" ? `${text}（北京时间）` : `${text} (Beijing time)`;
}

/** Calendar day of an RFC 3339 instant or date, in Shanghai; the text itself when it is neither. */
export function dayText(instant: string, language: Language): string {
  const time = new Date(/^\d{4}-\d{2}-\d{2}$/.test(instant) ? `${instant}T00:00:00+08:00` : instant);
  if (Number.isNaN(time.getTime())) return instant;
  return new Intl.DateTimeFormat(LANGUAGE_TAGS[language], {
    timeZone,
    year: "numeric",
    month: "long",
    day: "numeric",
  }).format(time);
}
