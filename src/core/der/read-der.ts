// SPDX-License-Identifier: Apache-2.0
import { fromUtf8 } from "../bytes.js";
import { TallyError } from "../errors.js";

/** Identifier octets (X.690 section 8.1.2) of the types that the formats here use. */
export const DER = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  objectIdentifier: 0x06,
  enumerated: 0x0a,
  utf8String: 0x0c,
  sequence: 0x30,
  set: 0x31,
  printableString: 0x13,
  utcTime: 0x17,
  generalizedTime: 0x18,
} as const;

/** `[n]` around another value, or in place of a constructed one. */
export const contextConstructed = (n: number): number => 0xa0 | n;
/** `[n]` in place of a primitive value. */
export const contextPrimitive = (n: number): number => 0x80 | n;

/** One value: where it lies and what it holds. */
export interface DerValue {
  /** Identifier, length and contents. */
  readonly encoded: Uint8Array;
  readonly content: Uint8Array;
}

/** A seal with a timestamp goes some 20 deep. */
const MAX_DEPTH = 24;
const MAX_OBJECT_IDENTIFIER = 32;

/**
 * Reads the one spelling that DER (X.690 section 10) gives a value, front to back: definite lengths in as few bytes as possible, minimal
 * integers, `true` as 0xff, every byte accounted for. Whatever is missing, too much or spelt otherwise throws `format.malformed` with the place
 * in `field` and the byte in the message. No recursion over the input: depth is that of the caller's calls, which is bounded too.
 */
export class DerReader {
  private constructor(
    private readonly bytes: Uint8Array,
    private position: number,
    private readonly end: number,
    /** Where in the structure this is, for messages: `seal.signer`. */
    readonly path: string,
    private readonly depth: number,
  ) {}

  /** Over bytes that hold what `name` says; throws when there are more than `maxBytes`. */
  static over(bytes: Uint8Array, name: string, maxBytes: number): DerReader {
    if (bytes.length > maxBytes)
      throw new TallyError("format.malformed", `${name} has ${bytes.length} bytes, more than ${maxBytes}`, {
        field: name,
      });
    return new DerReader(bytes, 0, bytes.length, name, 0);
  }

  get isAtEnd(): boolean {
    return this.position === this.end;
  }

  /** Whether a value with this identifier comes next. */
  isNext(tag: number): boolean {
    return this.position < this.end && this.bytes[this.position] === tag;
  }

  /** Nothing may follow. */
  expectEnd(): void {
    if (!this.isAtEnd) this.refuse(`${this.end - this.position} bytes too many`);
  }

  value(tag: number, name: string): DerValue {
    const start = this.position;
    if (start >= this.end) this.refuse("it ends too early", name);
    if (this.bytes[start] !== tag)
      this.refuse(
        `the type is 0x${this.bytes[start]!.toString(16).padStart(2, "0")}, not 0x${tag.toString(16).padStart(2, "0")}`,
        name,
      );
    const at = this.readLength(start + 1, name);
    this.position = at.from + at.length;
    return {
      encoded: this.bytes.subarray(start, this.position),
      content: this.bytes.subarray(at.from, this.position),
    };
  }

  /** The value that comes next, which stays to be read. */
  peek(tag: number, name: string): DerValue {
    const { position } = this;
    const value = this.value(tag, name);
    this.position = position;
    return value;
  }

  /** Any one value, whatever it is; its inside is not looked at. */
  anyValue(name: string): DerValue {
    const tag = this.bytes[this.position];
    if (this.isAtEnd || tag === undefined) this.refuse("it ends too early", name);
    // Identifiers of several bytes (X.690 section 8.1.2.4) occur in none of the formats.
    if ((tag & 0x1f) === 0x1f) this.refuse("the type has a number above 30", name);
    return this.value(tag, name);
  }

  /** The inside of a constructed value; the caller reads all of it and says so with `expectEnd`. */
  inside(tag: number, name: string): DerReader {
    return this.into(this.value(tag, name), name);
  }

  sequence(name: string): DerReader {
    return this.inside(DER.sequence, name);
  }

