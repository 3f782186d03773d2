// SPDX-License-Identifier: Apache-2.0

/** An indirect reference: the number of an object of the file; its generation is always 0. */
export type Ref = number & { readonly __brand: "Ref" };

export const ref = (object: Ref): string => `${object} 0 R`;

/** At most two decimals: a hundredth of a point is finer than any printer. */
export function number(value: number): string {
  const rounded = Math.round(value * 100) / 100;
  return Object.is(rounded, -0) ? "0" : String(rounded);
}

/** A literal string of printable ASCII. */
export function asciiString(text: string): string {
  return `(${text.replace(/[\\()]/g, "\\$&")})`;
}

/** A text string (ISO 32000-1 section 7.9.2.2): literal where it is ASCII, else UTF-16BE in hex. */
export function textString(text: string): string {
  if (/^[\x20-\x7e]*$/.test(text)) return asciiString(text);
  let hex = "feff";
  for (let i = 0; i < text.length; i++) hex += text.charCodeAt(i).toString(16).padStart(4, "0");
  return `<${hex}>`;
}

/** A date (ISO 32000-1 section 7.9.4) in UTC. */
export function date(instant: Date): string {
  return `(D:${instant
    .toISOString()
    .replace(/\.\d+Z$/, "")
    .replace(/[-:T]/g, "")}Z)`;
}
