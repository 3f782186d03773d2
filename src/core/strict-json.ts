// SPDX-License-Identifier: Apache-2.0
import { fromUtf8 } from "./bytes.js";
import { type ErrorCode, TallyError } from "./errors.js";
import type { JsonObject, JsonValue } from "./json.js";

export interface JsonLimits {
  /** Of the UTF-8 bytes, or of the UTF-16 code units when text is given. Default 1 MiB. */
  readonly maxBytes?: number;
  /** How many arrays and objects may be open at once. Default 64. */
  readonly maxDepth?: number;
  /** How many values there may be, lists and objects among them: in memory an empty list takes 30 times its text. Default: any number. */
  readonly maxValues?: number;
}

/**
 * Parses JSON (RFC 8259) and refuses what a lenient parser would repair or lose: duplicate names, lone surrogates (raw or
 * escaped), numbers that a double cannot hold as meant (overflow, underflow to zero, minus zero, integers beyond 2^53 - 1),
 * a byte order mark, bytes that are not UTF-8, anything after the value. Throws `json.*` with the offset in the message.
 */
export function parseJson(input: string | Uint8Array, limits: JsonLimits = {}): JsonValue {
  return parserOf(input, limits).document();
}

export interface ParsedJson {
  readonly value: JsonValue;
  /**
   * Of an object whose text is canonical (RFC 8785) as it stands, the text of each member's value; else null, also for canonical
   * text with escapes. Who has it need not write the canonical form again.
   */
  readonly canonicalMembers: ReadonlyMap<string, string> | null;
}

/** Like `parseJson`, and tells what it saw of the text's form. */
export function parseJsonAsWritten(input: string | Uint8Array, limits: JsonLimits = {}): ParsedJson {
  const parser = parserOf(input, limits);
  const value = parser.document();
  return { value, canonicalMembers: parser.isCanonical ? parser.members : null };
}