  /** The inside of a value that was read, or of an octet string that holds DER. */
  into({ content }: DerValue, name: string): DerReader {
    const depth = this.depth + 1;
    if (depth > MAX_DEPTH) this.refuse("it is nested too deeply", name);
    const start = content.byteOffset - this.bytes.byteOffset;
    return new DerReader(this.bytes, start, start + content.length, `${this.path}.${name}`, depth);
  }

  /** All values of a SET OF, which stand in the order of their encodings, none twice (X.690 section 11.6). */
  setOf(tag: number, name: string, maximum: number): readonly DerValue[] {
    const inside = this.inside(tag, name);
    const values: DerValue[] = [];
    while (!inside.isAtEnd) {
      if (values.length >= maximum) inside.refuse(`more than ${maximum} values`);
      const value = inside.anyValue(`${values.length}`);
      const before = values.at(-1);
      if (before && compareEncodings(before.encoded, value.encoded) >= 0) inside.refuse("the set is not in DER order");
      values.push(value);
    }
    return values;
  }

  boolean(name: string): boolean {
    const { content } = this.value(DER.boolean, name);
    if (content.length !== 1 || (content[0] !== 0 && content[0] !== 0xff)) this.refuse("neither 0x00 nor 0xff", name);
    return content[0] === 0xff;
  }

  /** An integer that is not negative, big-endian without leading zeros; 0 is no bytes. */
  unsigned(name: string, maxBytes: number): Uint8Array {
    const { content } = this.value(DER.integer, name);
    const [first, second = 0x80] = content;
    if (first === undefined) return this.refuse("an integer without bytes", name);
    if ((first === 0 && second < 0x80) || (first === 0xff && second >= 0x80 && content.length > 1))
      this.refuse("an integer with bytes too many", name);
    if (first >= 0x80) this.refuse("a negative integer", name);
    const magnitude = first === 0 ? content.subarray(1) : content;
    if (magnitude.length > maxBytes) this.refuse(`an integer of more than ${maxBytes} bytes`, name);
    return magnitude;
  }

  /** An integer of at most six bytes. */
  small(name: string): number {
    return this.unsigned(name, 6).reduce((value, byte) => value * 256 + byte, 0);
  }

  /** Dotted decimal. */
  objectIdentifier(name: string): string {
    const { content } = this.value(DER.objectIdentifier, name);
    if (content.length === 0 || content.length > MAX_OBJECT_IDENTIFIER || content.at(-1)! >= 0x80)
      this.refuse("no object identifier", name);
    const arcs: number[] = [];
    let arc = 0;
    let isFirstOfArc = true;
    for (const byte of content) {
      if (isFirstOfArc && byte === 0x80) this.refuse("an object identifier with bytes too many", name);
      arc = arc * 128 + (byte & 0x7f);
      if (!Number.isSafeInteger(arc)) this.refuse("an object identifier with a number that is too large", name);
      isFirstOfArc = byte < 0x80;
      if (!isFirstOfArc) continue;
      // X.690 section 8.19.4: the first two numbers share one.
      if (arcs.length === 0) arcs.push(Math.min(Math.floor(arc / 40), 2), arc - 40 * Math.min(Math.floor(arc / 40), 2));
      else arcs.push(arc);
      arc = 0;
    }
    return arcs.join(".");
  }

  octets(name: string): Uint8Array {
    return this.value(DER.octetString, name).content;
  }

  /** A bit string of whole bytes. */
  bytesOfBits(name: string): Uint8Array {
    const { content } = this.value(DER.bitString, name);
    if (content[0] !== 0) this.refuse("a bit string that is not whole bytes", name);
    return content.subarray(1);
  }

  /** The numbers of the bits that are set; without trailing zero bits (X.690 section 11.2.2), at most 32 of them. */
  namedBits(name: string): readonly number[] {
    const { content } = this.value(DER.bitString, name);
    const unused = content[0] ?? 8;
    const last = content.at(-1)!;
    if (unused > 7 || content.length > 5 || (content.length === 1 && unused !== 0))
      this.refuse("a malformed bit string", name);
    if (content.length > 1 && (last & (2 ** (unused + 1) - 1)) !== 2 ** unused)
      this.refuse("a bit string with bits too many", name);
    const bits: number[] = [];
    for (let i = 0; i < (content.length - 1) * 8; i++)
      if ((content[1 + (i >> 3)]! & (0x80 >> (i & 7))) !== 0) bits.push(i);
    return bits;
  }

