// SPDX-License-Identifier: Apache-2.0
import type { CertificateHolder, CertificateSubject, FaceValue } from "../../core/certificate.js";
import { resolvePointer } from "../../core/json-pointer.js";
import type { LayoutColumn, LayoutRow, ValueFormat } from "../../core/type-definition.js";
import { printedDate, printedValidity, type Validity } from "./printed-date.js";

/** What a row prints: a function of the signed record and the type alone. A member that is not there prints like null. */
export function printedValue(row: LayoutRow, subject: CertificateSubject, validity: Validity): string {
  if (row.pointer === "validity") return printedValidity(validity);
  const value = (resolvePointer(subject, row.pointer) ?? null) as FaceValue;
  return formatted(value, row, subject.certificateHolder[0]);
}

/** What a row with columns prints: a line for each of the first `limit` entries of its list, none when there is no list. */
export function printedEntries(
  { pointer, columns = [] }: LayoutRow,
  subject: CertificateSubject,
  limit: number,
): readonly (readonly string[])[] {
  const list = resolvePointer(subject, pointer);
  if (!Array.isArray(list)) return [];
  const isHolders = pointer === "/certificateHolder";
  return list
    .slice(0, limit)
    .map((entry: FaceValue) =>
      columns.map((column) =>
        formatted(memberOf(entry, column), column, isHolders ? (entry as unknown as CertificateHolder) : undefined),
      ),
    );
}

function memberOf(entry: FaceValue, { member }: LayoutColumn): FaceValue {
  if (member === undefined) return entry;
  if (typeof entry !== "object" || entry === null || Array.isArray(entry) || !Object.hasOwn(entry, member)) return null;
  return (entry as { readonly [name: string]: FaceValue })[member] ?? null;
}

function formatted(value: FaceValue, format: ValueFormat, holder: CertificateHolder | undefined): string {
  const text = words(value, format);
  const holderType = format.mask?.holderType;
  const isMasked = holderType === undefined || holder?.certificateHolderType === holderType;
  return isMasked ? masked(text, format.mask) : text;
}

function words(value: FaceValue, format: ValueFormat): string {
  if (value === null) return format.words?.null?.zh ?? "——";
  if (typeof value === "boolean") return value ? (format.words?.true?.zh ?? "是") : (format.words?.false?.zh ?? "否");
  if (typeof value === "number") return String(value);
  if (typeof value === "string") return wordsOfText(value, format);
  if (Array.isArray(value)) return value.map((item: FaceValue) => words(item, format)).join(SEPARATOR);
  const members = value as { readonly [name: string]: FaceValue };
  // A list of holders prints their names; any other object prints its members in canonical order.
  if (typeof members.certificateHolder === "string") return members.certificateHolder;
  return Object.keys(members)
    .sort()
    .map((name) => words(members[name] as FaceValue, format))
    .join(" ");
}

function wordsOfText(value: string, { codes }: ValueFormat): string {
  if (codes && Object.hasOwn(codes, value)) return (codes[value] as { readonly zh: string }).zh;
  return DATE.test(value) ? printedDate(value) : value;
}

function masked(text: string, mask: ValueFormat["mask"]): string {
  if (!mask) return text;
  return Array.from(text, (character, i) => (i >= mask.from && i < mask.to ? "*" : character)).join("");
}

const DATE = /^\d{4}-\d{2}-\d{2}$/;
const SEPARATOR = "、";
