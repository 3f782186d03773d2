// SPDX-License-Identifier: Apache-2.0
import { TallyError } from "../../core/errors.js";

export class PdfName {
  constructor(readonly name: string) {}
}

/** `place`: of a hexadecimal string where it stands in the file, from its `<` to behind its `>`; null for one in parentheses. */
export class PdfString {
  constructor(
    readonly bytes: Uint8Array,
    readonly place: { readonly start: number; readonly end: number } | null = null,
  ) {}
}

/** `n 0 R`; generation numbers other than 0 do not occur in files with one revision. */
export class PdfReference {
  constructor(readonly object: number) {}
}

/** `data` is decoded; `dictionary` is as written, its `Length` that of the encoded bytes. */
export class PdfStream {
  constructor(
    readonly dictionary: PdfDictionary,
    readonly data: Uint8Array,
  ) {}
}

export type PdfDictionary = ReadonlyMap<string, PdfValue>;

export type PdfValue =
  | null
  | boolean
  | number
  | PdfName
  | PdfString
  | PdfReference
  | PdfDictionary
  | readonly PdfValue[];

export type PdfObject = PdfValue | PdfStream;

export function isDictionary(value: PdfObject | undefined): value is PdfDictionary {
  return value instanceof Map;
}

/** "Not one of our files": the reader accepts what our renderer writes and nothing else. */
export function refuse(why: string): never {
  throw new TallyError("pdf.refused", `not a licence PDF of this library: ${why}`);
}
