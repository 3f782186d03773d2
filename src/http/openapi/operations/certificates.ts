// SPDX-License-Identifier: Apache-2.0
import { answer, BODY_PROBLEMS, body, bytes, json, type Paths, problems, TOKEN_PROBLEMS } from "../operation.js";
import { ID, IDEMPOTENCY_KEY, PURPOSE, SEARCH_QUERY } from "../parameters.js";
import { schemaRef } from "../schemas/json-schema.js";

const tags = ["certificates"];
const LOCATION = { Location: "Path of the certificate." };
const REPLAYED = { "Idempotency-Replayed": "`true` when this is the stored answer to the same request." };

export const CERTIFICATE_PATHS: Paths = {
  "/v1/certificates": {
    post: {
      operationId: "issueCertificate",
      tags,
      summary: "Issue one certificate",
      description: "201 means signed, stored durably and queued for anchoring.",
      parameters: [IDEMPOTENCY_KEY],
      requestBody: body(json("IssueRequest")),
      responses: {
        "201": answer("Issued.", json("IssuedCertificate"), { ...LOCATION, ...REPLAYED }),
        ...problems(...BODY_PROBLEMS, ...TOKEN_PROBLEMS, 409, 422),
      },
    },
    get: {
      operationId: "searchCertificates",
      tags,
      summary: "Search the certificates of the token's agency",
      description: "Newest first. Filters are joined by and; the cursor of a page is good with the same filters only.",
      parameters: [...SEARCH_QUERY.parameters, ...PURPOSE],
      responses: { "200": answer("A page.", json("SearchPage")), ...problems(400, ...TOKEN_PROBLEMS, 422) },
    },
  },
  "/v1/certificates/batch": {
    post: {
      operationId: "issueCertificates",
      tags,
      summary: "Issue many certificates, a line each",
      description:
        "Each line of the request is an IssueRequest; each line of the answer a BatchLine, in order, then one with `end`. " +
        "A line in error does not stop the others. With an Idempotency-Key every line is carried out once: send the same " +
        "lines again after a broken connection and what was issued is answered, what was not is issued.",
      parameters: [IDEMPOTENCY_KEY],
      requestBody: body(bytes("application/x-ndjson")),
      responses: {
        "200": {
          description: "A result a line, as they become durable.",
          content: { "application/x-ndjson": { schema: schemaRef("BatchLine") } },
        },
        ...problems(...BODY_PROBLEMS, ...TOKEN_PROBLEMS),
      },
    },
  },
  "/v1/certificates/{id}": {
    get: {
      operationId: "getCertificate",
      tags,
      summary: "One certificate with its state",
      parameters: [ID, ...PURPOSE],
      responses: {
        "200": answer("The certificate.", json("CertificateView")),
        ...problems(400, ...TOKEN_PROBLEMS, 404),
      },
    },
  },
};
