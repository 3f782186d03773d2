// SPDX-License-Identifier: Apache-2.0
import { BATCH_ISSUE_SCHEMAS } from "./batch-issue.js";
import { CERTIFICATE_SCHEMAS } from "./certificates.js";
import { COPY_SCHEMAS } from "./copies.js";
import { HISTORY_SCHEMAS } from "./history.js";
import { ISSUING_SCHEMAS } from "./issuing.js";
import { NETWORK_SCHEMAS } from "./network.js";
import { PICK_UP_SCHEMAS } from "./pick-up.js";
import { PROBLEM_SCHEMAS } from "./problem.js";
import { STRANGER_SCHEMAS } from "./strangers.js";
import { TOKEN_SCHEMAS } from "./token.js";
import { VERIFICATION_SCHEMAS } from "./verification.js";

/** `components.schemas` of the OpenAPI document. */
export const SCHEMAS = {
  ...PROBLEM_SCHEMAS,
  ...ISSUING_SCHEMAS,
  ...CERTIFICATE_SCHEMAS,
  ...BATCH_ISSUE_SCHEMAS,
  ...COPY_SCHEMAS,
  ...HISTORY_SCHEMAS,
  ...PICK_UP_SCHEMAS,
  ...TOKEN_SCHEMAS,
  ...VERIFICATION_SCHEMAS,
  ...NETWORK_SCHEMAS,
  ...STRANGER_SCHEMAS,
};

export type SchemaName = keyof typeof SCHEMAS;
