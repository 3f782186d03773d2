// SPDX-License-Identifier: Apache-2.0
import { AUDIT_ACTIONS } from "../../../domain/audit/index.js";
import {
  COUNT,
  closedObject,
  DIGEST,
  IDENTIFIER,
  type JsonSchema,
  list,
  nullable,
  schemaRef,
  TEXT,
  TIME,
} from "./json-schema.js";

/** Events of one certificate out of the append-only log. */
export const HISTORY_SCHEMAS = {
  HistoryEvent: closedObject(
    {
      sequence: COUNT,
      time: TIME,
      actor: closedObject({ kind: { enum: ["token", "cli", "link", "system"] }, id: TEXT, role: TEXT }),
      action: { enum: AUDIT_ACTIONS },
      object: IDENTIFIER,
      purpose: TEXT,
      matter: TEXT,
      digestBefore: DIGEST,
      digestAfter: DIGEST,
      requestId: TEXT,
      result: { enum: ["done", "refused"] },
      detail: { type: "object", additionalProperties: { type: ["string", "number", "boolean", "null"] } },
    },
    ["sequence", "time", "actor", "action", "object", "requestId", "result"],
  ),
  History: closedObject({
    events: list(schemaRef("HistoryEvent")),
    next: { ...nullable(COUNT), description: "`after` of the next page; null on the last." },
  }),
} satisfies Record<string, JsonSchema>;
