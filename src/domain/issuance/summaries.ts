// SPDX-License-Identifier: Apache-2.0
import { formatShanghaiInstant, formatUtcInstant } from "../../core/calendar.js";
import { toHex } from "../../core/hex.js";
import type { CertificateEntry, NewCertificate } from "./certificate-store.js";
import type { CertificateSummary } from "./certificate-view.js";

export function summaryOf(entry: CertificateEntry): CertificateSummary {
  return {
    certificateIdentifier: entry.identifier,
    certificateNumber: entry.number,
    certificateTypeCode: entry.typeCode,
    typeVersion: entry.typeVersion,
    issueDeptCode: entry.agency,
    issueDate: entry.issueDate,
    state: entry.state,
    anchoring: entry.anchoring,
    held: entry.held,
    certificateDigest: toHex(entry.digest),
    statusIndex: entry.statusIndex,
    validFrom: formatShanghaiInstant(entry.validFrom),
    validUntil: entry.validUntil === null ? null : formatShanghaiInstant(entry.validUntil),
    predecessor: entry.predecessor,
    successor: entry.successor,
    issuedAt: formatUtcInstant(entry.issuedAt),
  };
}

/** Of a certificate that has just been stored. */
export function summaryOfNew(certificate: NewCertificate): CertificateSummary {
  return summaryOf({ ...certificate, successor: null, anchoring: "pending", held: false });
}
