// SPDX-License-Identifier: Apache-2.0
import type { Certificate } from "./certificate.js";

/** The metadata of GB/T 36903 that a file carries in itself, keyed by the initials of their names. */
export const LICENCE_ELEMENTS = {
  ZZBS: "证照标识",
  ZZMC: "证照名称",
  ZZLXDM: "证照类型代码",
  ZZBH: "证照编号",
  ZZBFJG: "证照颁发机构",
  ZZBFJGDM: "证照颁发机构代码",
  ZZBFRQ: "证照颁发日期",
  CZZT: "持证主体",
  CZZTDM: "持证主体代码",
  CZZTDMLXDM: "持证主体代码类型代码",
  ZZYXQQSRQ: "证照有效期起始日期",
  ZZYXQJZRQ: "证照有效期截止日期",
} as const;
export type LicenceElement = keyof typeof LICENCE_ELEMENTS;

/** Between the entries of a list, as GB/T 36903 joins several holders. */
const DELIMITER = "^";

/** The elements of a licence, taken from the signed record; a long-term one has no last date. */
export function licenceElements(certificate: Certificate): Readonly<Partial<Record<LicenceElement, string>>> {
  const subject = certificate.credentialSubject;
  const joined = (member: "certificateHolder" | "certificateHolderCode" | "certificateHolderType") =>
    subject.certificateHolder.map((holder) => holder[member]).join(DELIMITER);
  return {
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
  };
}
