// SPDX-License-Identifier: Apache-2.0

/** What JSON text can say. Objects made by `parseJson` have every member as an own property, `__proto__` included. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;
export interface JsonObject {
  readonly [name: string]: JsonValue;
}

/** How many values it is made of, itself and the lists and objects in it included. */
export function countValues(value: JsonValue): number {
  if (typeof value !== "object" || value === null) return 1;
  let count = 1;
  for (const each of Array.isArray(value) ? value : Object.values(value)) count += countValues(each);
  return count;
}

export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
