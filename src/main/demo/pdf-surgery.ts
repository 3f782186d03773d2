// SPDX-License-Identifier: Apache-2.0
import { deflateSync, inflateSync } from "node:zlib";

/** An object of a licence PDF: everything between `n 0 obj` and `endobj`. */
interface PdfObject {
  readonly number: number;
  readonly body: Buffer;
}

const HEADER_END = /^%PDF-1\.7\n%[^\n]*\n/;

/** What a forger with an editor does: takes a file of ours apart, changes objects, and puts it together as cleanly as it was. */
export function rewritePdf(pdf: Uint8Array, change: (object: PdfObject) => Buffer): Uint8Array {
  const bytes = Buffer.from(pdf);
  const text = bytes.toString("latin1");
  const header = HEADER_END.exec(text)?.[0] ?? "";
  const trailer = /trailer\n([\s\S]*?)\nstartxref/.exec(text)?.[1] ?? "";
  const parts = [Buffer.from(header, "latin1")];
  const offsets = new Map<number, number>();
  let length = header.length;
  for (const object of objectsOf(bytes, text)) {
    const whole = Buffer.concat([Buffer.from(`${object.number} 0 obj\n`), change(object), Buffer.from("\nendobj\n")]);
    offsets.set(object.number, length);
    length += whole.length;
    parts.push(whole);
  }
  const size = Math.max(...offsets.keys()) + 1;
  const entries = Array.from(
    { length: size - 1 },
    (_, i) => `${String(offsets.get(i + 1) ?? 0).padStart(10, "0")} 00000 n \n`,
  );
  parts.push(
    Buffer.from(
      `xref\n0 ${size}\n0000000000 65535 f \n${entries.join("")}trailer\n${trailer}\nstartxref\n${length}\n%%EOF\n`,
      "latin1",
    ),
  );
  return new Uint8Array(Buffer.concat(parts));
}

/** Replaces the content of attachments, by file name. */
export function replaceAttachments(pdf: Uint8Array, contents: Readonly<Record<string, Uint8Array>>): Uint8Array {
  const streams = attachmentStreams(pdf);
  return rewritePdf(pdf, ({ number, body }) => {
    const name = streams.get(number);
    const content = name === undefined ? undefined : contents[name];
    return content === undefined ? body : attachmentStream(body, content);
  });
}

/** The attachments of a licence PDF, by file name. */
export function attachmentsOf(pdf: Uint8Array): Record<string, Uint8Array> {
  const streams = attachmentStreams(pdf);
  const found: Record<string, Uint8Array> = {};
  rewritePdf(pdf, ({ number, body }) => {
    const name = streams.get(number);
    if (name !== undefined) found[name] = inflateSync(streamData(body));
    return body;
  });
  return found;
}

/** Prints another character in place of one on the page: swaps two glyphs of a drawn text, and leaves everything else. */
export function changePrintedText(pdf: Uint8Array): Uint8Array {
  return changeContent(pdf, (content) => {
    const drawn = /<([0-9a-fA-F]{4})([0-9a-fA-F]{4})([0-9a-fA-F]*)>\s*Tj/.exec(content);
    if (drawn === null || drawn[1] === drawn[2]) return content;
    return content.replace(drawn[0], drawn[0].replace(`<${drawn[1]}${drawn[2]}`, `<${drawn[2]}${drawn[1]}`));
  });
}

/** Takes away what is written across the first page of a reader's copy: the only text of it that is turned. */
export function removeCopyMark(pdf: Uint8Array): Uint8Array {
  return changeContent(pdf, (content) => content.replace(/BT \/V0 [\d.]+ Tf 0\.86603 0\.5 .*? ET/gs, ""));
}

/** Changes the first drawing that the change does something to; throws where there is none. */
function changeContent(pdf: Uint8Array, change: (content: string) => string): Uint8Array {
  let changed = false;
  const changedPdf = rewritePdf(pdf, ({ body }) => {
    const text = body.toString("latin1");
    if (
      changed ||
      !text.includes("stream\n") ||
      /\/Type\s*\/(EmbeddedFile|XObject|Metadata)|\/Length1|\/N 3/.test(text)
    )
      return body;
    let content: string;
    try {
      content = inflateSync(streamData(body)).toString("latin1");
    } catch {
      return body;
    }
    const other = change(content);
    if (other === content) return body;
    changed = true;
    return withStream(body, deflateSync(Buffer.from(other, "latin1")));
  });
  if (!changed) throw new Error("there is nothing of the kind in this file");
  return changedPdf;
}

function* objectsOf(bytes: Buffer, text: string): Generator<PdfObject> {
  const xref = Number(/startxref\n(\d+)\n/.exec(text)?.[1]);
  const entries = [...text.slice(xref).matchAll(/(\d{10}) 00000 n/g)].map((entry) => Number(entry[1]));
  const ordered = [...entries].sort((one, other) => one - other);
  for (const [i, offset] of ordered.entries()) {
    const end = ordered[i + 1] ?? xref;
    const head = /^(\d+) 0 obj\n/.exec(text.slice(offset, offset + 20))!;
    yield { number: Number(head[1]), body: bytes.subarray(offset + head[0].length, end - "\nendobj\n".length) };
  }
}

/** Object number of each attachment's stream, with its file name. */
function attachmentStreams(pdf: Uint8Array): Map<number, string> {
  const text = Buffer.from(pdf).toString("latin1");
  const specs = text.matchAll(/\/Type\s*\/Filespec[\s\S]*?endobj/g);
  return new Map(
    [...specs].map(([spec]) => {
      const name = /\/F\s*\(([^)]*)\)/.exec(spec)?.[1] ?? "";
      return [Number(/\/EF\s*<<\s*\/F (\d+) 0 R/.exec(spec)?.[1]), name] as const;
    }),
  );
}

function streamData(body: Buffer): Buffer {
  const start = body.indexOf("stream\n") + "stream\n".length;
  return body.subarray(start, body.lastIndexOf("\nendstream"));
}

function attachmentStream(body: Buffer, content: Uint8Array): Buffer {
  const sized = Buffer.from(body.toString("latin1").replace(/\/Size \d+/, `/Size ${content.length}`), "latin1");
  return withStream(sized, deflateSync(content));
}

function withStream(body: Buffer, data: Buffer): Buffer {
  const dictionary = body
    .toString("latin1")
    .split("stream\n")[0]!
    .replace(/\/Length \d+/, `/Length ${data.length}`);
  return Buffer.concat([Buffer.from(`${dictionary}stream\n`, "latin1"), data, Buffer.from("\nendstream")]);
}
