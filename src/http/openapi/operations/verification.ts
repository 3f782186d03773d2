// SPDX-License-Identifier: Apache-2.0
import { answer, BODY_PROBLEMS, body, json, type Paths, PUBLIC, problems } from "../operation.js";
import { VERIFY_QUERY } from "../parameters.js";

const tags = ["verification"];

export const VERIFICATION_PATHS: Paths = {
  "/v1/verify": {
    post: {
      ...PUBLIC,
      operationId: "verify",
      tags,
      summary: "Verify one document",
      description:
        "A JSON document or bare certificate, a PDF, or the text of a QR code. Any content gets a report: a document that is " +
        "not one of ours is `not-genuine`. A PDF is rendered again and compared with what it says.",
      parameters: [...VERIFY_QUERY.parameters],
      requestBody: body({
        "application/json": { schema: {} },
        "application/pdf": { schema: {} },
        "text/plain": { schema: { type: "string", minLength: 1 } },
      }),
      responses: { "200": answer("The report.", json("Report")), ...problems(...BODY_PROBLEMS) },
    },
  },
  "/v1/verify/batch": {
    post: {
      ...PUBLIC,
      operationId: "verifyBatch",
      tags,
      summary: "Verify several documents",
      description:
        "All are judged at one head of the chain. A document that is damaged inside gets its report like any other; only a body that " +
        "is no list of documents is refused as a whole.",
      parameters: [...VERIFY_QUERY.parameters],
      requestBody: body(json("VerifyBatchRequest")),
      responses: {
        "200": answer("A report, or the problem, for each in order.", json("VerifyBatchResponse")),
        ...problems(...BODY_PROBLEMS),
      },
    },
  },
};
