// SPDX-License-Identifier: Apache-2.0
import { answer, bytes, type Content, json, type Operation, type Paths, PUBLIC, problems } from "../operation.js";
import { schemaRef } from "../schemas/json-schema.js";

function page(operationId: string, summary: string, content: Content): { get: Operation } {
  return {
    get: {
      ...PUBLIC,
      operationId,
      tags: ["service"],
      summary,
      responses: { "200": answer(summary, content), ...problems(400) },
    },
  };
}

const ready = page("getReadiness", "Whether the service can do its work now", json("Readiness"));

export const SERVICE_PATHS: Paths = {
  "/healthz": page("getHealth", "The process lives", json("Health")),
  "/readyz": {
    get: {
      ...ready.get,
      responses: {
        ...ready.get.responses,
        "503": {
          description: "It cannot, or the service is busy.",
          content: {
            "application/json": { schema: schemaRef("Readiness") },
            "application/problem+json": { schema: schemaRef("Problem") },
          },
        },
      },
    },
  },
  "/openapi.json": page("getDescription", "This document", { "application/json": { schema: { type: "object" } } }),
  "/contexts/licence/v1": page("getContext", "JSON-LD context of our certificates", bytes("application/ld+json")),
};
