// SPDX-License-Identifier: Apache-2.0
import { PdfName, PdfReference, PdfString, type PdfValue, refuse } from "./values.js";

const MAX_DEPTH = 16;
const MAX_NAME = 127;
const MAX_STRING = 65_536;
const MAX_ENTRIES = 500;
/** Widths of all characters of a font. */
const MAX_ELEMENTS = 40_000;
const MAX_NUMBER_LENGTH = 20;

/** Character classes of ISO 32000-1, 7.2.2. */
const REGULAR = 0;
const SPACE = 1;
const DELIMITER = 2;
const KIND = new Uint8Array(256);
for (const c of [9, 10, 13, 32]) KIND[c] = SPACE;
// White space too, but not to every reader; as delimiters that begin nothing they are refused.
for (const c of [0, 12]) KIND[c] = DELIMITER;
for (const c of "()<>[]{}/%") KIND[c.charCodeAt(0)] = DELIMITER;

const code = (character: string) => character.charCodeAt(0);
const SLASH = code("/");
const LESS = code("<");
const GREATER = code(">");
const OPEN = code("(");
const CLOSE = code(")");
const BRACKET = code("[");
const BRACKET_END = code("]");
const BACKSLASH = code("\\");
const HASH = code("#");

const ESCAPES = new Map([
  [code("n"), 10],
  [code("r"), 13],
  [code("t"), 9],
  [code("b"), 8],
  [code("f"), 12],
  [OPEN, OPEN],
  [CLOSE, CLOSE],
  [BACKSLASH, BACKSLASH],
]);

/**
 * How many more values a file may hold; shared by all its lexers, so that reading stays linear and bounded. Texts and long names count as
 * several, and so do dictionaries: in memory they are.
 */
export interface Budget {
  values: number;
}

const TEXT_COUNTS = 4;
const DICTIONARY_COUNTS = 3;
const NAME_COUNTS_FOR_EACH = 16;

/** Reads PDF values (ISO 32000-1, 7.3) between `position` and `end`. No comments, no repairs: whatever is odd is refused. */
export class Lexer {
  constructor(
    private readonly bytes: Uint8Array,
    public position: number,
    private readonly end: number,
    private readonly budget: Budget,
  ) {}

  /** True, and moves on, when exactly `text` comes next. */
  takes(text: string): boolean {
    if (this.position + text.length > this.end) return false;
    for (let i = 0; i < text.length; i++) if (this.bytes[this.position + i] !== text.charCodeAt(i)) return false;
    this.position += text.length;
    return true;
  }

  expect(text: string): void {
    if (!this.takes(text)) refuse(`expected ${JSON.stringify(text)} at byte ${this.position}`);
  }

  readValue(depth = 0): PdfValue {
    if (depth > MAX_DEPTH) refuse("values nested too deeply");
    this.spend(1);
    this.skipSpace();
    const c = this.peek();
    if (c === SLASH) return new PdfName(this.readName());
    if (c === LESS) return this.peek(1) === LESS ? this.readDictionary(depth) : this.readHexString();
    if (c === OPEN) return this.readLiteralString();
    if (c === BRACKET) return this.readArray(depth);
    return this.readWord();
  }

  private spend(values: number): void {
    this.budget.values -= values;
    if (this.budget.values < 0) refuse("too many values");
  }

  private peek(ahead = 0): number {
    const at = this.position + ahead;
    return at < this.end ? this.bytes[at]! : refuse("the file ends inside a value");
  }

  private skipSpace(): void {
    while (this.position < this.end && KIND[this.bytes[this.position]!] === SPACE) this.position++;
  }

  private readName(): string {
    const start = ++this.position;
    let hasEscapes = false;
    while (this.position < this.end && KIND[this.bytes[this.position]!] === REGULAR) {
      if (this.bytes[this.position] === HASH) hasEscapes = true;
      if (++this.position - start > MAX_NAME) refuse("a name that is too long");
    }
    if (this.position - start > NAME_COUNTS_FOR_EACH)
      this.spend(Math.floor((this.position - start) / NAME_COUNTS_FOR_EACH));
    // In one piece: put together character by character a string keeps all its beginnings alive, 30 times its size.
    if (!hasEscapes) return textOfBytes(this.bytes.subarray(start, this.position));
    const end = this.position;
    const characters: number[] = [];
    for (this.position = start; this.position < end; ) {
      let c = this.bytes[this.position++]!;
      if (c === HASH) c = this.readHexDigit() * 16 + this.readHexDigit();
      if (c === 0) refuse("a name with a zero byte");
      characters.push(c);
    }
    return textOfBytes(characters);
  }

  private readHexDigit(): number {
    const digit = hexDigit(this.peek());
    if (digit < 0) refuse(`a hexadecimal digit is missing at byte ${this.position}`);
    this.position++;
    return digit;
  }

