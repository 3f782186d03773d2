// SPDX-License-Identifier: Apache-2.0
import type { FaceValue } from "../../../../core/certificate.js";
import { resolvePointer } from "../../../../core/json-pointer.js";
import { fieldsOfSeveralLines } from "../../../../core/several-lines.js";
import type { Label, TypeDefinition } from "../../../../core/type-definition.js";
import type { FieldInput, FieldModel } from "./field-model.js";

type Schema = Readonly<Record<string, unknown>>;

/** Texts longer than this get a control of several lines. */
const LONG_TEXT = 80;
const MAX_TEXT = 4000;
const MAX_ITEMS = 100;
const MAX_DEPTH = 6;

/** The fields of a type's own part, in the order and with the words of its labels. Nothing of the schema is left out. */
export function fieldsOf({ fields, layout }: Pick<TypeDefinition, "fields" | "layout">): readonly FieldModel[] {
  const { schema, labels } = fields;
  const properties = (schema.properties ?? {}) as Readonly<Record<string, Schema>>;
  const required = textsOf(schema.required);
  const severalLines = fieldsOfSeveralLines(layout);
  return labels.map(({ field, label }) => {
    const given = { name: field, label, required: required.includes(field) };
    const { input, ...model } = fieldOf(given, properties[field] ?? {}, schema, 0);
    if (input.kind !== "text") return { ...model, input };
    return { ...model, input: { ...input, severalLines: severalLines.has(`/face/${field}`) } };
  });
}

function fieldOf(
  given: Pick<FieldModel, "name" | "label" | "required">,
  written: Schema,
  root: Schema,
  depth: number,
): FieldModel {
  const { schema, nullable } = plain(written, root);
  return { ...given, nullable, input: inputOf(schema, root, depth) };
}

/** A schema without references, without a null beside its type, and whether null was there. */
function plain(written: Schema, root: Schema): { readonly schema: Schema; readonly nullable: boolean } {
  const schema = resolved(written, root);
  const branches = (schema.anyOf ?? schema.oneOf) as readonly Schema[] | undefined;
  if (Array.isArray(branches)) {
    const others = branches.map((branch) => resolved(branch, root)).filter((branch) => branch.type !== "null");
    const { anyOf: _a, oneOf: _o, ...beside } = schema;
    const [only] = others;
    return others.length === 1 && others.length < branches.length
      ? { schema: { ...beside, ...only }, nullable: true }
      : { schema: UNKNOWN, nullable: false };
  }
  if (Array.isArray(schema.type)) {
    const types = schema.type.filter((type) => type !== "null");
    const nullable = types.length < schema.type.length;
    return types.length === 1
      ? { schema: withoutNull({ ...schema, type: types[0] }), nullable }
      : { schema: UNKNOWN, nullable };
  }
  const nullable = Array.isArray(schema.enum) && schema.enum.includes(null);
  return { schema: withoutNull(schema), nullable };
}

/** Reads as JSON in the form. */
const UNKNOWN: Schema = {};

function withoutNull(schema: Schema): Schema {
  return Array.isArray(schema.enum) ? { ...schema, enum: schema.enum.filter((value) => value !== null) } : schema;
}

/** References stay inside the schema (the type reader saw to that); a chain of them ends. */
function resolved(schema: Schema, root: Schema, hops = 0): Schema {
  const reference = schema.$ref;
  if (typeof reference !== "string") return schema;
  if (hops > MAX_DEPTH || !reference.startsWith("#")) return UNKNOWN;
  const { $ref: _, ...beside } = schema;
  const target = resolvePointer(root, decodeURIComponent(reference.slice(1)));
  return typeof target === "object" && target !== null ? { ...resolved(target, root, hops + 1), ...beside } : UNKNOWN;
}

/** Keywords whose meaning no single control shows. */
const BEYOND = [
  "allOf",
  "anyOf",
  "oneOf",
  "not",
  "if",
  "patternProperties",
  "prefixItems",
  "contains",
  "dependentSchemas",
];

function inputOf(schema: Schema, root: Schema, depth: number): FieldInput {
  if (depth > MAX_DEPTH || BEYOND.some((keyword) => Object.hasOwn(schema, keyword))) return { kind: "json" };
  if (Object.hasOwn(schema, "const")) return { kind: "choice", options: [schema.const as FaceValue] };
  if (Array.isArray(schema.enum)) return { kind: "choice", options: schema.enum as FaceValue[] };
  switch (schema.type) {
    case "string":
      return stringInput(schema);
    case "integer":
    case "number":
      return numberInput(schema);
    case "boolean":
      return { kind: "boolean" };
    case "array":
      return arrayInput(schema, root, depth);
    case "object":
      return objectInput(schema, root, depth);
    default:
      return { kind: "json" };
  }
}

function stringInput(schema: Schema): FieldInput {
  if (schema.format === "date") return { kind: "date" };
  if (schema.format === "photo") return { kind: "photo" };
  const max = countOf(schema.maxLength, MAX_TEXT);
  const pattern = typeof schema.pattern === "string" ? schema.pattern : null;
  return {
    kind: "text",
    min: countOf(schema.minLength, 0),
    max,
    pattern,
    long: pattern === null && max > LONG_TEXT,
    severalLines: false,
  };
}

function numberInput(schema: Schema): FieldInput {
  const min = numberOf(schema.minimum) ?? numberOf(schema.exclusiveMinimum);
  const max = numberOf(schema.maximum) ?? numberOf(schema.exclusiveMaximum);
  return {
    kind: "number",
    integer: schema.type === "integer",
    min,
    max,
    exclusiveMin: numberOf(schema.minimum) === null && min !== null,
    exclusiveMax: numberOf(schema.maximum) === null && max !== null,
    step: numberOf(schema.multipleOf),
  };
}

function arrayInput(schema: Schema, root: Schema, depth: number): FieldInput {
  const { items } = schema;
  if (typeof items !== "object" || items === null) return { kind: "json" };
  const min = countOf(schema.minItems, 0);
  const unique = schema.uniqueItems === true;
  const item = fieldOf({ name: "", label: NO_LABEL, required: true }, items as Schema, root, depth + 1);
  if (unique && item.input.kind === "choice" && !item.nullable) {
    const { options } = item.input;
    return { kind: "choices", options, min, max: countOf(schema.maxItems, options.length) };
  }
  return { kind: "list", item, min, max: countOf(schema.maxItems, MAX_ITEMS), unique };
}

const NO_LABEL: Label = { zh: "", en: "" };

/** Members of an object inside have no labels of their own: their titles, else their names, stand for them. */
function objectInput(schema: Schema, root: Schema, depth: number): FieldInput {
  const { properties } = schema;
  if (typeof properties !== "object" || properties === null || schema.additionalProperties !== false)
    return { kind: "json" };
  const required = textsOf(schema.required);
  const fields = Object.entries(properties as Record<string, Schema>).map(([name, member]) => {
    const text = typeof member.title === "string" ? member.title : name;
    return fieldOf({ name, label: { zh: text, en: text }, required: required.includes(name) }, member, root, depth + 1);
  });
  return { kind: "group", fields };
}

const numberOf = (value: unknown): number | null => (typeof value === "number" ? value : null);
const countOf = (value: unknown, otherwise: number): number => (typeof value === "number" ? value : otherwise);
const textsOf = (value: unknown): readonly string[] => (Array.isArray(value) ? (value as string[]) : []);
