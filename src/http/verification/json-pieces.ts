// SPDX-License-Identifier: Apache-2.0

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/**
 * The texts of the items of a JSON array, as views of its UTF-8, found by quotes and brackets alone: of an array each piece is the text
 * of an item; of anything else the pieces, if there are any, are for a parser to refuse. Null when there is no telling them apart.
 * Looks no further than the first item beyond `most`.
 */
export function itemsOf(array: Uint8Array, most: number): readonly Uint8Array[] | null {
  let at = afterSpace(array, 0);
  if (array[at] !== OPEN_BRACKET) return null;
  const items: Uint8Array[] = [];
  at = afterSpace(array, at + 1);
  while (at < array.length) {
    const end = afterValue(array, at);
    if (end === at) return null;
    items.push(array.subarray(at, end));
    if (items.length > most) return items;
    at = afterSpace(array, end);
    if (array[at] === CLOSE_BRACKET) return afterSpace(array, at + 1) === array.length ? items : null;
    if (array[at] !== COMMA) return null;
    at = afterSpace(array, at + 1);
  }
  return null;
}

/** The text of the value in a JSON object that has just this one member; null for any other text. */
export function onlyMember(object: Uint8Array, name: string): Uint8Array | null {
  if (object[0] !== OPEN_BRACE) return null;
  const start = afterSpace(object, 1);
  if (object[start] !== QUOTE || object[start + name.length + 1] !== QUOTE) return null;
  for (let i = 0; i < name.length; i++) if (object[start + 1 + i] !== name.charCodeAt(i)) return null;
  const colon = afterSpace(object, start + name.length + 2);
  if (object[colon] !== COLON) return null;
  const value = afterSpace(object, colon + 1);
  const end = afterValue(object, value);
  const close = afterSpace(object, end);
  return end > value && object[close] === CLOSE_BRACE && close === object.length - 1
    ? object.subarray(value, end)
    : null;
}

function afterSpace(text: Uint8Array, from: number): number {
  let at = from;
  while (text[at] === 0x20 || text[at] === 0x0a || text[at] === 0x0d || text[at] === 0x09) at++;
  return at;
}

/** Where the value that begins at `from` ends, by its own quotes and brackets; `from` itself when none does. */
function afterValue(text: Uint8Array, from: number): number {
  let depth = 0;
  for (let at = from; at < text.length; at++) {
    const code = text[at];
    if (code === QUOTE) {
      at = closingQuote(text, at);
      if (at < 0) return from;
    } else if (code === OPEN_BRACE || code === OPEN_BRACKET) depth++;
    else if (code === CLOSE_BRACE || code === CLOSE_BRACKET) depth--;
    // What is neither text nor nested ends where the next thing begins.
    else if (depth > 0 || !isEnd(text[at + 1])) continue;
    if (depth === 0) return at + 1;
    if (depth < 0) return from;
  }
  return from;
}

function isEnd(code: number | undefined): boolean {
  return code === undefined || code === COMMA || code === CLOSE_BRACKET || code === CLOSE_BRACE || code <= 0x20;
}

function closingQuote(text: Uint8Array, quote: number): number {
  for (let at = quote + 1; at < text.length; at++) {
    if (text[at] === BACKSLASH) at++;
    else if (text[at] === QUOTE) return at;
  }
  return -1;
}
