// SPDX-License-Identifier: Apache-2.0
import { answer, json, type Paths, problems, TOKEN_PROBLEMS } from "../operation.js";

export const TOKEN_PATHS: Paths = {
  "/v1/token": {
    get: {
      operationId: "getToken",
      tags: ["service"],
      summary: "What the presented API token is good for",
      description:
        "For pages and programs that sign in: agency, role, types and expiry. Any role may ask; never the secret.",
      responses: { "200": answer("The token.", json("TokenView")), ...problems(400, ...TOKEN_PROBLEMS, 422) },
    },
  },
};
