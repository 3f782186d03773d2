// SPDX-License-Identifier: Apache-2.0
import { ERROR_CODES } from "../../../core/errors.js";
import { closedObject, type JsonSchema, list, TEXT } from "./json-schema.js";

/** RFC 9457. */
export const PROBLEM_SCHEMAS = {
  Problem: closedObject(
    {
      type: { type: "string", format: "uri" },
      title: TEXT,
      status: { type: "integer", minimum: 400, maximum: 599 },
      detail: TEXT,
      code: { enum: ERROR_CODES },
      errors: list(
        closedObject(
          {
            pointer: {
              type: "string",
              description: "JSON pointer into the body, as a URI fragment (RFC 6901 section 6).",
            },
            parameter: { type: "string", description: "Parameter or header at fault." },
            detail: TEXT,
          },
          ["detail"],
        ),
      ),
      requestId: TEXT,
    },
    ["type", "title", "status", "detail", "code"],
  ),
} satisfies Record<string, JsonSchema>;
