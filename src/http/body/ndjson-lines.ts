// SPDX-License-Identifier: Apache-2.0

/** `bytes` null: the line was longer than allowed and has been thrown away. */
export interface Line {
  /** From 1, blank lines counted. */
  readonly number: number;
  readonly bytes: Uint8Array | null;
}

const LF = 0x0a;
const CR = 0x0d;

/** Lines of a stream (LF or CRLF), blank ones left out. Never holds more than one line of `maxLineBytes` and one chunk. */
export async function* ndjsonLines(chunks: AsyncIterable<Uint8Array>, maxLineBytes: number): AsyncGenerator<Line> {
  let parts: Uint8Array[] = [];
  let length = 0;
  let number = 0;

  const take = (part: Uint8Array): void => {
    length += part.length;
    if (length > maxLineBytes) parts = [];
    else parts.push(part);
  };
  const finish = (): Line | null => {
    number += 1;
    const line = { number, bytes: length > maxLineBytes ? null : trimmed(Buffer.concat(parts)) };
    parts = [];
    length = 0;
    return line.bytes?.length === 0 ? null : line;
  };

  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(LF); end !== -1; end = chunk.indexOf(LF, start)) {
      take(chunk.subarray(start, end));
      start = end + 1;
      const line = finish();
      if (line !== null) yield line;
    }
    take(chunk.subarray(start));
  }
  if (length > 0) {
    const line = finish();
    if (line !== null) yield line;
  }
}

function trimmed(line: Uint8Array): Uint8Array {
  return line.at(-1) === CR ? line.subarray(0, -1) : line;
}
