// SPDX-License-Identifier: Apache-2.0
import { REASON_CODES, REMARK_CODES } from "../../../verify/reasons.js";
import { BOOLEAN, COUNT, closedObject, type JsonSchema, list, nullable, schemaRef, TEXT, TIME } from "./json-schema.js";

const CHECKS = [
  "integrity",
  "type",
  "anchor",
  "issuer",
  "seal",
  "content",
  "copy",
  "status",
  "validity",
  "recognition",
];

/** Documents that may be sent at once. */
export const MAX_BATCH_ITEMS = 50;

/** What a verification answers, and how several documents are sent at once. */
export const VERIFICATION_SCHEMAS = {
  Report: closedObject({
    reportVersion: { const: 1 },
    verdict: { enum: ["valid", "not-in-force", "not-genuine", "undecided"] },
    authenticity: { enum: ["genuine", "not-genuine", "undecided"] },
    standing: { enum: ["in-force", "not-yet-valid", "suspended", "revoked", "expired", "undecided"] },
    recognition: { enum: ["accepted", "not-listed", "undecided"] },
    reason: nullable(schemaRef("ReasonCode")),
    checks: list(
      closedObject(
        {
          check: { enum: CHECKS },
          outcome: { enum: ["pass", "fail", "unknown", "not-applicable"] },
          reason: schemaRef("ReasonCode"),
          detail: TEXT,
        },
        ["check", "outcome"],
      ),
    ),
    remarks: list(closedObject({ remark: { enum: REMARK_CODES }, time: TIME }, ["remark"])),
    document: schemaRef("DocumentSummary"),
    times: closedObject({
      now: TIME,
      at: TIME,
      anchoredAt: nullable(TIME),
      head: nullable(closedObject({ chainId: COUNT, registry: TEXT, block: COUNT, hash: TEXT, time: COUNT })),
    }),
  }),
  ReasonCode: { enum: REASON_CODES },
  DocumentSummary: {
    ...closedObject({
      form: { enum: ["pdf", "json", "certificate", "token", "credential", "unknown"] },
      certificateDigest: nullable(TEXT),
      tokenDigest: nullable(TEXT),
      certificateIdentifier: nullable(TEXT),
      certificateTypeCode: nullable(TEXT),
      certificateNumber: nullable(TEXT),
      certificateName: nullable(TEXT),
      holders: list(TEXT),
      issueDept: nullable(TEXT),
      issueDeptCode: nullable(TEXT),
      region: nullable(TEXT),
      validFrom: nullable(TEXT),
      validUntil: nullable(TEXT),
      seal: nullable(closedObject({ name: TEXT, time: TIME })),
      copy: nullable(
        closedObject({
          number: nullable(TEXT),
          user: TEXT,
          matter: TEXT,
          cause: nullable(TEXT),
          creator: nullable(TEXT),
          made: TIME,
          until: TIME,
        }),
      ),
      face: list(closedObject({ field: TEXT, label: nullable(schemaRef("Label")), value: {} })),
    }),
    description: "What the document says of itself. Meaningless without the verdict beside it.",
  },
  VerifyBatchRequest: {
    type: "array",
    minItems: 1,
    maxItems: MAX_BATCH_ITEMS,
    items: {
      oneOf: [
        closedObject({
          json: {
            type: ["object", "string"],
            description: "A JSON document or bare certificate, judged as it is written here; or its text as a string.",
          },
        }),
        closedObject({ qr: { type: "string", minLength: 1, maxLength: 10_000, description: "Text of a QR code." } }),
        closedObject({
          pdfBase64: { type: "string", minLength: 4, contentEncoding: "base64", contentMediaType: "application/pdf" },
        }),
      ],
    },
  },
  VerifyBatchResponse: closedObject({
    results: list(
      closedObject({ position: COUNT, ok: BOOLEAN, report: schemaRef("Report"), problem: schemaRef("Problem") }, [
        "position",
        "ok",
      ]),
    ),
  }),
} satisfies Record<string, JsonSchema>;
