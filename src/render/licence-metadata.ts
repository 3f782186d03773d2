// SPDX-License-Identifier: Apache-2.0
import type { Certificate, CertificateSubject } from "../core/certificate.js";
import type { XmpFields } from "./pdf/xmp.js";

/** Between the entries of a list, as GB/T 36903 joins several holders. */
const DELIMITER = "^";

/** The metadata a file carries in itself (GB/T 36903), taken from the signed record. */
export function licenceMetadata(certificate: Certificate, producer: string): XmpFields {
  const subject = certificate.credentialSubject;
  const holders = subject.certificateHolder;
  const joined = (member: "certificateHolder" | "certificateHolderCode" | "certificateHolderType") =>
    holders.map((holder) => holder[member]).join(DELIMITER);
  return {
    title: `${subject.certificateName} ${subject.certificateNumber}`,
    author: subject.issueDept,
    identifier: subject.certificateIdentifier,
    created: certificate.proof.created,
    producer,
    licence: {
      ZZBS: subject.certificateIdentifier,
      ZZMC: subject.certificateName,
      ZZLXDM: subject.certificateTypeCode,
      ZZBH: subject.certificateNumber,
      ZZBFJG: subject.issueDept,
      ZZBFJGDM: subject.issueDeptCode,
      ZZBFRQ: subject.issueDate,
      CZZT: joined("certificateHolder"),
      CZZTDM: joined("certificateHolderCode"),
      CZZTDMLXDM: joined("certificateHolderType"),
      ZZYXQQSRQ: certificate.validFrom.slice(0, 10),
      ...(certificate.validUntil === undefined ? {} : { ZZYXQJZRQ: certificate.validUntil.slice(0, 10) }),
    },
  };
}

/** A sample has no metadata of a licence, lest a library collect it as one. */
export function sampleMetadata(subject: CertificateSubject, producer: string): XmpFields {
  return {
    title: `样本 SAMPLE ${subject.certificateName}`,
    author: subject.issueDept,
    identifier: subject.certificateIdentifier,
    created: `${subject.issueDate}T00:00:00Z`,
    producer,
    licence: {},
  };
}
