// SPDX-License-Identifier: Apache-2.0
import {
  isDictionary,
  type PdfDictionary,
  type PdfObject,
  PdfReference,
  PdfStream,
  PdfString,
  refuse,
} from "./values.js";

export interface Attachment {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Files attached to the document, in the order of the name tree. One tree, one name each, and `AF` lists no others. */
export function readAttachments(
  catalog: PdfDictionary,
  objects: ReadonlyMap<number, PdfObject>,
): readonly Attachment[] {
  const resolve = (value: PdfObject | undefined) => (value instanceof PdfReference ? objects.get(value.object) : value);
  const entry = (of: PdfObject | undefined, key: string) => {
    const dictionary = resolve(of);
    return isDictionary(dictionary) ? resolve(dictionary.get(key)) : undefined;
  };

  const pairs = entry(entry(catalog.get("Names"), "EmbeddedFiles"), "Names") ?? [];
  const associated = resolve(catalog.get("AF")) ?? [];
  if (!Array.isArray(pairs) || pairs.length % 2 !== 0 || !Array.isArray(associated))
    return refuse("a malformed list of attachments");

  const attachments = new Map<string, Attachment>();
  const specifications = new Set<number>();
  for (let i = 0; i < pairs.length; i += 2) {
    const specification = pairs[i + 1];
    const name = textOf(pairs[i]);
    if (!(specification instanceof PdfReference)) return refuse("an attachment without a file specification");
    // Readers take the name from any of the three; two attachments of one name show one reader this, another that.
    if (textOf(entry(specification, "F")) !== name || textOf(entry(specification, "UF")) !== name)
      refuse(`the attachment ${JSON.stringify(name)} has several names`);
    if (attachments.has(name) || specifications.has(specification.object))
      refuse(`two attachments named ${JSON.stringify(name)}`);
    const files = entry(specification, "EF");
    const file = entry(files, "F");
    const other = entry(files, "UF");
    if (!(file instanceof PdfStream) || (other !== undefined && other !== file))
      return refuse(`the attachment ${name} has two contents`);
    specifications.add(specification.object);
    attachments.set(name, { name, bytes: file.data });
  }
  for (const specification of associated)
    if (!(specification instanceof PdfReference) || !specifications.has(specification.object))
      refuse("an associated file that is not attached");
  return [...attachments.values()];
}

/** PDF text: UTF-16BE with a byte order mark, else one byte a character (names and producer are ASCII). */
export function textOf(value: PdfObject | undefined): string {
  if (!(value instanceof PdfString)) return refuse("a text is missing");
  const { bytes } = value;
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder("utf-16be").decode(bytes);
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
}
