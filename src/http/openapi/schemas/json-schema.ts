// SPDX-License-Identifier: Apache-2.0

/** A JSON Schema (2020-12) as plain data: OpenAPI 3.1 shows it, ajv enforces it. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** Reference to a schema by its name in the document's components. */
export const schemaRef = (name: string): JsonSchema => ({ $ref: `#/components/schemas/${name}` });

/** An object with exactly these members; those of `required` must be there. */
export function closedObject(
  properties: Readonly<Record<string, JsonSchema>>,
  required: readonly string[] | "all" = "all",
): JsonSchema {
  return {
    type: "object",
    properties,
    required: required === "all" ? Object.keys(properties) : required,
    additionalProperties: false,
  };
}

export const nullable = (schema: JsonSchema): JsonSchema => ({ anyOf: [schema, { type: "null" }] });

export const list = (items: JsonSchema, bounds: JsonSchema = {}): JsonSchema => ({ type: "array", items, ...bounds });

export const TEXT: JsonSchema = { type: "string" };
export const BOOLEAN: JsonSchema = { type: "boolean" };
export const COUNT: JsonSchema = { type: "integer", minimum: 0 };
export const DATE: JsonSchema = {
  type: "string",
  format: "date",
  pattern: "^[1-9][0-9]{3}-",
  description: "YYYY-MM-DD, calendar of Asia/Shanghai.",
};
export const TIME: JsonSchema = { type: "string", format: "date-time" };
export const DIGEST: JsonSchema = {
  type: "string",
  pattern: "^[0-9a-f]{64}$",
  description: "SHA-256, lower-case hex.",
};
export const USCC: JsonSchema = {
  type: "string",
  pattern: "^[0-9A-Z]{18}$",
  description: "Unified social credit code 统一社会信用代码.",
};
export const TYPE_CODE: JsonSchema = {
  type: "string",
  pattern: "^[0-9A-Z]{18}[0-9]{3}$",
  description: "Certificate type code 证照类型代码: USCC of the defining authority and three digits.",
};
export const REGION: JsonSchema = { type: "string", pattern: "^[0-9]{6}$", description: "GB/T 2260, six digits." };
export const IDENTIFIER: JsonSchema = {
  type: "string",
  minLength: 1,
  maxLength: 160,
  pattern: "^[0-9A-Z.]+$",
  description: "Certificate identifier 证照标识, after the structure of GB/T 36904-2018.",
};
