// SPDX-License-Identifier: Apache-2.0

/** A part of a text in lines, and what comes after them: empty when nothing does. */
export interface BrokenText {
  readonly lines: readonly string[];
  readonly rest: string;
}

/**
 * Breaks a text into lines no wider than `maxWidth`, at most `maxLines` of them. Chinese text breaks between any two characters, but
 * closing punctuation never begins a line and opening punctuation never ends one (GB/T 15834-2011 section 5.1); Latin words and numbers stay
 * whole unless one alone is wider than the line. A line feed always ends a line. Spaces at a break are dropped.
 */
export function breakLines(
  text: string,
  maxWidth: number,
  widthOf: (codePoint: number) => number,
  maxLines = Number.POSITIVE_INFINITY,
): BrokenText {
  const characters = Array.from(text);
  const lines: string[] = [];
  let start = 0;
  while (start < characters.length && lines.length < maxLines) {
    const end = lineEnd(characters, start, maxWidth, widthOf);
    lines.push(characters.slice(start, end).join("").trimEnd());
    start = end;
    if (characters[start] === "\n") start++;
    else while (characters[start] === " ") start++;
  }
  return { lines: lines.length > 0 ? lines : [""], rest: characters.slice(start).join("") };
}

function lineEnd(
  characters: readonly string[],
  start: number,
  maxWidth: number,
  widthOf: (codePoint: number) => number,
): number {
  let width = 0;
  let lastBreak = -1;
  for (let i = start; i < characters.length; i++) {
    const character = characters[i] as string;
    if (character === "\n") return i;
    if (i > start && mayBreak(characters[i - 1] as string, character)) lastBreak = i;
    width += widthOf(character.codePointAt(0) as number);
    // A space that does not fit hangs invisibly over the edge.
    if (width > maxWidth && character !== " ") {
      if (lastBreak > start) return lastBreak;
      return Math.max(i, start + 1);
    }
  }
  return characters.length;
}

/** May a line end after `before` and the next begin with `after`? */
function mayBreak(before: string, after: string): boolean {
  if (after === " " || NEVER_FIRST.has(after) || NEVER_LAST.has(before)) return false;
  if (before === " " || before === "-") return true;
  return !(WORD.test(before) && WORD.test(after));
}

const NEVER_FIRST = new Set("、，。；：！？）》」』】〉〕〗”’…—·％‰℃,.;:!?)]}%");
const NEVER_LAST = new Set("（《「『【〈〔〖“‘([{￥$");
/** What belongs to a word or number that is set from left to right without gaps. */
const WORD = /[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\d#&*+\-./:@_~]/u;
