// SPDX-License-Identifier: Apache-2.0
import { parseShanghaiInstant } from "../../core/calendar.js";
import type { Certificate } from "../../core/certificate.js";
import { statusIndexOf } from "../../core/certificate-reader.js";
import type { NewCertificate } from "./certificate-store.js";

export type IndexedFields = Pick<
  NewCertificate,
  | "identifier"
  | "lineage"
  | "version"
  | "agency"
  | "typeCode"
  | "typeVersion"
  | "number"
  | "statusIndex"
  | "holders"
  | "issueDate"
  | "validFrom"
  | "validUntil"
  | "predecessor"
>;

/** What a store keeps beside a certificate to find it by, as the certificate says it. Of one that was made or read here. */
export function indexedFields(certificate: Certificate): IndexedFields {
  const { credentialSubject: subject, credentialSchema, validFrom, validUntil, predecessor } = certificate;
  const { certificateIdentifier: identifier } = subject;
  return {
    identifier,
    // `.001.X` stands at the end of an identifier.
    lineage: identifier.slice(0, -6),
    version: Number(identifier.slice(-5, -2)),
    agency: subject.issueDeptCode,
    typeCode: subject.certificateTypeCode,
    typeVersion: credentialSchema.typeVersion,
    number: subject.certificateNumber,
    statusIndex: statusIndexOf(certificate),
    holders: subject.certificateHolder.map((holder) => ({
      code: holder.certificateHolderCode,
      codeType: holder.certificateHolderType,
    })),
    issueDate: subject.issueDate,
    validFrom: instantOf(validFrom),
    validUntil: validUntil === undefined ? null : instantOf(validUntil),
    predecessor: predecessor ?? null,
  };
}

/** Only for instants that `validityOf` wrote or `readCertificate` passed. */
function instantOf(text: string): number {
  return parseShanghaiInstant(text) as number;
}