  private readDictionary(depth: number): ReadonlyMap<string, PdfValue> {
    this.spend(DICTIONARY_COUNTS - 1);
    this.position += 2;
    const entries = new Map<string, PdfValue>();
    for (;;) {
      this.skipSpace();
      if (this.peek() === GREATER) {
        this.expect(">>");
        return entries;
      }
      if (this.peek() !== SLASH) refuse(`a dictionary key that is no name at byte ${this.position}`);
      const key = this.readName();
      // Readers disagree on which of two equal keys counts, so two files could hide in one.
      if (entries.has(key)) refuse(`the key /${key} twice in one dictionary`);
      if (entries.size >= MAX_ENTRIES) refuse("a dictionary that is too large");
      entries.set(key, this.readValue(depth + 1));
    }
  }

  private readArray(depth: number): readonly PdfValue[] {
    this.position++;
    const elements: PdfValue[] = [];
    for (;;) {
      this.skipSpace();
      if (this.peek() === BRACKET_END) {
        this.position++;
        return elements;
      }
      if (elements.length >= MAX_ELEMENTS) refuse("an array that is too long");
      elements.push(this.readValue(depth + 1));
    }
  }

  private readHexString(): PdfString {
    this.spend(TEXT_COUNTS - 1);
    const start = ++this.position;
    while (this.peek() !== GREATER) {
      if (++this.position - start > 2 * MAX_STRING) refuse("a hexadecimal string that is too long");
    }
    const length = this.position - start;
    if (length % 2 !== 0) refuse(`a hexadecimal string of ${length} digits`);
    const bytes = new Uint8Array(length / 2);
    this.position = start;
    for (let i = 0; i < bytes.length; i++) bytes[i] = this.readHexDigit() * 16 + this.readHexDigit();
    this.position++;
    return new PdfString(bytes, { start: start - 1, end: this.position });
  }

  private readLiteralString(): PdfString {
    this.spend(TEXT_COUNTS - 1);
    const start = ++this.position;
    const bytes = new Uint8Array(this.endOfLiteralString() - start);
    let length = 0;
    for (let open = 1; ; ) {
      let c = this.peek();
      this.position++;
      if (c === BACKSLASH) c = this.readEscape();
      else if (c === OPEN) open++;
      else if (c === CLOSE && --open === 0)
        return new PdfString(length === bytes.length ? bytes : bytes.slice(0, length));
      bytes[length++] = c;
    }
  }

  /** Where the parenthesis stands that closes the string which begins here. */
  private endOfLiteralString(): number {
    for (let at = this.position, open = 1; at < this.end; at++) {
      if (at - this.position > MAX_STRING) refuse("a string that is too long");
      const c = this.bytes[at];
      if (c === BACKSLASH) at++;
      else if (c === OPEN) open++;
      else if (c === CLOSE && --open === 0) return at;
    }
    return refuse("the file ends inside a value");
  }

  private readEscape(): number {
    const c = this.peek();
    if (!isOctal(c)) {
      this.position++;
      return ESCAPES.get(c) ?? refuse(`an unknown escape at byte ${this.position - 1}`);
    }
    let value = 0;
    for (let i = 0; i < 3 && isOctal(this.peek()); i++) value = value * 8 + (this.bytes[this.position++]! - 48);
    return value > 255 ? refuse("an octal escape above 255") : value;
  }

  /** Numbers, references, `true`, `false`, `null`. */
  private readWord(): PdfValue {
    const start = this.position;
    while (this.position < this.end && KIND[this.bytes[this.position]!] === REGULAR) {
      this.position++;
      if (this.position - start > MAX_NUMBER_LENGTH) refuse(`an unknown word at byte ${start}`);
    }
    const integer = this.integerBetween(start, this.position);
    if (integer >= 0) return this.takesReference() ? new PdfReference(integer) : integer;
    const word = textOfBytes(this.bytes.subarray(start, this.position));
    if (/^[+-]?(\d+\.?\d*|\.\d+)$/.test(word)) return Number(word);
    if (word === "true") return true;
    if (word === "false") return false;
    if (word === "null") return null;
    return refuse(`${JSON.stringify(word)} at byte ${start}`);
  }

  /** Plain digits, at most nine of them; -1 for everything else. */
  private integerBetween(start: number, end: number): number {
    if (end === start || end - start > 9) return -1;
    let value = 0;
    for (let i = start; i < end; i++) {
      const digit = this.bytes[i]! - 48;
      if (digit < 0 || digit > 9) return -1;
      value = value * 10 + digit;
    }
    return value;
  }

  /** After an integer: ` 0 R` makes it a reference. */
  private takesReference(): boolean {
    const start = this.position;
    if (!this.takes(" 0 R")) return false;
    if (this.position >= this.end || KIND[this.bytes[this.position]!] !== REGULAR) return true;
    this.position = start;
    return false;
  }
}

function textOfBytes(bytes: ArrayLike<number>): string {
  return String.fromCharCode.apply(null, bytes as number[]);
}

function hexDigit(c: number): number {
  if (c >= 48 && c <= 57) return c - 48;
  if (c >= 65 && c <= 70) return c - 55;
  if (c >= 97 && c <= 102) return c - 87;
  return -1;
}

function isOctal(c: number): boolean {
  return c >= 48 && c <= 55;
}
