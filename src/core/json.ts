// SPDX-License-Identifier: Apache-2.0

/** What JSON text can say. Objects made by `parseJson` have every member as an own property, `__proto__` included. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;
export interface JsonObject {
  readonly [name: string]: JsonValue;
}

export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