  null(name: string): void {
    if (this.value(DER.null, name).content.length > 0) this.refuse("a NULL with contents", name);
  }

  /** A UTF8String or a PrintableString, of 1 to `maxBytes` bytes. */
  text(name: string, maxBytes: number): string {
    const isPrintable = this.isNext(DER.printableString);
    const { content } = this.value(isPrintable ? DER.printableString : DER.utf8String, name);
    const text = content.length <= maxBytes ? fromUtf8(content) : null;
    if (text === null || text === "") return this.refuse(`no text of 1 to ${maxBytes} bytes of UTF-8`, name);
    if (isPrintable && !/^[A-Za-z0-9 '()+,./:=?-]*$/.test(text)) this.refuse("a character that is not printable", name);
    return text;
  }

  /**
   * Seconds since 1970 of a time as certificates write it (RFC 5280 section 4.1.2.5): UTCTime through 2049, GeneralizedTime
   * later, both in UTC, to the second.
   */
  time(name: string): number {
    if (!this.isNext(DER.utcTime)) {
      const time = this.generalizedTime(name);
      return time >= YEAR_2050 ? time : this.refuse("a time before 2050 that is no UTCTime", name);
    }
    const digits = latin1(this.value(DER.utcTime, name).content);
    return this.instant(`${Number(digits.slice(0, 2)) < 50 ? "20" : "19"}${digits}`, name);
  }

  /** `YYYYMMDDhhmmssZ`. */
  generalizedTime(name: string): number {
    return this.instant(latin1(this.value(DER.generalizedTime, name).content), name);
  }

  /** Seconds since 1970 of the text `YYYYMMDDhhmmssZ`. */
  instant(text: string, name: string): number {
    const match = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(text);
    if (!match) return this.refuse("no time to the second in UTC", name);
    const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1).map(Number);
    const instant = Date.UTC(year, month - 1, day, hour, minute, second);
    // A date that does not exist would come back as another one.
    if (!(year >= 1000) || new Date(instant).toISOString().replace(/[-:T]|\.000/g, "") !== text)
      this.refuse("a time that does not exist", name);
    return instant / 1000;
  }

  /** "Not what this is meant to be", and where. */
  refuse(problem: string, name?: string): never {
    const field = name === undefined ? this.path : `${this.path}.${name}`;
    throw new TallyError("format.malformed", `${field}: ${problem}, at byte ${this.position}`, { field });
  }

  private readLength(at: number, name: string): { readonly from: number; readonly length: number } {
    const first = at < this.end ? this.bytes[at]! : this.refuse("it ends too early", name);
    let length = first;
    let from = at + 1;
    if (first >= 0x80) {
      const count = first & 0x7f;
      if (count === 0 || count > 4) this.refuse("a length that is indefinite or too large", name);
      length = 0;
      for (let i = 0; i < count; i++) length = length * 256 + (this.bytes[from + i] ?? 0);
      from += count;
      if (length < 0x80 || length < 256 ** (count - 1)) this.refuse("a length with bytes too many", name);
    }
    if (from > this.end || length > this.end - from) this.refuse("it ends too early", name);
    return { from, length };
  }
}

const YEAR_2050 = Date.UTC(2050, 0, 1) / 1000;

/** As X.690 section 11.6 orders them: byte by byte, the shorter first. */
export function compareEncodings(one: Uint8Array, other: Uint8Array): number {
  const length = Math.min(one.length, other.length);
  for (let i = 0; i < length; i++) if (one[i] !== other[i]) return one[i]! - other[i]!;
  return one.length - other.length;
}

function latin1(bytes: Uint8Array): string {
  return bytes.length <= 32 ? String.fromCharCode(...bytes) : "";
}
