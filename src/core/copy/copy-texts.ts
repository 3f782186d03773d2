// SPDX-License-Identifier: Apache-2.0
import { unsafeTextProblem } from "../text.js";

/** Longest user and matter of a statement, in UTF-16 code units; of a copy that the holder makes they are shorter. */
export const MAX_COPY_TEXT = 200;
export const MAX_HOLDERS_COPY_TEXT = 60;

/** `certificateCopyCause` of every copy that the holder has made himself, and of no other: user and matter are then his words. */
export const HOLDERS_CAUSE = "持证主体申请";

/** What the mark says beside the texts of the statement, which stand in 「」. */
export const COPY_LABELS = {
  copy: "加注件 COPY",
  user: "使用方 For",
  matter: "事项 Matter",
  until: "有效期至 Until",
  made: "制作 Made",
  /** In the place of `made`. */
  madeForHolder: "应持证主体申请制作 Made at holder's request",
} as const;

/** Labels as somebody would write them who wants his text to pass for one; no space counts. */
const LABELS = [
  ...["加注件", "有效期至", "应持证主体申请"],
  ...Object.values(COPY_LABELS).map((label) => label.replaceAll(" ", "").toLowerCase()),
];
const QUOTES = /[「」『』｢｣﹁﹂﹃﹄]/u;
const GAP = /\s{2}|[^\S ]/u;

/**
 * What is wrong with the user or the matter of a copy, or null when nothing is. Issuers and readers ask the same: neither text may leave its
 * quotes on the mark, nor say what only the mark says.
 */
export function copyTextProblem(text: string, maxLength: number = MAX_COPY_TEXT): string | null {
  const unsafe = unsafeTextProblem(text, { maxLength });
  if (unsafe !== null) return unsafe;
  const quote = QUOTES.exec(text);
  if (quote) return `contains ${quote[0]}, between which the mark sets it; write “” instead`;
  if (GAP.test(text)) return "contains white space other than single spaces; write one space, or none";
  const bare = text.normalize("NFKC").replace(/\s/gu, "").toLowerCase();
  const label = LABELS.find((each) => bare.includes(each));
  return label === undefined ? null : `contains ${label}, which only the mark of a copy says; word it otherwise`;
}
