// SPDX-License-Identifier: Apache-2.0
import { LICENCE_CONTEXT, VC_CONTEXT } from "../../../core/certificate.js";
import {
  BOOLEAN,
  COUNT,
  closedObject,
  DATE,
  DIGEST,
  IDENTIFIER,
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

const summary = {
  certificateIdentifier: IDENTIFIER,
  certificateNumber: TEXT,
  certificateTypeCode: TYPE_CODE,
  typeVersion: { type: "integer", minimum: 1 },
  issueDeptCode: USCC,
  issueDate: DATE,
  state: schemaRef("LegalState"),
  anchoring: { enum: ["pending", "staged", "anchored"], description: "Where it stands on its way to the chain." },
  held: { ...BOOLEAN, description: "Its key was marked compromised before it was anchored; issue it again." },
  certificateDigest: DIGEST,
  statusIndex: { ...COUNT, description: "list × 131072 + position." },
  validFrom: TIME,
  validUntil: nullable(TIME),
  predecessor: nullable(IDENTIFIER),
  successor: nullable(IDENTIFIER),
  issuedAt: TIME,
} satisfies Record<string, JsonSchema>;

const Label = closedObject({ zh: TEXT, en: TEXT });

const statusEntry = closedObject({
  type: { const: "BitstringStatusListEntry" },
  statusPurpose: { enum: ["revocation", "suspension"] },
  statusListIndex: { type: "string", pattern: "^[0-9]{1,6}$" },
  statusListNumber: COUNT,
  statusListCredential: { type: "string", format: "uri" },
});

const hexPath = list(DIGEST, { maxItems: 20 });

/** What the service says about certificates, and their signed forms. */
export const CERTIFICATE_SCHEMAS = {
  Label,
  CertificateSummary: closedObject(summary),
  IssuedCertificate: closedObject({
    ...summary,
    warnings: list(schemaRef("IssueWarning")),
    pickUp: schemaRef("PickUpLink"),
  }),
  ChangedCertificate: closedObject({
    ...summary,
    changed: { ...BOOLEAN, description: "False when the state stood already, on the same basis and document." },
  }),
  CertificateView: closedObject({
    ...summary,
    stateCode: nullable(closedObject({ code: TEXT, label: schemaRef("Label") })),
    acts: {
      ...list(
        closedObject({
          action: { enum: ["suspend", "release", "revoke", "renew", "correct"] },
          state: schemaRef("LegalState"),
        }),
      ),
      description: "What the legal state allows this token to do now, and the state it leads to.",
    },
    certificate: schemaRef("Certificate"),
  }),
  SearchPage: closedObject({
    certificates: list(schemaRef("CertificateSummary")),
    next: { ...nullable(TEXT), description: "Cursor of the next page; null on the last." },
  }),
  Certificate: closedObject(
    {
      "@context": { const: [VC_CONTEXT, LICENCE_CONTEXT] },
      type: { const: ["VerifiableCredential", "ElectronicLicence"] },
      issuer: { type: "string", pattern: "^did:web:" },
      validFrom: TIME,
      validUntil: TIME,
      credentialSubject: closedObject(
        {
          certificateIdentifier: IDENTIFIER,
          certificateName: TEXT,
          certificateTypeCode: TYPE_CODE,
          certificateNumber: TEXT,
          issueDept: TEXT,
          issueDeptCode: USCC,
          issueDate: DATE,
          certificateHolder: list(schemaRef("CertificateHolder"), { minItems: 1 }),
          certificateAreaCode: REGION,
          face: { type: "object" },
          nonce: { type: "string", pattern: "^[A-Za-z0-9_-]{22}$" },
        },
        [
          "certificateIdentifier",
          "certificateName",
          "certificateTypeCode",
          "certificateNumber",
          "issueDept",
          "issueDeptCode",
          "issueDate",
          "certificateHolder",
          "face",
          "nonce",
        ],
      ),
      credentialSchema: closedObject({
        id: { type: "string", format: "uri" },
        type: { const: "LicenceTypeDefinition" },
        typeVersion: { type: "integer", minimum: 1 },
        digestSRI: { type: "string", pattern: "^sha256-[A-Za-z0-9+/]{43}=$" },
      }),
      credentialStatus: list(statusEntry, { minItems: 2, maxItems: 2 }),
      predecessor: IDENTIFIER,
      proof: closedObject(
        {
          "@context": list(TEXT),
          type: { const: "DataIntegrityProof" },
          cryptosuite: { const: "eddsa-jcs-2022" },
          created: TIME,
          verificationMethod: { type: "string", pattern: "^did:web:.+#z[1-9A-HJ-NP-Za-km-z]+$" },
          proofPurpose: { const: "assertionMethod" },
          proofValue: { type: "string", pattern: "^z[1-9A-HJ-NP-Za-km-z]+$" },
        },
        ["type", "cryptosuite", "created", "verificationMethod", "proofPurpose", "proofValue"],
      ),
    },
    ["@context", "type", "issuer", "validFrom", "credentialSubject", "credentialSchema", "credentialStatus", "proof"],
  ),
  Evidence: {
    description: "Token, and once anchored the inclusion proof. While pending only version and token.",
    anyOf: [
      closedObject({ version: { const: 1 }, token: { type: "string", pattern: "^[A-Za-z0-9_-]+$" } }),
      closedObject({
        version: { const: 1 },
        token: { type: "string", pattern: "^[A-Za-z0-9_-]+$" },
        batch: closedObject({
          region: REGION,
          root: DIGEST,
          size: { type: "integer", minimum: 1, maximum: 1_048_576 },
        }),
        index: COUNT,
        path: hexPath,
        anchors: list(
          closedObject({
            chainId: { type: "integer", minimum: 1 },
            registry: { type: "string", pattern: "^0x[0-9a-fA-F]{40}$" },
            block: COUNT,
            time: TIME,
            tx: { type: "string", pattern: "^0x[0-9a-f]{64}$" },
          }),
        ),
      }),
    ],
  },
  LicenceDocument: closedObject({
    format: { const: "tigertally-licence" },
    formatVersion: { const: 1 },
    certificate: schemaRef("Certificate"),
    evidence: schemaRef("Evidence"),
    type: schemaRef("TypeDefinition"),
  }),
} satisfies Record<string, JsonSchema>;
