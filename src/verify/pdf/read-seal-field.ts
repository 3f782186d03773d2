// SPDX-License-Identifier: Apache-2.0
import { parseUtcInstant } from "../../core/calendar.js";
import type { Crypto } from "../../core/crypto.js";
import { textOf } from "./attachments.js";
import {
  isDictionary,
  type PdfDictionary,
  type PdfObject,
  PdfReference,
  PdfString,
  type PdfValue,
  refuse,
} from "./values.js";

/** The seal of a file as the PDF has it; whether anything is signed by anybody is for the seal check. */
export interface PdfSeal {
  readonly statement: SealStatement;
  /** Null where `problem` is not. */
  readonly signed: SealedBytes | null;
  readonly problem: { readonly reason: "seal.coverage" | "seal.malformed"; readonly detail: string } | null;
}

export interface SealedBytes {
  /** The CMS, without the zeros that fill its room. */
  readonly cms: Uint8Array;
  /** SHA-256 of every byte of the file but the value of the signature. */
  readonly digest: Uint8Array;
}

/** What the signature dictionary says in words: with it the same file can be rendered again. */
export interface SealStatement {
  /** When the seal was set, as the sealer states it: RFC 3339 with whole seconds in UTC. */
  readonly time: string;
  /** The sealing agency. */
  readonly name: string;
  readonly reason: string;
  /** At the foot of the picture. */
  readonly code: string;
  readonly star: boolean;
  /** Bytes that the file keeps free for the CMS: the first without, the second with a timestamp. */
  readonly room: 2048 | 8192;
}

const FIELD = "AgencySeal";
const ROOMS: readonly number[] = [2_048, 8_192] satisfies readonly SealStatement["room"][];

/**
 * The one seal of a file whose grammar was checked, or null. Throws `pdf.refused` unless form, first page and permissions mean one
 * field and one signature; a byte range or a value that is not exactly ours is told as a `problem`.
 */
export function readSealField(
  bytes: Uint8Array,
  catalog: PdfDictionary,
  objects: ReadonlyMap<number, PdfObject>,
  crypto: Crypto,
): PdfSeal | null {
  const signature = theOneSignature(catalog, objects);
  if (signature === null) return null;
  const contents = signature.get("Contents");
  const place = contents instanceof PdfString ? contents.place : null;
  const room = contents instanceof PdfString ? contents.bytes.length : 0;
  // What has another room is told as a problem below, and never rendered again.
  const statement = readStatement(signature, room as SealStatement["room"]);
  if (!(contents instanceof PdfString) || place === null)
    return wrong(statement, "seal.malformed", "the value is not hexadecimal");
  if (!ROOMS.includes(room)) return wrong(statement, "seal.malformed", `a value of ${room} bytes`);
  // Everything but the value, to the last byte of the file.
  const whole = [0, place.start, place.end, bytes.length - place.end];
  const range = signature.get("ByteRange");
  if (!Array.isArray(range) || range.length !== 4 || whole.some((expected, i) => range[i] !== expected))
    return wrong(statement, "seal.coverage", `the byte range is ${String(range).slice(0, 80)} and not ${whole}`);
  if (!isLowerCaseHex(bytes, place))
    return wrong(statement, "seal.malformed", "the value is not in lower-case hexadecimal");
  const length = lengthOfValue(contents.bytes);
  if (contents.bytes.subarray(length).some((byte) => byte !== 0))
    return wrong(statement, "seal.malformed", "the value is followed by something other than zeros");
  const digest = crypto.sha256(bytes.subarray(0, place.start), bytes.subarray(place.end));
  return { statement, signed: { cms: contents.bytes.subarray(0, length), digest }, problem: null };
}

/** Null for a file without a seal. Readers look for signatures in three places, and all three must show the same one. */
function theOneSignature(catalog: PdfDictionary, objects: ReadonlyMap<number, PdfObject>): PdfDictionary | null {
  const entry = (of: PdfObject | undefined, key: string): PdfValue | undefined => {
    const dictionary = of instanceof PdfReference ? objects.get(of.object) : of;
    return isDictionary(dictionary) ? dictionary.get(key) : undefined;
  };
  const kids = entry(catalog.get("Pages"), "Kids");
  const pages = Array.isArray(kids) ? kids : [];
  const annotated = pages.filter((page) => numbersOf(entry(page, "Annots")).length > 0);
  const field = numbersOf(entry(catalog.get("AcroForm"), "Fields"))[0] ?? null;
  if (field === null) {
    if (annotated.length > 0 || catalog.has("Perms")) refuse("parts of a seal without its field");
    return null;
  }
  const widget = objects.get(field);
  const value = entry(widget, "V");
  const permitted = entry(catalog.get("Perms"), "DocMDP");
  const shownOn = entry(widget, "P");
  if (annotated.length !== 1 || annotated[0] !== pages[0] || numberOf(shownOn) !== numberOf(pages[0]))
    refuse("a seal that is not on the first page, and on it alone");
  if (numbersOf(entry(pages[0], "Annots"))[0] !== field) refuse("two fields of seals");
  if (numberOf(value) === null || numberOf(value) !== numberOf(permitted)) refuse("two signatures");
  if (textOf(entry(widget, "T")) !== FIELD) refuse(`a field that is not ${FIELD}`);
  const signature = objects.get(numberOf(value)!);
  return isDictionary(signature) ? signature : refuse("a signature that is no dictionary");
}

function readStatement(signature: PdfDictionary, room: SealStatement["room"]): SealStatement {
  const picture = signature.get("TTLY_Picture");
  const [code, star] = isDictionary(picture) ? [picture.get("Code"), picture.get("Star")] : [];
  return {
    time: readTime(textOf(signature.get("M"))),
    name: textOf(signature.get("Name")),
    reason: textOf(signature.get("Reason")),
    code: textOf(code),
    star: star === true,
    room,
  };
}

/** `D:YYYYMMDDhhmmssZ`, one of the spellings of ISO 32000-1 section 7.9.4. */
function readTime(text: string): string {
  const match = /^D:(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  const [, year, month, day, hour, minute, second] = match ?? [];
  const time = `${year}-${month}-${day}T${hour}:${minute}:${second}Z`;
  return parseUtcInstant(time) === null ? refuse(`a seal at the time ${JSON.stringify(text.slice(0, 40))}`) : time;
}

/** Of the DER value that the bytes begin with, as far as its length says; whether it is right is for the reader of DER. */
function lengthOfValue(bytes: Uint8Array): number {
  const first = bytes[1] ?? 0;
  if (first < 0x80) return Math.min(2 + first, bytes.length);
  let length = 0;
  for (let i = 0; i < (first & 0x7f) && i < 4; i++) length = length * 256 + (bytes[2 + i] ?? 0);
  return Math.min(2 + (first & 0x7f) + length, bytes.length);
}

/** Hex has two cases, and a byte of the file must not have two spellings. */
function isLowerCaseHex(bytes: Uint8Array, { start, end }: { readonly start: number; readonly end: number }): boolean {
  for (let i = start + 1; i < end - 1; i++) if (bytes[i]! >= 0x41 && bytes[i]! <= 0x46) return false;
  return true;
}

function numberOf(value: PdfObject | undefined): number | null {
  return value instanceof PdfReference ? value.object : null;
}

function numbersOf(value: PdfObject | undefined): readonly (number | null)[] {
  return Array.isArray(value) ? value.map(numberOf) : [];
}

function wrong(statement: SealStatement, reason: "seal.coverage" | "seal.malformed", detail: string): PdfSeal {
  return { statement, signed: null, problem: { reason, detail } };
}
