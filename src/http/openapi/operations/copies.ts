// SPDX-License-Identifier: Apache-2.0
import { answer, BODY_PROBLEMS, body, bytes, json, type Paths, problems, TOKEN_PROBLEMS } from "../operation.js";
import { COPIES_QUERY, COPY_PATH, ID, IDEMPOTENCY_KEY, PURPOSE } from "../parameters.js";

const tags = ["copies"];

export const COPY_PATHS: Paths = {
  "/v1/certificates/{id}/copies": {
    post: {
      operationId: "makeCopy",
      tags,
      summary: "Make a reader's copy 加注件: the licence for a named user, matter and period",
      description:
        "Signed with the agency's key, stored and queued for anchoring. Of a licence that is in force and anchored; 409 otherwise.",
      parameters: [ID, IDEMPOTENCY_KEY],
      requestBody: body(json("CopyRequest")),
      responses: {
        "201": answer("Made.", json("Copy"), {
          Location: "Path of the copy.",
          "Idempotency-Replayed": "`true` when this is the stored answer to the same request.",
        }),
        ...problems(...BODY_PROBLEMS, ...TOKEN_PROBLEMS, 404, 409, 422),
      },
    },
    get: {
      operationId: "listCopies",
      tags,
      summary: "The readers' copies of a licence, in order of making",
      parameters: [ID, ...COPIES_QUERY.parameters, ...PURPOSE],
      responses: { "200": answer("A page.", json("CopyPage")), ...problems(400, ...TOKEN_PROBLEMS, 404) },
    },
  },
  "/v1/certificates/{id}/copies/{number}": {
    get: {
      operationId: "getCopy",
      tags,
      summary: "One reader's copy",
      parameters: [...COPY_PATH, ...PURPOSE],
      responses: { "200": answer("The copy.", json("Copy")), ...problems(400, ...TOKEN_PROBLEMS, 404) },
    },
  },
  "/v1/certificates/{id}/copies/{number}/pdf": {
    get: {
      operationId: "getCopyPdf",
      tags,
      summary: "The file of a reader's copy, marked on every page; the same bytes every time once it is anchored",
      parameters: [...COPY_PATH, ...PURPOSE],
      responses: {
        "200": answer("The file.", bytes("application/pdf")),
        ...problems(400, ...TOKEN_PROBLEMS, 404, 422),
      },
    },
  },
};
