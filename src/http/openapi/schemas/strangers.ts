// SPDX-License-Identifier: Apache-2.0
import { BOOLEAN, closedObject, type JsonSchema, list, schemaRef, TEXT } from "./json-schema.js";

const URI: JsonSchema = { type: "string", format: "uri" };

/** What W3C software reads and sends. */
export const STRANGER_SCHEMAS = {
  DidDocument: closedObject({
    "@context": list(URI),
    id: TEXT,
    verificationMethod: list(
      closedObject(
        {
          id: TEXT,
          type: { const: "Multikey" },
          controller: TEXT,
          publicKeyMultibase: TEXT,
          revoked: { type: "string", format: "date-time" },
        },
        ["id", "type", "controller", "publicKeyMultibase"],
      ),
    ),
    assertionMethod: list(TEXT),
  }),
  VcCredential: {
    type: "object",
    description: "A credential of the W3C Verifiable Credentials Data Model 2.0.",
    required: ["@context", "type", "issuer", "credentialSubject", "proof"],
  },
  VcIssueRequest: {
    type: "object",
    properties: { credential: { type: "object", description: "Unsigned." }, options: { type: "object" } },
    required: ["credential"],
    additionalProperties: false,
  },
  VcIssued: closedObject({ verifiableCredential: schemaRef("VcCredential") }),
  VcVerifyRequest: {
    type: "object",
    properties: { verifiableCredential: { type: "object" }, options: { type: "object" } },
    required: ["verifiableCredential"],
    additionalProperties: false,
  },
  VcProblem: closedObject({ type: URI, title: TEXT, detail: TEXT }),
  VcVerification: closedObject({
    verified: BOOLEAN,
    problemDetails: list(schemaRef("VcProblem"), { description: "Why it does not hold." }),
    warnings: list(schemaRef("VcProblem"), { description: "What was not looked at, or not known." }),
  }),
} satisfies Record<string, JsonSchema>;
