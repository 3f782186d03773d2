// SPDX-License-Identifier: Apache-2.0
import { deflateSync } from "node:zlib";

/** One object: what stands between `n 0 obj` and `endobj`. */
export type Body = string | Buffer;

/** A stream; `encoded` false writes the bytes plainly. */
export function stream(entries: string, data: string | Uint8Array, encoded = true): Buffer {
  const bytes = encoded ? deflateSync(data) : Buffer.from(data);
  return Buffer.concat([
    Buffer.from(`<<${entries}${encoded ? "/Filter/FlateDecode" : ""}/Length ${bytes.length}>>\nstream\n`, "latin1"),
    bytes,
    Buffer.from("\nendstream"),
  ]);
}

export interface Parts {
  readonly objects: readonly Body[];
  readonly trailer?: string;
  readonly header?: string;
}

/** Writes a file in the form the reader accepts, with whatever objects. Object 1 is the catalog, object 2 the information. */
export function pdfOf({
  objects,
  trailer = "/Root 1 0 R/Info 2 0 R",
  header = "%PDF-1.7\n%\xe2\xe3\xcf\xd3\n",
}: Parts): Uint8Array {
  const parts: Buffer[] = [Buffer.from(header, "latin1")];
  const offsets: number[] = [];
  let length = parts[0]!.length;
  objects.forEach((body, i) => {
    const object = Buffer.concat([
      Buffer.from(`${i + 1} 0 obj\n`),
      typeof body === "string" ? Buffer.from(body, "latin1") : body,
      Buffer.from("\nendobj\n"),
    ]);
    offsets.push(length);
    length += object.length;
    parts.push(object);
  });
  const entries = offsets.map((offset) => `${String(offset).padStart(10, "0")} 00000 n \n`).join("");
  const size = objects.length + 1;
  parts.push(
    Buffer.from(
      `xref\n0 ${size}\n0000000000 65535 f \n${entries}trailer\n<</Size ${size}${trailer}>>\nstartxref\n${length}\n%%EOF\n`,
      "latin1",
    ),
  );
  return new Uint8Array(Buffer.concat(parts));
}

/** The smallest file that is accepted: one page, one attachment. `change` replaces objects by their number. */
export function smallPdf(
  change: Readonly<Record<number, Body>> = {},
  more: readonly Body[] = [],
  rest: Omit<Parts, "objects"> = {},
): Uint8Array {
  const objects: Body[] = [
    "<</Type/Catalog/Pages 3 0 R/Names<</EmbeddedFiles<</Names[(a.json)6 0 R]>>>>/AF[6 0 R]>>",
    "<</Producer(tigertally-render/0 test)>>",
    "<</Type/Pages/Kids[4 0 R]/Count 1>>",
    "<</Type/Page/Parent 3 0 R/MediaBox[0 0 595.28 841.89]/Resources<<>>/Contents 5 0 R>>",
    stream("", "BT ET"),
    "<</Type/Filespec/F(a.json)/UF(a.json)/AFRelationship/Data/EF<</F 7 0 R/UF 7 0 R>>>>",
    stream("/Type/EmbeddedFile/Subtype/application#2Fjson", "{}"),
    ...more,
  ];
  return pdfOf({ ...rest, objects: objects.map((body, i) => change[i + 1] ?? body) });
}

/** The objects as they stand between `obj` and `endobj`, by the table. */
export function partsOf(pdf: Uint8Array): { readonly bodies: Buffer[]; readonly trailer: string } {
  const bytes = Buffer.from(pdf);
  const table = bytes.lastIndexOf("xref\n0 ");
  const tail = bytes.subarray(table).toString("latin1");
  const offsets = [...tail.matchAll(/(\d{10}) 00000 n/g)].map((match) => Number(match[1]));
  const bodies = offsets.map((offset, i) => {
    const end = offsets[i + 1] ?? table;
    return bytes.subarray(bytes.indexOf("obj\n", offset) + 4, end - "\nendobj\n".length);
  });
  return { bodies, trailer: /<<\/Size \d+(.*)>>/s.exec(tail)![1]! };
}
