// SPDX-License-Identifier: Apache-2.0

/** What a person meant by a text that will be signed and printed: one line or several, no white space around each, normal form C. */
export function tidyText(typed: string, { severalLines = false } = {}): string {
  return typed
    .replace(/\s*[\r\n\u2028\u2029]+\s*/g, severalLines ? "\n" : " ")
    .replace(/\t/g, " ")
    .trim()
    .normalize("NFC");
}

/** What a person meant by a code: full-width characters and lower case as an input method leaves them, no spaces. */
export function tidyCode(typed: string): string {
  return typed
    .replace(/[\uff01-\uff5e]/g, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0))
    .replace(/\s+/g, "")
    .toUpperCase();
}
