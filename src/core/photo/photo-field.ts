// SPDX-License-Identifier: Apache-2.0
import { isJsonObject, type JsonValue } from "../json.js";

/** The field of a face that is a photo, by the JSON Schema of the type; null when none is. */
export function photoFieldOf(schema: Readonly<Record<string, unknown>>): string | null {
  const properties = schema.properties as JsonValue | undefined;
  if (!isJsonObject(properties)) return null;
  return Object.keys(properties).find((name) => isPhotoSchema(properties[name])) ?? null;
}

export const isPhotoSchema = (schema: JsonValue | undefined): boolean =>
  isJsonObject(schema) && schema.format === "photo";
