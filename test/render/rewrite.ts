// SPDX-License-Identifier: Apache-2.0
import { deflateSync, inflateSync } from "node:zlib";

/**
 * A file whose stream `object` says something else, with a length and a cross-reference table that fit again, so that only a comparison of
 * content can tell. Streams and their new content are given one character a byte.
 */
export function withStream(pdf: Uint8Array, object: number, change: (data: string) => string): Uint8Array {
  const file = Buffer.from(pdf);
  const text = file.toString("latin1");
  const start = text.indexOf(`\n${object} 0 obj\n`) + 1;
  const [head, dictionary, length] = /^\d+ 0 obj\n(<<.*?)\/Length (\d+)>>\nstream\n/s.exec(
    text.slice(start),
  ) as unknown as [string, string, string];
  const from = start + head.length;
  const data = inflateSync(file.subarray(from, from + Number(length))).toString("latin1");
  const changed = deflateSync(Buffer.from(change(data), "latin1"));
  const entries = dictionary.replace(/\/Length1 \d+/, `/Length1 ${Buffer.from(change(data), "latin1").length}`);
  const written = Buffer.concat([
    Buffer.from(`${object} 0 obj\n${entries}/Length ${changed.length}>>\nstream\n`, "latin1"),
    changed,
  ]);
  const table = text.lastIndexOf("xref\n0 ");
  const body = Buffer.concat([file.subarray(0, start), written, file.subarray(from + Number(length), table)]);
  const moved = body.length - table;
  const tail = text
    .slice(table)
    .replace(/^(\d{10}) 00000 n /gm, (entry, offset: string) =>
      Number(offset) > start ? `${String(Number(offset) + moved).padStart(10, "0")} 00000 n ` : entry,
    )
    .replace(/startxref\n\d+/, `startxref\n${body.length}`);
  return Buffer.concat([body, Buffer.from(tail, "latin1")]);
}
