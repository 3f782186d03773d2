// SPDX-License-Identifier: Apache-2.0
import { dateInShanghai, isCalendarDate } from "../../core/calendar.js";
import { copyTextProblem } from "../../core/copy/copy-texts.js";
import { unsafeTextProblem } from "../../core/text.js";
import type { ApiProblem } from "../api/problem.js";
import { tidyText } from "../form/tidy.js";
import type { CopyRequest } from "./reader-copy.js";

/** The days until which a copy can be made, first and last included. */
export interface Days {
  readonly first: string;
  readonly last: string;
}

/** What is wrong with a field of the form, as data; words.ts says it. */
export type CopyFault =
  | { readonly code: "no-user" | "no-matter" | "unsafe" | "like-mark" | "no-day" }
  | { readonly code: "too-long"; readonly longest: number }
  | { readonly code: "outside"; readonly days: Days }
  /** The service found it; `detail` is its own sentence. */
  | { readonly code: "service"; readonly detail: string };

export type CopyFaults = Partial<Readonly<Record<keyof CopyRequest, CopyFault>>>;

/** As the service bounds them: a year, and not past the licence's own end, an RFC 3339 instant or null for long-term. `now`: milliseconds since 1970. */
export function daysFor(validUntil: string | null, now: number): Days {
  const end = validUntil === null ? Number.POSITIVE_INFINITY : Date.parse(validUntil);
  return { first: dateInShanghai(now), last: dateInShanghai(Math.min(end, now + MOST_DAYS * DAY_MS)) };
}

/** A form that nobody has filled in; its period is long enough for most matters. */
export function newDraft({ last }: Days, now: number): CopyRequest {
  const usual = dateInShanghai(now + USUAL_DAYS * DAY_MS);
  return { user: "", matter: "", until: usual < last ? usual : last };
}

const DAY_MS = 86_400_000;
const MOST_DAYS = 366;
const USUAL_DAYS = 30;

/** What a person meant by what was typed. */
export const requestOf = ({ user, matter, until }: CopyRequest): CopyRequest => ({
  ...{ user: tidyText(user), matter: tidyText(matter) },
  until,
});

/** Empty when the service would take it, as far as this form can tell. `longest`: how many characters each text may have of whoever asks. */
export function copyFaults({ user, matter, until }: CopyRequest, days: Days, longest: number): CopyFaults {
  return present({
    user: user === "" ? { code: "no-user" } : textFault(user, longest),
    matter: matter === "" ? { code: "no-matter" } : textFault(matter, longest),
    until: dayFault(until, days),
  });
}

/** What the service found, at the fields of the form; what belongs to none of them is left out. */
export function faultsIn({ errors }: Pick<ApiProblem, "errors">): CopyFaults {
  const at = (pointer: string): CopyFault | null => {
    const found = errors.find((item) => item.pointer === pointer);
    return found === undefined ? null : { code: "service", detail: found.detail };
  };
  return present({ user: at("#/user"), matter: at("#/matter"), until: at("#/until") });
}

function textFault(text: string, longest: number): CopyFault | null {
  if (text.length > longest) return { code: "too-long", longest };
  if (unsafeTextProblem(text, { maxLength: longest }) !== null) return { code: "unsafe" };
  return copyTextProblem(text, longest) === null ? null : { code: "like-mark" };
}

function dayFault(until: string, days: Days): CopyFault | null {
  if (!isCalendarDate(until)) return { code: "no-day" };
  return until < days.first || until > days.last ? { code: "outside", days } : null;
}

function present(faults: Readonly<Record<keyof CopyRequest, CopyFault | null>>): CopyFaults {
  return Object.fromEntries(Object.entries(faults).filter(([, fault]) => fault !== null));
}
