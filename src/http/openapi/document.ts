// SPDX-License-Identifier: Apache-2.0
import { PROBLEM_MEDIA_TYPE } from "../problem/problem-document.js";
import { type Paths, PROBLEM_STATUSES } from "./operation.js";
import { CERTIFICATE_PATHS } from "./operations/certificates.js";
import { CHANGE_PATHS } from "./operations/changes.js";
import { COPY_PATHS } from "./operations/copies.js";
import { DOCUMENT_PATHS } from "./operations/documents.js";
import { NETWORK_PATHS } from "./operations/network.js";
import { PICK_UP_PATHS } from "./operations/pick-up.js";
import { SERVICE_PATHS } from "./operations/service.js";
import { STRANGER_PATHS } from "./operations/strangers.js";
import { TOKEN_PATHS } from "./operations/token.js";
import { VERIFICATION_PATHS } from "./operations/verification.js";
import { SCHEMAS } from "./schemas/index.js";
import { schemaRef } from "./schemas/json-schema.js";

/** Every path of the service with its operations. */
export const PATHS: Paths = {
  ...CERTIFICATE_PATHS,
  ...CHANGE_PATHS,
  ...DOCUMENT_PATHS,
  ...COPY_PATHS,
  ...PICK_UP_PATHS,
  ...VERIFICATION_PATHS,
  ...NETWORK_PATHS,
  ...TOKEN_PATHS,
  ...SERVICE_PATHS,
  ...STRANGER_PATHS,
};

const RETRY_AFTER = { "Retry-After": { description: "Seconds to wait.", schema: { type: "string" } } };

/** The OpenAPI 3.1 description that is served at /openapi.json. */
export function openApiDocument(version: string): object {
  return {
    openapi: "3.1.0",
    info: {
      title: "Tiger Tally 虎符",
      version,
      summary: "Electronic licence library 电子证照库: issue, anchor and verify licences.",
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    jsonSchemaDialect: "https://json-schema.org/draft/2020-12/schema",
    security: [{ apiToken: [] }],
    tags: [
      { name: "certificates", description: "Issue, find" },
      { name: "states", description: "Suspend, release, revoke, renew, correct" },
      { name: "documents", description: "The forms of a certificate" },
      { name: "copies", description: "Readers' copies 加注件: a licence for one user, matter and period" },
      {
        name: "delivery",
        description: "Pick-up links 送达: the agency's side, and the holder's, open to whoever has a link",
      },
      { name: "verification", description: "Open to anybody" },
      { name: "network", description: "Open to anybody: what verifiers and mirrors need" },
      {
        name: "strangers",
        description: "For software that knows nothing of the registry: DID documents, status lists, VC-API",
      },
      { name: "service", description: "Health and descriptions" },
    ],
    paths: PATHS,
    components: {
      securitySchemes: {
        apiToken: {
          type: "http",
          scheme: "bearer",
          bearerFormat: "tt_<id>_<secret>",
          description: "Made by `tally token`.",
        },
      },
      responses: Object.fromEntries(
        Object.entries(PROBLEM_STATUSES).map(([status, description]) => [
          `Problem${status}`,
          {
            description,
            content: { [PROBLEM_MEDIA_TYPE]: { schema: schemaRef("Problem") } },
            ...(["409", "429", "503"].includes(status) ? { headers: RETRY_AFTER } : {}),
          },
        ]),
      ),
      schemas: SCHEMAS,
    },
  };
}
