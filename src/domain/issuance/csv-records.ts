// SPDX-License-Identifier: Apache-2.0

/** Longest record, in UTF-16 code units: bounds memory whatever the file holds. A photo as it is given takes most of it. */
export const MAX_RECORD_LENGTH = 262_144;

/** `line` is the record's first line in the file, from 1. */
export type CsvRecord =
  | { readonly line: number; readonly cells: readonly string[] }
  | { readonly line: number; readonly problem: string };

/**
 * Records of a CSV file (RFC 4180): UTF-8 with or without a byte order mark, lines ended by LF or CRLF, cells quoted where needed;
 * empty lines are skipped. A record that cannot be read is told in its place and reading goes on at the next line, so a
 * forgotten quote costs its own line and not the rest of the file. Bytes that are not UTF-8 become U+FFFD.
 */
export async function* csvRecords(chunks: AsyncIterable<Uint8Array>): AsyncIterableIterator<CsvRecord> {
  const decoder = new TextDecoder("utf-8");
  const reader = new RecordReader();
  for await (const chunk of chunks) yield* reader.read(decoder.decode(chunk, { stream: true }), false);
  yield* reader.read(decoder.decode(), true);
}

class RecordReader {
  private text = "";
  private at = 0;
  private line = 1;
  /** Where the next quote is known to be; -1 when it is not known. Searched again only once passed. */
  private quote = -1;
  private isSkipping = false;

  *read(more: string, isLast: boolean): IterableIterator<CsvRecord> {
    this.text = this.text.slice(this.at) + more;
    this.at = 0;
    this.quote = -1;
    while (this.at < this.text.length) {
      if (this.isSkipping && !this.skipLine()) return;
      if (this.at >= this.text.length) return;
      const line = this.line;
      const record = this.next(isLast);
      if (record === null) return;
      if (typeof record === "string") yield { line, problem: record };
      else if (record.length > 1 || record[0] !== "") yield { line, cells: record };
    }
  }

  /** The cells of the next record, what is wrong with it, or null when more text is needed. */
  private next(isLast: boolean): readonly string[] | string | null {
    const end = this.endOfLine(isLast);
    if (end !== null && !this.hasQuoteBefore(end)) {
      if (end - this.at > MAX_RECORD_LENGTH) return this.giveUp(end, TOO_LONG);
      const cells = this.text.slice(this.at, this.withoutReturn(end)).split(",");
      this.moveTo(end + 1);
      return cells;
    }
    if (end === null && this.text.length - this.at <= MAX_RECORD_LENGTH) return null;
    if (end === null) {
      // One line longer than any record: its rest is dropped as it comes.
      this.isSkipping = true;
      return TOO_LONG;
    }
    return this.nextQuoted(end, isLast);
  }

  private nextQuoted(endOfFirstLine: number, isLast: boolean): readonly string[] | string | null {
    const { text } = this;
    const cells: string[] = [];
    for (let at = this.at; ; ) {
      if (text[at] !== '"') {
        const end = this.endOfCell(at);
        if (end === text.length && !isLast) return null;
        const cell = text.slice(at, text[end] === "," ? end : this.withoutReturn(end));
        if (cell.includes('"')) return this.giveUp(endOfFirstLine, "a cell holds a quote but does not start with one");
        cells.push(cell);
        if (text[end] !== ",") return this.finish(cells, end);
        at = end + 1;
        continue;
      }
      const closing = this.closingQuote(at + 1, isLast);
      if (closing === null) return null;
      if (closing < 0) return this.giveUp(endOfFirstLine, NEVER_CLOSED);
      cells.push(text.slice(at + 1, closing).replaceAll('""', '"'));
      const end = text[closing + 1] === "\r" ? closing + 2 : closing + 1;
      if (text[closing + 1] === ",") at = closing + 2;
      else if (end >= text.length || text[end] === "\n") return this.finish(cells, end);
      else return this.giveUp(endOfFirstLine, "a quoted cell is followed by something other than a comma");
    }
  }

  /** Position of the quote that closes a cell; -1 when there is none within a record's length; null when more text is needed. */
  private closingQuote(from: number, isLast: boolean): number | null {
    for (let at = from; ; ) {
      const quote = this.text.indexOf('"', at);
      if (quote < 0) return isLast || this.text.length - this.at > MAX_RECORD_LENGTH ? -1 : null;
      if (quote - this.at > MAX_RECORD_LENGTH) return -1;
      // What follows decides whether it closes, so it has to be there: two characters, for CR LF.
      if (quote + 2 >= this.text.length && !isLast) return null;
      if (this.text[quote + 1] !== '"') return quote;
      at = quote + 2;
    }
  }

  private finish(cells: readonly string[], end: number): readonly string[] {
    this.moveTo(end + 1);
    return cells;
  }

  /** Reading goes on at the line after the record's first one. */
  private giveUp(endOfFirstLine: number, problem: string): string {
    this.moveTo(endOfFirstLine + 1);
    return problem;
  }

  private moveTo(next: number): void {
    const end = Math.min(next, this.text.length);
    for (let at = this.text.indexOf("\n", this.at); at >= 0 && at < end; at = this.text.indexOf("\n", at + 1))
      this.line++;
    this.at = end;
  }

  private skipLine(): boolean {
    const end = this.text.indexOf("\n", this.at);
    this.isSkipping = end < 0;
    this.moveTo(end < 0 ? this.text.length : end + 1);
    return !this.isSkipping;
  }

  private endOfLine(isLast: boolean): number | null {
    const end = this.text.indexOf("\n", this.at);
    return end >= 0 ? end : isLast ? this.text.length : null;
  }

  private endOfCell(from: number): number {
    for (let at = from; at < this.text.length; at++) if (this.text[at] === "," || this.text[at] === "\n") return at;
    return this.text.length;
  }

  private withoutReturn(end: number): number {
    return end > this.at && this.text[end - 1] === "\r" ? end - 1 : end;
  }

  private hasQuoteBefore(end: number): boolean {
    if (this.quote < this.at) {
      const found = this.text.indexOf('"', this.at);
      this.quote = found < 0 ? Number.POSITIVE_INFINITY : found;
    }
    return this.quote < end;
  }
}

const TOO_LONG = `the row is longer than ${MAX_RECORD_LENGTH} characters`;
const NEVER_CLOSED = "a quote is opened and never closed";
