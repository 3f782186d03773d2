// SPDX-License-Identifier: Apache-2.0
import type { FaceValue } from "../../../../core/certificate.js";
import { tidyText } from "../../../form/tidy.js";
import { emptyDraft, type FieldDraft, type FieldInput, type FieldModel } from "./field-model.js";

/** The value that a draft stands for; undefined when nothing was entered. Only for drafts without faults. */
export function enteredValue(model: Pick<FieldModel, "input">, draft: FieldDraft): FaceValue | undefined {
  if (draft === null) return null;
  const { input } = model;
  switch (input.kind) {
    case "text":
      return textOf(draft, input) === "" ? undefined : textOf(draft, input);
    case "date":
      return textOf(draft) === "" ? undefined : textOf(draft);
    case "photo":
      return draft === "" ? undefined : String(draft);
    case "number":
      return textOf(draft) === "" ? undefined : Number(textOf(draft));
    case "boolean":
      return draft === "" ? undefined : draft === "true";
    case "choice":
      return draft === "" ? undefined : input.options[Number(draft)];
    case "json":
      return textOf(draft) === "" ? undefined : (JSON.parse(textOf(draft)) as FaceValue);
    case "choices":
      // In the order of the type, whatever the order of ticking.
      return input.options.filter((_, i) => itemsOf(draft).includes(String(i)));
    case "list":
      return itemsOf(draft).flatMap((item) => enteredValue(input.item, item) ?? []);
    case "group":
      return groupValue(input.fields, draft);
  }
}

/** The object that a group of fields stands for; what was not entered is left out. */
export function groupValue(fields: readonly FieldModel[], draft: FieldDraft): Record<string, FaceValue> {
  const value: Record<string, FaceValue> = {};
  for (const field of fields) {
    const entered = enteredValue(field, memberOf(draft, field));
    if (entered === undefined || (isEmptyList(field.input, entered) && !field.required)) continue;
    value[field.name] = entered;
  }
  return value;
}

/** The draft that stands for a value: what an earlier certificate said, ready to be changed. */
export function draftOf(model: Pick<FieldModel, "input">, value: FaceValue | undefined): FieldDraft {
  if (value === undefined) return emptyDraft(model);
  if (value === null) return null;
  const { input } = model;
  switch (input.kind) {
    case "choice":
      return positionOf(input.options, value);
    case "choices":
      return Array.isArray(value)
        ? value.map((each: FaceValue) => positionOf(input.options, each)).filter((at) => at !== "")
        : [];
    case "list":
      return Array.isArray(value) ? value.map((each: FaceValue) => draftOf(input.item, each)) : [];
    case "group":
      return groupDraft(input.fields, value);
    case "json":
      return JSON.stringify(value);
    default:
      return String(value);
  }
}

export function groupDraft(fields: readonly FieldModel[], value: FaceValue): Record<string, FieldDraft> {
  const members = typeof value === "object" && value !== null && !Array.isArray(value) ? value : {};
  return Object.fromEntries(
    fields.map((field) => [field.name, draftOf(field, (members as Readonly<Record<string, FaceValue>>)[field.name])]),
  );
}

/** The draft of a member of a group; empty when the draft does not know it. */
export function memberOf(draft: FieldDraft | undefined, field: FieldModel): FieldDraft {
  if (typeof draft !== "object" || draft === null || Array.isArray(draft)) return emptyDraft(field);
  const members = draft as Readonly<Record<string, FieldDraft>>;
  return Object.hasOwn(members, field.name) ? (members[field.name] ?? null) : emptyDraft(field);
}

export const itemsOf = (draft: FieldDraft): readonly FieldDraft[] => (Array.isArray(draft) ? draft : []);
export const textOf = (draft: FieldDraft, { severalLines = false } = {}): string =>
  typeof draft === "string" ? tidyText(draft, { severalLines }) : "";

function positionOf(options: readonly FaceValue[], value: FaceValue): string {
  const at = options.findIndex((option) => JSON.stringify(option) === JSON.stringify(value));
  return at < 0 ? "" : String(at);
}

const isEmptyList = ({ kind }: FieldInput, value: FaceValue): boolean =>
  (kind === "list" || kind === "choices") && Array.isArray(value) && value.length === 0;
