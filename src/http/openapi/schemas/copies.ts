// SPDX-License-Identifier: Apache-2.0
import { MAX_COPY_TEXT, MAX_HOLDERS_COPY_TEXT } from "../../../core/copy/copy-texts.js";
import {
  COUNT,
  closedObject,
  DATE,
  DIGEST,
  IDENTIFIER,
  type JsonSchema,
  list,
  nullable,
  schemaRef,
  TIME,
} from "./json-schema.js";

const text = (description: string, maxLength = MAX_COPY_TEXT): JsonSchema => ({
  ...{ type: "string", minLength: 1, maxLength, description },
});

/** The number of a reader's copy: 128 random bits. */
export const COPY_NUMBER: JsonSchema = {
  type: "string",
  pattern: "^[A-Za-z0-9_][A-Za-z0-9_-]{20}[AQgw]$",
  description: "`copyNumber` of the copy.",
};

const says = (maxLength = MAX_COPY_TEXT) => ({
  user: text("Whom the copy is for 使用方: an agency or a person, in words.", maxLength),
  matter: text("The matter 事项.", maxLength),
});
const until: JsonSchema = {
  ...DATE,
  description: "Its last day in Asia/Shanghai: today to 366 days from now, and not after the licence's end.",
};

/** Readers' copies 加注件. */
export const COPY_SCHEMAS = {
  CopyRequest: closedObject(
    {
      ...says(),
      until,
      cause: text("Why it is made 制作事由. Absent: the matter."),
    },
    ["user", "matter", "until"],
  ),
  HoldersCopyRequest: closedObject({ ...says(MAX_HOLDERS_COPY_TEXT), until }),
  Copy: closedObject({
    certificateIdentifier: IDENTIFIER,
    copyNumber: COPY_NUMBER,
    ...says(),
    cause: text("制作事由: 持证主体申请 where the holder made it, and nowhere else."),
    madeAt: { ...TIME, description: "From then on it may be used." },
    until: { ...TIME, description: "The last second at which it may be used." },
    copyDigest: { ...DIGEST, description: "SHA-256 of the signed statement, canonical JSON." },
    anchoring: { enum: ["pending", "staged", "anchored"] },
  }),
  CopyPage: closedObject({
    copies: list(schemaRef("Copy")),
    next: { ...nullable(COUNT), description: "`after` of the next page; null on the last." },
  }),
} satisfies Record<string, JsonSchema>;
