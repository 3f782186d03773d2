// SPDX-License-Identifier: Apache-2.0
import { ACTOR_ROLES } from "../../../domain/audit/index.js";
import {
  BOOLEAN,
  closedObject,
  type JsonSchema,
  list,
  nullable,
  REGION,
  schemaRef,
  TEXT,
  TIME,
  TYPE_CODE,
  USCC,
} from "./json-schema.js";

/** A token as its holder sees it. */
export const TOKEN_SCHEMAS = {
  TokenView: closedObject({
    id: { ...TEXT, description: "Public part of the token; the name under which the audit log knows it." },
    label: TEXT,
    role: { enum: ACTOR_ROLES },
    region: { ...REGION, description: "Region that this service serves." },
    agency: closedObject({ code: USCC, name: TEXT, areaCode: REGION, suspended: BOOLEAN }),
    types: list(TEXT, { description: 'Type codes that the token is limited to; ["*"]: all of its agency.' }),
    issuable: list(
      closedObject({
        typeCode: TYPE_CODE,
        version: { type: "integer", minimum: 1 },
        name: schemaRef("Label"),
      }),
      { description: "Types that it can issue now, in their newest version." },
    ),
    expiresAt: { ...nullable(TIME), description: "Null: until it is revoked." },
  }),
} satisfies Record<string, JsonSchema>;
