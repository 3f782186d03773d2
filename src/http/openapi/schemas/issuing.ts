// SPDX-License-Identifier: Apache-2.0
import { LEGAL_STATES } from "../../../core/type-definition.js";
import {
  closedObject,
  DATE,
  IDENTIFIER,
  type JsonSchema,
  list,
  nullable,
  REGION,
  schemaRef,
  TEXT,
  TYPE_CODE,
} from "./json-schema.js";

const content = {
  typeVersion: {
    type: "integer",
    minimum: 1,
    maximum: 1_000_000,
    description: "Absent: the newest that is not retired.",
  },
  certificateNumber: { type: "string", minLength: 1, maxLength: 128, description: "The printed number 证照编号." },
  holders: list(schemaRef("CertificateHolder"), { minItems: 1, maxItems: 100 }),
  issueDate: { ...DATE, description: "Absent: today in Asia/Shanghai." },
  validFrom: { ...DATE, description: "Absent: the issue date." },
  validUntil: { ...nullable(DATE), description: "The printed, inclusive end date; null or absent: long-term 长期." },
  areaCode: { ...REGION, description: "GB/T 2260; absent: the agency's own area." },
  face: {
    type: "object",
    description:
      "The type's own fields 照面项, by the JSON Schema of the type definition. A photo 照片 (`format: photo`) is `data:image/jpeg;base64,…`, at most 160 KB as given and 48 KB without metadata, which is left out.",
  },
} satisfies Record<string, JsonSchema>;

const act = {
  legalBasis: { type: "string", minLength: 1, maxLength: 500, description: "Legal basis 法律依据." },
  documentNumber: {
    type: "string",
    minLength: 1,
    maxLength: 100,
    description: "Number of the decision document 文书号.",
  },
} satisfies Record<string, JsonSchema>;

const successor = {
  ...closedObject({ ...content, ...act }, []),
  description: "What the new version changes; every member that is absent is taken from the version before.",
} satisfies JsonSchema;

/** What callers send to issue and to change certificates. */
export const ISSUING_SCHEMAS = {
  CertificateHolder: closedObject({
    certificateHolder: { type: "string", minLength: 1, maxLength: 256, description: "Name of the holder 持证主体." },
    certificateHolderCode: { type: "string", minLength: 1, maxLength: 64, description: "持证主体代码." },
    certificateHolderType: {
      type: "string",
      pattern: "^[0-9]{3}$",
      description: "Code of GB/T 36903 Annex A: 001 USCC, 111 citizen ID number.",
    },
  }),
  IssueRequest: closedObject(
    {
      typeCode: TYPE_CODE,
      ...content,
      identifier: {
        ...IDENTIFIER,
        description: "Identifier that an earlier system gave this certificate. Absent: a new one.",
      },
    },
    ["typeCode", "certificateNumber", "holders", "face"],
  ),
  SuccessorRequest: successor,
  RenewalRequest: {
    ...successor,
    anyOf: [{ required: ["validUntil"] }, { required: ["validFrom"] }],
    description:
      "What the new version changes, its period above all; every member that is absent is taken from the version before.",
  },
  SuspendRequest: closedObject(
    {
      ...act,
      state: { enum: ["suspended", "transferred-out"], description: "Default: suspended 暂扣; transferred-out 转出." },
    },
    ["legalBasis", "documentNumber"],
  ),
  ReleaseRequest: closedObject(act),
  RevokeRequest: closedObject(
    {
      ...act,
      state: {
        enum: ["revoked-penalty", "revoked-unlawful", "cancelled"],
        description: "吊销, 撤销, 注销 (default).",
      },
    },
    ["legalBasis", "documentNumber"],
  ),
  LegalState: { enum: LEGAL_STATES, description: "Legal state 法律状态; expiry is derived from validUntil." },
  IssueWarning: closedObject({ code: TEXT, field: TEXT, message: TEXT }),
} satisfies Record<string, JsonSchema>;
