// SPDX-License-Identifier: Apache-2.0
import { COUNT, closedObject, type JsonSchema, schemaRef } from "./json-schema.js";

const LINE: JsonSchema = { type: "integer", minimum: 1, description: "Line of the request, from 1." };

/** Lines of the answer to POST /v1/certificates/batch. */
export const BATCH_ISSUE_SCHEMAS = {
  BatchLine: {
    description: "One line of the answer: a result for each line of the request, in order, and the end.",
    oneOf: [
      closedObject({ line: LINE, ok: { const: true }, certificate: schemaRef("IssuedCertificate") }),
      closedObject({ line: LINE, ok: { const: false }, problem: schemaRef("Problem") }),
      closedObject(
        {
          end: { const: true },
          complete: {
            type: "boolean",
            description: "False: the rest of the request was not carried out; send it again.",
          },
          lines: COUNT,
          issued: COUNT,
          refused: COUNT,
          problem: schemaRef("Problem"),
        },
        ["end", "complete", "lines", "issued", "refused"],
      ),
    ],
  },
} satisfies Record<string, JsonSchema>;
