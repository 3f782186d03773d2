// SPDX-License-Identifier: Apache-2.0
import type { FaceValue } from "../../../../core/certificate.js";
import type { Label } from "../../../../core/type-definition.js";

/** One field of a form, made from a property of a type's schema. Bounds are the schema's; the service judges in the end. */
export interface FieldModel {
  /** Member name in the object that holds it; the position in a list. */
  readonly name: string;
  readonly label: Label;
  readonly required: boolean;
  /** "None" is a possible answer (JSON null). */
  readonly nullable: boolean;
  readonly input: FieldInput;
}

export type FieldInput =
  | TextInput
  | { readonly kind: "date" }
  | { readonly kind: "photo" }
  | NumberInput
  | { readonly kind: "boolean" }
  /** One of a few values. */
  | { readonly kind: "choice"; readonly options: readonly FaceValue[] }
  /** Several of a few values. */
  | { readonly kind: "choices"; readonly options: readonly FaceValue[]; readonly min: number; readonly max: number }
  | {
      readonly kind: "list";
      readonly item: FieldModel;
      readonly min: number;
      readonly max: number;
      readonly unique: boolean;
    }
  | { readonly kind: "group"; readonly fields: readonly FieldModel[] }
  /** What this form has no better control for: written as JSON. */
  | { readonly kind: "json" };

export interface TextInput {
  readonly kind: "text";
  readonly min: number;
  readonly max: number;
  readonly pattern: string | null;
  /** Deserves several lines on the screen. */
  readonly long: boolean;
  /** Line breaks are part of the value. */
  readonly severalLines: boolean;
}

export interface NumberInput {
  readonly kind: "number";
  readonly integer: boolean;
  readonly min: number | null;
  readonly max: number | null;
  /** The bounds themselves are not allowed. */
  readonly exclusiveMin: boolean;
  readonly exclusiveMax: boolean;
  readonly step: number | null;
}

/**
 * What stands in a field while a form is filled in. Text, dates, numbers and JSON: what was typed. Photo: "" or its data URL. Boolean: "", "true" or "false".
 * Choice: "" or the position of the option; choices: positions. Null: the answer is "none".
 */
export type FieldDraft = string | null | readonly FieldDraft[] | { readonly [name: string]: FieldDraft };

/** A field in which nothing was entered yet. */
export function emptyDraft({ input }: Pick<FieldModel, "input">): FieldDraft {
  switch (input.kind) {
    case "choices":
      return [];
    case "list":
      return Array.from({ length: Math.min(input.min, 20) }, () => emptyDraft(input.item));
    case "group":
      return Object.fromEntries(input.fields.map((field) => [field.name, emptyDraft(field)]));
    default:
      return "";
  }
}
