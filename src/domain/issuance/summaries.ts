// SPDX-License-Identifier: Apache-2.0
import { formatUtcInstant } from "../../core/calendar.js";
import { toHex } from "../../core/hex.js";
import type { CertificateEntry, NewCertificate } from "./certificate-store.js";
import type { CertificateSummary } from "./certificate-view.js";

const SHANGHAI_OFFSET_MS = 8 * 3_600_000;

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
    validFrom: inShanghai(entry.validFrom),
    validUntil: entry.validUntil === null ? null : inShanghai(entry.validUntil),
    predecessor: entry.predecessor,
    successor: entry.successor,
    issuedAt: formatUtcInstant(entry.issuedAt),
  };
}

/** Of a certificate that has just been stored. */
export function summaryOfNew(certificate: NewCertificate): CertificateSummary {
  return summaryOf({ ...certificate, successor: null, anchoring: "pending", held: false });
}

function inShanghai(instant: number): string {
  return `${formatUtcInstant(instant + SHANGHAI_OFFSET_MS).slice(0, 19)}+08:00`;
}
