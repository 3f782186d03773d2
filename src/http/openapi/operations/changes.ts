// SPDX-License-Identifier: Apache-2.0
import {
  answer,
  BODY_PROBLEMS,
  body,
  json,
  type Operation,
  type Paths,
  problems,
  TOKEN_PROBLEMS,
} from "../operation.js";
import { ID, IDEMPOTENCY_KEY } from "../parameters.js";
import type { SchemaName } from "../schemas/index.js";

const REPLAYED = { "Idempotency-Replayed": "`true` when this is the stored answer to the same request." };

function act(operationId: string, summary: string, request: SchemaName): { post: Operation } {
  return {
    post: {
      operationId,
      tags: ["states"],
      summary,
      description: "Needs its paper: legal basis and document number. Repeating an act that stands changes nothing.",
      parameters: [ID, IDEMPOTENCY_KEY],
      requestBody: body(json(request)),
      responses: {
        "200": answer("The certificate in its state.", json("ChangedCertificate"), REPLAYED),
        ...problems(...BODY_PROBLEMS, ...TOKEN_PROBLEMS, 404, 409, 422),
      },
    },
  };
}

/** That a renewal has a period is described here and refused, in better words than a schema has, by the use case. */
function successor(operationId: string, summary: string, request: SchemaName): { post: Operation } {
  return {
    post: {
      operationId,
      tags: ["states"],
      summary,
      description: "Makes the next version, which names its predecessor; the predecessor becomes `replaced`.",
      parameters: [ID, IDEMPOTENCY_KEY],
      requestBody: body(json(request)),
      responses: {
        "201": answer("The new version.", json("IssuedCertificate"), {
          Location: "Path of the new version.",
          ...REPLAYED,
        }),
        ...problems(...BODY_PROBLEMS, ...TOKEN_PROBLEMS, 404, 409, 422),
      },
    },
  };
}

export const CHANGE_PATHS: Paths = {
  "/v1/certificates/{id}/suspend": act("suspendCertificate", "Take out of force for a time 暂扣", "SuspendRequest"),
  "/v1/certificates/{id}/release": act("releaseCertificate", "Put back in force 暂扣发还", "ReleaseRequest"),
  "/v1/certificates/{id}/revoke": act("revokeCertificate", "End for ever 吊销 撤销 注销", "RevokeRequest"),
  "/v1/certificates/{id}/renew": successor(
    "renewCertificate",
    "A new version for a further period 延续",
    "RenewalRequest",
  ),
  "/v1/certificates/{id}/correct": successor(
    "correctCertificate",
    "A new version with other content 变更",
    "SuccessorRequest",
  ),
};
