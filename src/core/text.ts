// SPDX-License-Identifier: Apache-2.0
import { type ErrorCode, TallyError } from "./errors.js";
import { isWellFormed } from "./strict-json.js";

/**
 * Controls (Cc), format characters (Cf: bidi overrides and isolates, zero width, soft hyphen, tags), line and paragraph
 * separators, surrogates, private use and noncharacters. With them a name can print differently from what was signed.
 */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\p{Noncharacter_Code_Point}]/u;
/** Invisible letters and marks that are neither Cf nor white space: fillers of Hangul, variation selectors, CGJ. */
const INVISIBLE =
  /\u034f|\u115f|\u1160|\u17b4|\u17b5|[\u180b-\u180f]|\u3164|[\ufe00-\ufe0f]|\uffa0|[\u{e0100}-\u{e01ef}]/u;
const PLAIN = /^[\x20-\x7e\u3001-\u3029\u4e00-\u9fff\uff01-\uff5e]*$/;

export interface TextRules {
  /** Longest allowed, in UTF-16 code units. */
  readonly maxLength?: number;
  /** Allows single line feeds, for fields that print over several lines. */
  readonly multiline?: boolean;
  readonly code?: ErrorCode;
}

/** What is wrong with a text that is to be signed and printed, or null when nothing is. */
export function unsafeTextProblem(
  value: string,
  { maxLength = 4000, multiline = false }: TextRules = {},
): string | null {
  if (value.length > maxLength) return `is longer than ${maxLength} characters`;
  if (PLAIN.test(value)) return value.trim() === value ? null : "starts or ends with white space";
  if (!isWellFormed(value)) return "contains half of a surrogate pair";
  const unsafe = UNSAFE.exec(multiline ? value.replaceAll("\n", "") : value) ?? INVISIBLE.exec(value);
  if (unsafe) return `contains the control, format or invisible character ${codePoint(unsafe[0])}`;
  if (value.normalize("NFC") !== value) return "is not in Unicode normal form C";
  return value.trim() === value ? null : "starts or ends with white space";
}

/** Throws (`request.invalid` by default) when the text must not be signed and printed; see `unsafeTextProblem`. */
export function refuseUnsafeText(field: string, value: string, rules: TextRules = {}): void {
  const problem = unsafeTextProblem(value, rules);
  if (problem !== null) throw new TallyError(rules.code ?? "request.invalid", `${field} ${problem}`, { field });
}

function codePoint(character: string): string {
  return `U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0")}`;
}
