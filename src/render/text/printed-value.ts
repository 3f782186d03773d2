// SPDX-License-Identifier: Apache-2.0
import type { CertificateSubject, FaceValue } from "../../core/certificate.js";
import { resolvePointer } from "../../core/json-pointer.js";
import type { LayoutRow } from "../../core/type-definition.js";
import { printedDate, printedValidity, type Validity } from "./printed-date.js";

/** What a row prints: a function of the signed record and the type alone. A member that is not there prints like null. */
export function printedValue(row: LayoutRow, subject: CertificateSubject, validity: Validity): string {
  if (row.pointer === "validity") return printedValidity(validity);
  const text = words(resolvePointer(subject, row.pointer) ?? null, row);
  const holderType = row.mask?.holderType;
  const isMasked = holderType === undefined || subject.certificateHolder[0]?.certificateHolderType === holderType;
  return isMasked ? masked(text, row.mask) : text;
}

function words(value: FaceValue, row: LayoutRow): string {
  if (value === null) return row.words?.null?.zh ?? "——";
  if (typeof value === "boolean") return value ? (row.words?.true?.zh ?? "是") : (row.words?.false?.zh ?? "否");
  if (typeof value === "number") return String(value);
  if (typeof value === "string") return DATE.test(value) ? printedDate(value) : value;
  if (Array.isArray(value)) return value.map((item: FaceValue) => words(item, row)).join(SEPARATOR);
  const members = value as { readonly [name: string]: FaceValue };
  // A list of holders prints their names; any other object prints its members in canonical order.
  if (typeof members.certificateHolder === "string") return members.certificateHolder;
  return Object.keys(members)
    .sort()
    .map((name) => words(members[name] as FaceValue, row))
    .join(" ");
}

function masked(text: string, mask: LayoutRow["mask"]): string {
  if (!mask) return text;
  return Array.from(text, (character, i) => (i >= mask.from && i < mask.to ? "*" : character)).join("");
}

const DATE = /^\d{4}-\d{2}-\d{2}$/;
const SEPARATOR = "、";
