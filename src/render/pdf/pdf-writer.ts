// SPDX-License-Identifier: Apache-2.0
import { deflateSync } from "node:zlib";
import { type Ref, ref } from "./syntax.js";

/** The beginning of a file, written once and shared by every document of a template. */
export interface PdfHead {
  readonly bytes: Uint8Array;
  /** Where object i + 1 begins. */
  readonly offsets: readonly number[];
}

/**
 * Writes one PDF file front to back: objects in ascending order from 1 without gaps, one classic cross-reference table, one
 * revision. That is all the strict reader (`verify/pdf`) accepts, so that a file has exactly one meaning.
 */
export class PdfWriter {
  #buffer: Uint8Array;
  #length = 0;
  readonly #offsets: number[];
  #signature: SignaturePlace | null = null;

  constructor(head?: PdfHead) {
    this.#buffer = new Uint8Array(INITIAL_CAPACITY);
    this.#offsets = head ? [...head.offsets] : [];
    if (head) this.#bytes(head.bytes);
    else {
      this.#ascii("%PDF-1.7\n%");
      // Four bytes above 127 tell transfer programs that the file is binary (ISO 32000-1 section 7.5.2).
      this.#bytes(Uint8Array.of(0xe8, 0x99, 0x8e, 0xff, 0x0a));
    }
  }

  /** The number the object after `ahead` more objects will get; for references to what is not yet written. */
  upcoming(ahead = 0): Ref {
    return (this.#offsets.length + 1 + ahead) as Ref;
  }

  /** `body` is printable ASCII and newlines. */
  add(body: string): Ref {
    const number = this.#begin();
    this.#ascii(`${body}\nendobj\n`);
    return number;
  }

  /** `entries` are the stream dictionary's own, without Length and Filter. */
  addStream(entries: string, data: Uint8Array): Ref {
    const number = this.#begin();
    this.#ascii(`<<${entries}/Length ${data.length}>>\nstream\n`);
    this.#bytes(data);
    this.#ascii("\nendstream\nendobj\n");
    return number;
  }

  addDeflated(entries: string, data: Uint8Array | string, level: DeflateLevel): Ref {
    return this.addStream(`${entries}/Filter/FlateDecode`, deflateSync(data, { level }));
  }

  /**
   * The dictionary of a signature over the whole file but its value, which is `room` bytes of zeros for now; the byte range is filled in
   * when the file is finished. At most one a file.
   */
  addSignature(entries: string, room: number): Ref {
    const number = this.#begin();
    this.#ascii(`<<${entries}/ByteRange`);
    const range = this.#length;
    this.#ascii(`[${" ".repeat(BYTE_RANGE_WIDTH)}]/Contents`);
    const start = this.#length;
    this.#ascii(`<${"0".repeat(2 * room)}>`);
    this.#signature = { range, contents: { start, end: this.#length } };
    this.#ascii(">>\nendobj\n");
    return number;
  }

  /** Where the value of the signature stands, angle brackets included; null without a signature. */
  get signatureContents(): SignaturePlace["contents"] | null {
    return this.#signature?.contents ?? null;
  }

  /** What has been written so far, to begin other files with. */
  asHead(): PdfHead {
    return { bytes: this.#buffer.slice(0, this.#length), offsets: [...this.#offsets] };
  }

  /** The whole file. `id` is 16 bytes of hex each: the document, and this state of it. */
  finish({ root, info, id }: { root: Ref; info: Ref; id: readonly [string, string] }): Uint8Array {
    const table = this.#length;
    const size = this.#offsets.length + 1;
    let xref = `xref\n0 ${size}\n0000000000 65535 f \n`;
    for (const offset of this.#offsets) xref += `${String(offset).padStart(10, "0")} 00000 n \n`;
    this.#ascii(
      `${xref}trailer\n<</Size ${size}/Root ${ref(root)}/Info ${ref(info)}/ID[<${id[0]}><${id[1]}>]>>\nstartxref\n${table}\n%%EOF\n`,
    );
    const bytes = this.#buffer.slice(0, this.#length);
    if (this.#signature) {
      const { range, contents } = this.#signature;
      const text = `0 ${contents.start} ${contents.end} ${bytes.length - contents.end}`.padEnd(BYTE_RANGE_WIDTH);
      encoder.encodeInto(text, bytes.subarray(range + 1));
    }
    return bytes;
  }

  #begin(): Ref {
    const number = this.#offsets.push(this.#length) as Ref;
    this.#ascii(`${number} 0 obj\n`);
    return number;
  }

  #ascii(text: string): void {
    this.#reserve(text.length);
    const { read, written } = encoder.encodeInto(text, this.#buffer.subarray(this.#length));
    // One byte a character, or the offsets of the table would be wrong.
    if (read !== text.length || written !== text.length) throw new RangeError("PDF syntax must be ASCII");
    this.#length += written;
  }

  #bytes(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#buffer.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  #reserve(extra: number): void {
    if (this.#length + extra <= this.#buffer.length) return;
    const grown = new Uint8Array(Math.max(this.#buffer.length * 2, this.#length + extra));
    grown.set(this.#buffer.subarray(0, this.#length));
    this.#buffer = grown;
  }
}

interface SignaturePlace {
  /** Of the byte range's opening bracket. */
  readonly range: number;
  readonly contents: { readonly start: number; readonly end: number };
}

/** Room for files of up to 10 MB. */
const BYTE_RANGE_WIDTH = 2 + 3 * 8;

/** zlib's scale. Readers compare decoded streams, so the choice is one of speed and size only. */
export type DeflateLevel = 1 | 3 | 4 | 5 | 9;

const INITIAL_CAPACITY = 96 * 1024;
const encoder = new TextEncoder();
