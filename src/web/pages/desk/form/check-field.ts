// SPDX-License-Identifier: Apache-2.0
import { isCalendarDate } from "../../../../core/calendar.js";
import { isPhotoText } from "../../../../core/photo/photo.js";
import { unsafeTextProblem } from "../../../../core/text.js";
import type { Fault, FieldFault } from "./fault.js";
import type { FieldDraft, FieldInput, FieldModel, NumberInput, TextInput } from "./field-model.js";
import { enteredValue, itemsOf, memberOf, textOf } from "./field-value.js";

/** Every fault of a field and of what it holds; empty when the service would take it, as far as this form can tell. */
export function checkField(model: FieldModel, draft: FieldDraft, pointer: string): readonly FieldFault[] {
  if (draft === null) return model.nullable ? [] : one(pointer, { code: "required" });
  const { input } = model;
  switch (input.kind) {
    case "group":
      return input.fields.flatMap((field) =>
        checkField(field, memberOf(draft, field), `${pointer}/${escaped(field.name)}`),
      );
    case "list":
      return checkList(model, input, itemsOf(draft), pointer);
    case "choices":
      return maybe(pointer, countFault(input, itemsOf(draft).length, model.required));
    default:
      return maybe(pointer, scalarFault(model, draft));
  }
}

function scalarFault({ input, required }: FieldModel, draft: FieldDraft): Fault | null {
  if (input.kind === "photo") return photoFault(required, draft);
  const text = textOf(draft, input.kind === "text" ? input : {});
  if (text === "") return required ? { code: "required" } : null;
  switch (input.kind) {
    case "text":
      return textFault(input, text);
    case "date":
      return isCalendarDate(text) ? null : { code: "not-a-date" };
    case "number":
      return numberFault(input, text);
    case "json":
      return jsonFault(text);
    default:
      return null;
  }
}

/** What stands there was made of a file, or is that of an earlier certificate; the service reads it again. */
function photoFault(required: boolean, draft: FieldDraft): Fault | null {
  if (draft === "") return required ? { code: "required" } : null;
  return isPhotoText(draft) ? null : { code: "no-photo" };
}

/** Lengths count characters, as JSON Schema does, not code units. */
function textFault({ min, max, pattern, severalLines }: TextInput, text: string): Fault | null {
  const length = Array.from(text).length;
  if (length < min) return { code: "too-short", bound: min };
  if (length > max) return { code: "too-long", bound: max };
  if (unsafeTextProblem(text, { multiline: severalLines }) !== null) return { code: "unsafe" };
  return pattern !== null && !new RegExp(pattern, "u").test(text) ? { code: "pattern" } : null;
}

function numberFault(input: NumberInput, text: string): Fault | null {
  const number = Number(text);
  if (!/^[+-]?[0-9]+(?:\.[0-9]+)?$/.test(text) || Math.abs(number) > Number.MAX_SAFE_INTEGER)
    return { code: "not-a-number" };
  if (input.integer && !Number.isInteger(number)) return { code: "not-whole" };
  const { min, max, exclusiveMin, exclusiveMax, step } = input;
  if (min !== null && (number < min || (exclusiveMin && number === min)))
    return { code: "too-small", bound: min, exclusive: exclusiveMin };
  if (max !== null && (number > max || (exclusiveMax && number === max)))
    return { code: "too-large", bound: max, exclusive: exclusiveMax };
  // 0.3 / 0.1 is not whole in binary; a millionth of a step is rounding.
  if (step !== null && Math.abs(number / step - Math.round(number / step)) > 1e-6)
    return { code: "wrong-step", bound: step };
  return null;
}

function jsonFault(text: string): Fault | null {
  try {
    JSON.parse(text);
    return null;
  } catch {
    return { code: "not-json" };
  }
}

function checkList(
  { required }: FieldModel,
  input: Extract<FieldInput, { kind: "list" }>,
  items: readonly FieldDraft[],
  pointer: string,
): readonly FieldFault[] {
  const faults = items.flatMap((item, i) => checkField(input.item, item, `${pointer}/${i}`));
  if (faults.length > 0) return faults;
  const count = countFault(input, items.length, required);
  if (count !== null) return one(pointer, count);
  const seen = new Set<string>();
  for (const [i, item] of items.entries()) {
    const value = JSON.stringify(enteredValue(input.item, item));
    if (input.unique && seen.has(value)) return one(`${pointer}/${i}`, { code: "repeated" });
    seen.add(value);
  }
  return [];
}

/** An optional list may be left out whole, whatever its least length. */
function countFault({ min, max }: { min: number; max: number }, count: number, required: boolean): Fault | null {
  if (count === 0 && !required) return null;
  if (count === 0 && min > 0) return { code: "required" };
  if (count < min) return { code: "too-few", bound: min };
  return count > max ? { code: "too-many", bound: max } : null;
}

const one = (pointer: string, fault: Fault): readonly FieldFault[] => [{ pointer, fault }];
const maybe = (pointer: string, fault: Fault | null): readonly FieldFault[] =>
  fault === null ? [] : one(pointer, fault);

/** RFC 6901 section 3. */
export const escaped = (name: string): string => name.replaceAll("~", "~0").replaceAll("/", "~1");