function parserOf(
  input: string | Uint8Array,
  { maxBytes = 1 << 20, maxDepth = 64, maxValues = Number.POSITIVE_INFINITY }: JsonLimits,
): Parser {
  if (input.length > maxBytes)
    throw new TallyError("json.too-large", `JSON of ${input.length} bytes is longer than the ${maxBytes} allowed`);
  const text = typeof input === "string" ? input : fromUtf8(input);
  if (text === null) throw new TallyError("json.malformed", "JSON bytes are not valid UTF-8");
  return new Parser(text, maxDepth, maxValues);
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const MINUS = 0x2d;

class Parser {
  /** No white space, members in order, no escapes, numbers as ECMAScript writes them. */
  isCanonical = true;
  /** Texts of the values of the outermost object; null when that is none. */
  members: Map<string, string> | null = null;
  private at = 0;
  private depth = 0;
  private values = 0;

  constructor(
    private readonly text: string,
    private readonly maxDepth: number,
    private readonly maxValues: number,
  ) {}

  document(): JsonValue {
    this.skipSpace();
    const value = this.value();
    this.skipSpace();
    if (this.at < this.text.length) throw this.unexpected("the end");
    return value;
  }

  private value(): JsonValue {
    if (++this.values > this.maxValues)
      throw this.error("json.too-large", `more than the ${this.maxValues} values allowed`);
    const code = this.text.charCodeAt(this.at);
    switch (code) {
      case QUOTE:
        return this.string();
      case OPEN_BRACE:
        return this.object();
      case OPEN_BRACKET:
        return this.array();
      case 0x74:
        return this.word("true", true);
      case 0x66:
        return this.word("false", false);
      case 0x6e:
        return this.word("null", null);
      default:
        if (code === MINUS || isDigit(code)) return this.number();
        throw this.unexpected("a value");
    }
  }

  private object(): JsonObject {
    this.open();
    const members: Record<string, JsonValue> = {};
    if (this.depth === 1) this.members = new Map();
    let previous = "";
    this.skipSpace();
    if (this.text.charCodeAt(this.at) === CLOSE_BRACE) return this.close(members);
    for (;;) {
      if (this.text.charCodeAt(this.at) !== QUOTE) throw this.unexpected("a member name");
      const start = this.at;
      const name = this.string();
      if (Object.hasOwn(members, name)) {
        this.at = start;
        throw this.error("json.duplicate-key", `duplicate member name ${JSON.stringify(shortened(name))}`);
      }
      if (name < previous) this.isCanonical = false;
      previous = name;
      this.skipSpace();
      if (this.text.charCodeAt(this.at) !== COLON) throw this.unexpected("':'");
      this.at++;
      this.skipSpace();
      const valueStart = this.at;
      const value = this.value();
      if (this.depth === 1) this.members?.set(name, this.text.slice(valueStart, this.at));
      // Assignment to `__proto__` would change the prototype instead of adding a member.
      if (name === "__proto__")
        Object.defineProperty(members, name, { value, writable: true, enumerable: true, configurable: true });
      else members[name] = value;
      this.skipSpace();
      const next = this.text.charCodeAt(this.at);
      if (next === CLOSE_BRACE) return this.close(members);
      if (next !== COMMA) throw this.unexpected("',' or '}'");
      this.at++;
      this.skipSpace();
    }
  }

  private array(): JsonValue[] {
    this.open();
    const items: JsonValue[] = [];
    this.skipSpace();
    if (this.text.charCodeAt(this.at) === CLOSE_BRACKET) return this.close(items);
    for (;;) {
      items.push(this.value());
      this.skipSpace();
      const next = this.text.charCodeAt(this.at);
      if (next === CLOSE_BRACKET) return this.close(items);
      if (next !== COMMA) throw this.unexpected("',' or ']'");
      this.at++;
      this.skipSpace();
    }
  }

  private open(): void {
    if (++this.depth > this.maxDepth)
      throw this.error("json.too-deep", `nested deeper than the ${this.maxDepth} levels allowed`);
    this.at++;
  }

  private close<T>(value: T): T {
    this.depth--;
    this.at++;
    return value;
  }

  private string(): string {
    const { text } = this;
    const start = this.at + 1;
    // Most of a document is text in strings, so this loop keeps its place out of the object.
    for (let at = start; ; at++) {
      const code = text.charCodeAt(at);
      if (code === QUOTE) {
        this.at = at + 1;
        return text.slice(start, at);
      }
      if (code >= 0x20 && code < 0xd800 && code !== BACKSLASH) continue;
      this.at = at;
      if (code === BACKSLASH) return this.escapedString(start);
      // The end of the text reads as NaN, which is not >= anything.
      if (!(code >= 0x20)) throw this.badCharacter(code);
      if (code <= 0xdfff) this.surrogatePair(code);
      at = this.at;
    }
  }

  /** Moves to the second half of a raw pair. */
  private surrogatePair(first: number): void {
    const second = this.text.charCodeAt(this.at + 1);
    if (first > 0xdbff || !(second >= 0xdc00 && second <= 0xdfff)) throw this.loneSurrogate();
    this.at++;
  }

  private escapedString(start: number): string {
    const { text } = this;
    this.isCanonical = false;
    let value = text.slice(start, this.at);
    for (;;) {
      const code = text.charCodeAt(this.at);
      if (code === QUOTE) {
        this.at++;
        // A pair may be half raw and half escaped, so the whole value is looked at once more.
        if (/[\ud800-\udfff]/.test(value) && !isWellFormed(value)) throw this.loneSurrogate();
        return value;
      }
      if (code === BACKSLASH) value += this.escape();
      else if (!(code >= 0x20)) throw this.badCharacter(code);
      else {
        value += text[this.at];
        this.at++;
      }
    }
  }

  private escape(): string {
    const letter = this.text[this.at + 1] ?? "";
    if (letter === "u") {
      const digits = this.text.slice(this.at + 2, this.at + 6);
      if (!/^[0-9a-fA-F]{4}$/.test(digits)) throw this.error("json.malformed", "\\u needs four hex digits");
      this.at += 6;
      return String.fromCharCode(Number.parseInt(digits, 16));
    }
    const value = ESCAPES[letter];
    if (letter === "" || value === undefined) throw this.error("json.malformed", "unknown escape in a string");
    this.at += 2;
    return value;
  }

  private number(): number {
    const { text } = this;
    const start = this.at;
    if (text.charCodeAt(this.at) === MINUS) this.at++;
    if (text.charCodeAt(this.at) !== 0x30) this.digits();
    else if (isDigit(text.charCodeAt(++this.at))) throw this.error("json.malformed", "a number with a leading zero");
    if (text[this.at] === ".") {
      this.at++;
      this.digits();
    }
    if (text[this.at] === "e" || text[this.at] === "E") {
      this.at++;
      if (text[this.at] === "+" || text[this.at] === "-") this.at++;
      this.digits();
    }
    const written = text.slice(start, this.at);
    const value = Number(written);
    if (!isSafe(value, written)) {
      this.at = start;
      throw this.error(
        "json.number-unsafe",
        `the number ${shortened(written)} cannot be held exactly; write it as text`,
      );
    }
    if (String(value) !== written) this.isCanonical = false;
    return value;
  }

  private digits(): void {
    const start = this.at;
    while (isDigit(this.text.charCodeAt(this.at))) this.at++;
    if (this.at === start) throw this.unexpected("a digit");
  }

  private word<T extends JsonValue>(word: string, value: T): T {
    if (!this.text.startsWith(word, this.at)) throw this.unexpected("a value");
    this.at += word.length;
    return value;
  }

  private skipSpace(): void {
    for (;;) {
      const code = this.text.charCodeAt(this.at);
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return;
      this.isCanonical = false;
      this.at++;
    }
  }

  private unexpected(wanted: string): TallyError {
    const found = this.at < this.text.length ? JSON.stringify(this.text[this.at]) : "the end of the text";
    return this.error("json.malformed", `expected ${wanted} but found ${found}`);
  }

  private badCharacter(code: number): TallyError {
    if (Number.isNaN(code)) return this.unexpected("'\"'");
    return this.error("json.malformed", "control character in a string; escape it");
  }

  private loneSurrogate(): TallyError {
    return this.error("json.lone-surrogate", "a string contains half of a surrogate pair");
  }

  private error(code: ErrorCode, what: string): TallyError {
    return new TallyError(code, `JSON at offset ${this.at}: ${what}`);
  }
}

const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  "\\": "\\",
  "/": "/",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
};

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

/** Minus zero would be written back as 0, an underflow as 0, a large integer as another one. */
function isSafe(value: number, written: string): boolean {
  if (!Number.isFinite(value)) return false;
  if (value === 0) return written[0] !== "-" && !/[1-9]/.test(written.replace(/[eE].*$/, ""));
  return !Number.isInteger(value) || Number.isSafeInteger(value);
}

/** No half of a surrogate pair stands alone. */
export function isWellFormed(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 0xd800 || code > 0xdfff) continue;
    const next = text.charCodeAt(i + 1);
    if (code > 0xdbff || !(next >= 0xdc00 && next <= 0xdfff)) return false;
    i++;
  }
  return true;
}

function shortened(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
