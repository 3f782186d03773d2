// SPDX-License-Identifier: Apache-2.0
import { LINK_STATES } from "../../../domain/holders/index.js";
import {
  BOOLEAN,
  COUNT,
  closedObject,
  DATE,
  IDENTIFIER,
  type JsonSchema,
  list,
  nullable,
  schemaRef,
  TEXT,
  TIME,
} from "./json-schema.js";

/** Of a link's path and of its part after #. */
export const LINK_ID: JsonSchema = { type: "string", pattern: "^[A-Za-z0-9_-]{22}$" };

const STANDINGS = [
  "in-force",
  "not-yet-valid",
  "expired",
  "suspended",
  "revoked-penalty",
  "revoked-unlawful",
  "cancelled",
  "replaced",
  "transferred-out",
];

const secret = { ...LINK_ID, description: "What stands after # in the link." };

/** Delivery to holders. */
export const PICK_UP_SCHEMAS = {
  PickUpLink: {
    ...closedObject({
      link: { ...LINK_ID, description: "Id of the link." },
      url: { type: "string", format: "uri", description: "For the holder." },
      code: {
        type: "string",
        pattern: "^[0-9]{6}$",
        description: "领取码: for the holder, by another way than the link.",
      },
      expiresAt: TIME,
    }),
    description: "A one-time link and its code. Told now; neither is kept, and a repeat of the request tells the same.",
  },
  PickUpLinkSummary: closedObject({
    link: LINK_ID,
    state: { enum: LINK_STATES, description: "`open`: can still be used, once." },
    madeAt: TIME,
    expiresAt: TIME,
    wrongCodes: COUNT,
    lockedAt: nullable(TIME),
    openedAt: nullable(TIME),
    revokedAt: nullable(TIME),
    supersededAt: nullable(TIME),
  }),
  PickUpLinks: closedObject({ links: list(schemaRef("PickUpLinkSummary")) }),
  SendLinkRequest: closedObject(
    {
      keepOlder: { ...BOOLEAN, description: "Older links of the certificate stay good; by default they are void." },
      validDays: { type: "integer", minimum: 1, maximum: 365, description: "Absent: the deployment's setting." },
    },
    [],
  ),
  LookRequest: closedObject({ secret }),
  LinkStanding: closedObject({
    expiresAt: TIME,
    triesLeft: { ...COUNT, description: "Codes that may still be tried." },
  }),
  OpenRequest: closedObject({ secret, code: { type: "string", pattern: "^[0-9]{6}$" } }),
  HolderLicence: closedObject({
    certificateIdentifier: IDENTIFIER,
    name: schemaRef("Label"),
    certificateNumber: TEXT,
    holders: list(TEXT),
    issueDept: TEXT,
    issueDate: DATE,
    validFrom: TIME,
    validUntil: nullable(TIME),
    standing: { enum: STANDINGS, description: "Legal state and clock in one word, as of now." },
    stateLabel: { ...nullable(schemaRef("Label")), description: "The type's own word for the legal state." },
    held: BOOLEAN,
    anchoring: { enum: ["pending", "staged", "anchored"] },
    anchoredAt: nullable(TIME),
    face: list(closedObject({ field: TEXT, label: nullable(schemaRef("Label")), value: {} })),
    sessionEndsAt: TIME,
  }),
} satisfies Record<string, JsonSchema>;
